"""axe-core on the page at hand: names, labels, contrast, order, landmarks, as WCAG 2.2 AA asks."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"


def faults(page: Page) -> list[str]:
    """What axe finds on this page, one line each."""
    page.evaluate(AXE.read_text("utf-8"))
    violations = page.evaluate("axe.run()")["violations"]
    return [
        f"{fault['id']}: {node['target']} {node['failureSummary']}" for fault in violations for node in fault["nodes"]
    ]
