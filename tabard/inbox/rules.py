"""What needs no database: of which kind a conversation is, how long one waits, what to do about a problem."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy

from tabard.connectors.base import Message
from tabard.publishing import rules as publishing

KINDS = {"direct": "direct", "review": "review", "reply": "comment"}
# How often a channel is read that is quiet, and one that tells us by itself besides.
EVERY = timedelta(minutes=2)
WHERE_TOLD = timedelta(minutes=10)
# Waits after a reading that did not work, in seconds; then the last of them again and again.
WAITS = (30, 60, 300, 900, 1800)
# A platform that refuses is asked again, but seldom: somebody has to change something first.
REFUSED = timedelta(hours=1)


def kind_of(said: Message) -> str:
    """The kind of the conversation a message stands in."""
    return KINDS.get(said.kind, "mention")


def root_of(said: Message, ours: str = "") -> str:
    """What holds a conversation together: the post above everything, or the person who writes in private.

    Empty where the channel `ours` says something in private and the platform does not tell to whom.
    """
    if said.kind == "direct" and not said.thread and said.author_id and said.author_id == ours:
        return ""
    own = said.author_id if said.kind == "direct" else said.remote_id
    return (said.thread or own or said.remote_id)[:300]


def waits(tries: int) -> timedelta:
    """How long to wait after the `tries`th failure in a row."""
    return timedelta(seconds=WAITS[min(tries, len(WAITS)) - 1])


_HOLD = gettext_lazy("When the hold has been lifted, send it here, or leave it.")
_CONNECT = gettext_lazy("Connect the channel again, then send it here.")
_ANEW = gettext_lazy("Write it anew, as it is taken there.")
TO_DO = {
    "held": _HOLD,
    "not_granted": gettext_lazy("Somebody who may answer here can send it, in their own name."),
    "retired": gettext_lazy("Nothing goes through this channel any more: leave it."),
    "gone": gettext_lazy("Leave it, and answer something else if there is need."),
    **dict.fromkeys(("not_connected", "sealed", "revoked", "scope"), _CONNECT),
    **dict.fromkeys(("too_long", "empty", "refused_letter", "no_replies"), _ANEW),
}


def to_do(state: str, code: str, asks_person: bool) -> str:
    """What somebody can do about a reply that has not gone out, or may have."""
    if state == "failed" and code in TO_DO:
        return str(TO_DO[code])
    return publishing.to_do(state, code, asks_person)
