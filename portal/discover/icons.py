"""Which drawn icon stands for which life event. The drawings are symbols of static/img/icons.svg."""

from __future__ import annotations

FALLBACK = "window"

ICONS = {
    "having-a-baby": "cradle",
    "birth-abroad": "plane",
    "getting-married": "rings",
    "marriage-abroad": "rings",
    "divorce": "apart",
    "adopting-kafala": "hands",
    "death-of-relative": "candle",
    "first-id": "id",
    "first-passport": "passport",
    "travel-with-minor": "suitcase",
    "lost-wallet": "wallet",
    "moving-home": "home",
    "learning-to-drive": "wheel",
    "buying-new-car": "car",
    "buying-used-car": "car",
    "starting-school": "school",
    "coming-back-pupil": "school",
    "after-baccalaureate": "cap",
    "finding-a-job": "briefcase",
    "losing-a-job": "briefcase",
    "retiring": "sunset",
    "work-accident": "helmet",
    "disability": "access",
    "low-income-household": "support",
    "buying-home": "home",
    "building-home": "bricks",
    "registering-land": "plot",
    "foreigner-settling": "globe",
    "mre-summer-return": "plane",
    "mre-definitive-return": "suitcase",
    "voting": "ballot",
    "correcting-identity": "correct",
    "challenging-decision": "appeal",
    "violence-victim": "shield",
    "start-sarl": "building",
    "start-company-online": "online",
    "start-sas": "building",
    "start-sole-trader": "person",
    "start-auto-entrepreneur": "start",
    "foreign-company-branch": "globe",
    "industrial-investment": "factory",
    "open-shop": "shop",
    "open-private-school": "school",
    "hire-first-employee": "hire",
    "hire-foreigner": "hire",
    "yearly-obligations": "calendar",
    "bid-public-contract": "tender",
    "import-goods": "ship",
    "export-food": "wheat",
    "protect-brand": "brand",
    "change-company": "change",
    "expand-branch": "branch",
    "close-company": "closed",
}


def icon_of(life_event: str) -> str:
    """The name of the symbol for a life event; a window for one that nobody has drawn yet."""
    return ICONS.get(life_event, FALLBACK)
