"""Builders: files as people bring them."""

from __future__ import annotations

import io

import pikepdf
from PIL import Image


def a_pdf(pages: int = 1, **protection: object) -> bytes:
    """A PDF of empty pages."""
    with pikepdf.new() as pdf:
        for _ in range(pages):
            pdf.add_blank_page()
        return saved(pdf, **protection)


def saved(pdf: pikepdf.Pdf, **protection: object) -> bytes:
    """The bytes of a PDF."""
    out = io.BytesIO()
    pdf.save(out, **protection)
    return out.getvalue()


def a_photo() -> bytes:
    """A photo as a phone takes it, small."""
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "teal").save(out, "JPEG")
    return out.getvalue()
