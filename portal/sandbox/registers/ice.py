"""The common identifier of enterprises (ICE): 15 digits, which are 9 of the enterprise, 4 of its establishment and 2 of
control, so that the whole number leaves no rest by 97 (https://www.ice.gov.ma/)."""

from __future__ import annotations

HEADQUARTERS = "0000"


def ice(enterprise: int) -> str:
    """The ICE of an enterprise's seat."""
    body = f"{enterprise:09d}{HEADQUARTERS}"
    return f"{body}{(97 - int(body) * 100 % 97) % 97:02d}"


def is_ice(number: str) -> bool:
    """Whether this number is written as an ICE is."""
    return len(number) == 15 and number.isdecimal() and int(number) % 97 == 0
