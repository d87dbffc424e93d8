"""Every write that people make in publishing."""

from tabard.publishing.actions import attested  # noqa: F401 its reactions
from tabard.publishing.actions.deliveries import cancel_delivery, confirm, deny, release, retry
from tabard.publishing.actions.holds import HOLD_LOCK, lift, press
from tabard.publishing.actions.removal import leave, remove, removed_by_hand

__all__ = [
    "HOLD_LOCK",
    "cancel_delivery",
    "confirm",
    "deny",
    "leave",
    "lift",
    "press",
    "release",
    "remove",
    "removed_by_hand",
    "retry",
]
