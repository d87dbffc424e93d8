"""How every state is shown: its glyph, its tone and its word. Every state has a shape of its own."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Shown(NamedTuple):
    glyph: str
    tone: str
    word: str | Promise


STATES: dict[str, Shown] = {
    # a variant, and a post made of them
    "draft": Shown("ring-dashed", "mute", _("Draft")),
    "in_review": Shown("ring-half", "info", _("In review")),
    "approved": Shown("ring-tick", "ok", _("Approved")),
    "scheduled": Shown("clock", "info", _("Scheduled")),
    "handed_over": Shown("queue", "info", _("Handed over")),
    "withdrawn": Shown("ring-dash", "mute", _("Withdrawn")),
    # a delivery
    "queued": Shown("queue", "info", _("In the queue")),
    "sending": Shown("arc", "info", _("Sending")),
    "sent": Shown("disc-tick", "ok", _("Sent")),
    "unsure": Shown("diamond", "warn", _("Check by hand")),
    "failed": Shown("octagon-cross", "bad", _("Failed")),
    "held": Shown("square-pause", "hold", _("Held")),
    "cancelled": Shown("ring-dash", "mute", _("Cancelled")),
    "removing": Shown("hourglass", "warn", _("Being removed")),
    "removed": Shown("ring-dash", "mute", _("Removed")),
    "partly": Shown("triangle", "warn", _("Partly sent")),
    # an approval
    "asked": Shown("ring-half", "info", _("Waits for an answer")),
    "waiting": Shown("ring-half", "info", _("Waits for you")),
    "granted": Shown("ring-tick", "ok", _("Yes")),
    "refused": Shown("ring-cross", "bad", _("No")),
    "void": Shown("diamond", "warn", _("No longer counts")),
    "expired": Shown("hourglass", "mute", _("Expired")),
    # a channel and its health
    "proposed": Shown("ring-dashed", "mute", _("Proposed")),
    "active": Shown("tick", "ok", _("Active")),
    "dormant": Shown("moon", "mute", _("Dormant")),
    "retiring": Shown("hourglass", "warn", _("Retiring")),
    "retired": Shown("ring-dash", "mute", _("Retired")),
    "healthy": Shown("tick", "ok", _("Healthy")),
    "needs_work": Shown("triangle", "warn", _("Needs work")),
    "broken": Shown("cross", "bad", _("Broken")),
    "no_owner": Shown("cross", "bad", _("No owner")),
    "not_signed": Shown("dash", "mute", _("Not signed")),
    # what a calendar warns of
    "clash": Shown("bolt", "warn", _("Clash")),
    "embargo": Shown("lock", "hold", _("Embargo")),
    # a row of an import, a job, a grant
    "new": Shown("plus", "info", _("New")),
    "changed": Shown("edit", "info", _("Changed")),
    "same": Shown("dash", "mute", _("Nothing to change")),
    "running": Shown("arc", "info", _("Running")),
    "done": Shown("ring-tick", "ok", _("Done")),
    "overdue": Shown("hourglass", "bad", _("Overdue")),
    "ended": Shown("ring-dash", "mute", _("Ended")),
    "planned": Shown("clock", "info", _("Planned")),
    # tones alone: for words that are not a state
    "ok": Shown("tick", "ok", _("Well")),
    "info": Shown("ring-info", "info", _("Note")),
    "warn": Shown("triangle", "warn", _("Warning")),
    "bad": Shown("octagon-cross", "bad", _("Wrong")),
    "hold": Shown("square-pause", "hold", _("Hold")),
    "mute": Shown("dash", "mute", _("Nothing")),
}


def shown(state: str) -> Shown:
    """How `state` is shown; one that nobody described is shown by its own name rather than not at all."""
    return STATES.get(state) or Shown("dash", "mute", state.replace("_", " ").capitalize())
