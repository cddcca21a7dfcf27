"""What may go wrong with the catalogue."""

from __future__ import annotations

from collections.abc import Sequence

from journeys.catalogue.findings import Finding


class BadCatalogue(Exception):
    """The files have errors; ``findings`` says where and what to do."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("\n".join(map(str, findings)))
        self.findings = tuple(findings)


class NotPublished(Exception):
    """Nothing is published, or not this service in this version."""


class NotLatest(Exception):
    """Somebody else published at the same moment: read the catalogue again and publish once more."""
