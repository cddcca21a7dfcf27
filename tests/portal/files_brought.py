"""Builders: files as people bring them."""

from __future__ import annotations

import io

import pikepdf
from PIL import Image


def a_pdf(pages: int = 1) -> bytes:
    """A PDF of empty pages."""
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        for _ in range(pages):
            pdf.add_blank_page()
        pdf.save(out)
    return out.getvalue()


def a_photo() -> bytes:
    """A photo as a phone takes it, small."""
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "teal").save(out, "JPEG")
    return out.getvalue()
