"""Tables of access: what opens a door, and for whom."""

from tabard.access.models.departures import Departure
from tabard.access.models.tokens import ApiToken

__all__ = ["ApiToken", "Departure"]
