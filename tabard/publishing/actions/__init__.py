"""Every write that people make in publishing."""

from tabard.publishing.actions.deliveries import cancel_delivery, confirm, deny, release, retry
from tabard.publishing.actions.holds import HOLD_LOCK, lift, press

__all__ = ["HOLD_LOCK", "cancel_delivery", "confirm", "deny", "lift", "press", "release", "retry"]
