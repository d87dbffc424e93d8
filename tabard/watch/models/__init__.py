"""Tables of accounts that nobody told us about."""

from tabard.watch.models.cases import Case, Evidence, Filing, Turn
from tabard.watch.models.portraits import Portrait
from tabard.watch.models.sightings import Comparison, Look, Report, Sighting

__all__ = ["Case", "Comparison", "Evidence", "Filing", "Look", "Portrait", "Report", "Sighting", "Turn"]
