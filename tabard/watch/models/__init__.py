"""Tables of accounts that nobody told us about."""

from tabard.watch.models.asked import Asked, AskedHost, AskedSite, AskedTurn, AskedUnit
from tabard.watch.models.cases import Case, Evidence, Filing, Turn
from tabard.watch.models.portraits import Portrait
from tabard.watch.models.sightings import Comparison, Look, Report, Sighting

__all__ = [
    "Asked",
    "AskedHost",
    "AskedSite",
    "AskedTurn",
    "AskedUnit",
    "Case",
    "Comparison",
    "Evidence",
    "Filing",
    "Look",
    "Portrait",
    "Report",
    "Sighting",
    "Turn",
]
