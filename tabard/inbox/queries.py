"""What is read of the inbox."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from tabard.inbox.models import Reading
from tabard.inbox.reading import platforms
from tabard.kernel import permissions
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Missing
from tabard.register.models import Channel


@dataclass(frozen=True)
class Heed:
    """How a channel is read: since when, what is wrong, and what to do about it."""

    channel: Channel
    readable: bool
    read_at: datetime | None = None
    next_at: datetime | None = None
    heard_at: datetime | None = None
    problem: str = ""
    problem_at: datetime | None = None
    to_do: str = ""


def heed(by: Actor, channel_id: int) -> Heed:
    """How a channel is read. `Missing` unless `by` may see what is said to it."""
    channel: Channel | None = (
        Channel.objects.visible_to(by).select_related("unit", "platform").filter(pk=channel_id).first()
    )
    if channel is None or not permissions.may(by, "inbox.see", channel.place()):
        raise Missing(_("There is no such channel, or it is not yours to see."))
    row = Reading.objects.filter(pk=channel.pk).first()
    readable = channel.platform_id in platforms() and channel.health != "unconnected"
    if row is None:
        return Heed(channel, readable)
    told = (row.read_at, row.next_at, row.heard_at, row.problem, row.problem_at)
    return Heed(channel, readable, *told, to_do(row))


def to_do(row: Reading) -> str:
    """What somebody can do where a channel cannot be read."""
    if not row.says:
        return ""
    if row.code == "scope":
        return _("Connect the channel again, and allow all that the platform asks about.")
    if row.code == "fault":
        return _("Nothing is lost: Tabard reads on from the same place. Tell whoever runs Tabard.")
    if row.code in {"unreachable", "no_answer", "unreadable"}:
        return _("Nothing is lost: Tabard asks again by itself.")
    return _("Mend what it says, then connect the channel again: it is read at once.")
