"""The authenticator: the codes of RFC 6238, added by address or by secret."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from portal.sandbox.authenticator import Secret, read

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
"""The 20 bytes of the RFC's appendix B."""
ADDRESS = f"otpauth://totp/Shubbak:hajar%40example.ma?secret={SECRET}&issuer=Shubbak&algorithm=SHA1&digits=6&period=30"


def add(browser: httpx.Client, secret: str, label: str = "") -> httpx.Response:
    return browser.post("/authenticator/secrets", data={"secret": secret, "label": label})


def shown(browser: httpx.Client) -> Any:
    return browser.get("/authenticator.json").json()


@pytest.mark.parametrize(
    ("moment", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_codes_are_those_of_the_standard(moment: int, code: str) -> None:
    assert Secret("x", SECRET).code(moment) == code


def test_a_pasted_address_brings_its_label(browser: httpx.Client, clock: Any) -> None:
    assert add(browser, ADDRESS).status_code == 303
    [entry] = shown(browser)
    assert (entry["label"], len(entry["code"])) == ("Shubbak:hajar@example.ma", 6)
    assert 1 <= entry["seconds"] <= 30
    assert entry["code"] in browser.get("/authenticator?lang=en").text


def test_a_secret_alone_needs_a_label(browser: httpx.Client) -> None:
    page = add(browser, SECRET)
    assert page.status_code == 400
    assert f'value="{SECRET}"' in page.text
    add(browser, "gezd gnbv gy3t qojq gezd gnbv gy3t qojq", "Hajar")
    assert [entry["label"] for entry in shown(browser)] == ["Hajar"]


def test_a_code_lasts_half_a_minute(browser: httpx.Client, clock: Any) -> None:
    add(browser, SECRET, "Hajar")
    first = shown(browser)[0]["code"]
    clock.forward(seconds=30)
    assert shown(browser)[0]["code"] != first


def test_a_new_secret_takes_the_place_of_the_old_and_can_be_forgotten(browser: httpx.Client, clock: Any) -> None:
    add(browser, SECRET, "Hajar")
    add(browser, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "Hajar")
    [entry] = shown(browser)
    now = int(clock().timestamp())
    assert entry["code"] in {Secret("x", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP").code(at) for at in (now - 30, now)}
    browser.post("/authenticator/forget", data={"label": "Hajar"})
    assert shown(browser) == []


@pytest.mark.parametrize(
    "pasted",
    [
        "",
        "not base32!",
        "MFRGG",
        "otpauth://totp/x",
        "otpauth://hotp/x?secret=" + SECRET,
        "otpauth://[",
        f"otpauth://totp/x?secret={SECRET}&digits=8",
        f"otpauth://totp/x?secret={SECRET}&algorithm=SHA256",
        f"otpauth://totp/x?secret={SECRET}&period=60",
        "é" * 32,
    ],
)
def test_what_is_no_secret_is_said_and_nothing_is_kept(browser: httpx.Client, pasted: str) -> None:
    page = add(browser, pasted, "Hajar")
    assert page.status_code == 400
    assert 'id="secret-error"' in page.text
    assert shown(browser) == []


def test_the_usual_parameters_may_be_left_out() -> None:
    assert read(f"otpauth://totp/Hajar?secret={SECRET}", "") == Secret("Hajar", SECRET)
    assert read(ADDRESS, "Mine").label == "Mine"
