"""A page under axe-core: names, labels, contrast, order, landmarks, as WCAG 2.2 AA asks (axe's own rules)."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Page

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
SCHEMES: tuple[Literal["light"], Literal["dark"]] = ("light", "dark")


def faults(page: Page) -> list[str]:
    """What axe finds on this page in the light and in the dark scheme, one line each."""
    return [fault for scheme in SCHEMES for fault in faults_in(page, scheme)]


def faults_in(page: Page, scheme: Literal["light", "dark"]) -> list[str]:
    """What axe finds in one scheme."""
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.evaluate(AXE.read_text("utf-8"))
    result: dict[str, Any] = page.evaluate("axe.run()")
    return [
        f"{page.url} ({scheme}) {fault['id']}: {node['target']} {node['failureSummary']}"
        for fault in result["violations"]
        for node in fault["nodes"]
    ]
