"""Tables of safety."""

from tabard.safety.models.admins import AdminFinding, AdminList, PlatformAdmin, PlatformName
from tabard.safety.models.credentials import CheckOut, Credential, Look, Rotation

__all__ = [
    "AdminFinding",
    "AdminList",
    "CheckOut",
    "Credential",
    "Look",
    "PlatformAdmin",
    "PlatformName",
    "Rotation",
]
