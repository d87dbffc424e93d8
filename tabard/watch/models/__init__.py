"""Tables of accounts that nobody told us about."""

from tabard.watch.models.portraits import Portrait
from tabard.watch.models.sightings import Comparison, Look, Report, Sighting

__all__ = ["Comparison", "Look", "Portrait", "Report", "Sighting"]
