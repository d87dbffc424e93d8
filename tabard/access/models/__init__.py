"""Tables of access: what opens a door, and for whom."""

from tabard.access.models.attempts import Attempts, Level
from tabard.access.models.departures import Departure
from tabard.access.models.directories import (
    Directory,
    DirectoryGroup,
    DirectoryToken,
    Member,
    Membership,
    PlaceGrant,
    PlaceRule,
)
from tabard.access.models.emergencies import Emergency
from tabard.access.models.recovery import RecoveryCode
from tabard.access.models.sessions import Session
from tabard.access.models.sources import (
    GroupGrant,
    GroupRule,
    Identity,
    SeenAssertion,
    Source,
    SourceKey,
    SourceSession,
)
from tabard.access.models.suspensions import Suspension
from tabard.access.models.tokens import ApiToken

__all__ = [
    "ApiToken",
    "Attempts",
    "Departure",
    "Directory",
    "DirectoryGroup",
    "DirectoryToken",
    "Emergency",
    "GroupGrant",
    "GroupRule",
    "Identity",
    "Level",
    "Member",
    "Membership",
    "PlaceGrant",
    "PlaceRule",
    "RecoveryCode",
    "SeenAssertion",
    "Session",
    "Source",
    "SourceKey",
    "SourceSession",
    "Suspension",
]
