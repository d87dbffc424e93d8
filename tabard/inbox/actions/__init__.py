"""Every write that people make in the inbox, and what jobs write about it."""

from tabard.inbox.actions.conversations import finish, leave_it, reopen, take
from tabard.inbox.actions.moderations import (
    cancel_moderation,
    moderate,
    moderated,
    not_moderated,
    retry_moderation,
)
from tabard.inbox.actions.replies import cancel_reply, confirm_reply, deny_reply, reply, retry_reply
from tabard.inbox.actions.settling import sent, stopped

__all__ = [
    "cancel_moderation",
    "cancel_reply",
    "confirm_reply",
    "deny_reply",
    "finish",
    "leave_it",
    "moderate",
    "moderated",
    "not_moderated",
    "reopen",
    "reply",
    "retry_moderation",
    "retry_reply",
    "sent",
    "stopped",
    "take",
]
