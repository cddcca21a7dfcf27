"""The town and the browsers of the road, for those who look at its pages."""

from road.conftest import chromium, person, town

__all__ = ["chromium", "person", "town"]
