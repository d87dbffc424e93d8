"""What time changes about channels without anybody doing something."""

from __future__ import annotations

from tabard.kernel import clock
from tabard.kernel.actor import job
from tabard.life import actions
from tabard.life.models import Retirement
from tabard.life.weighing import changed
from tabard.org.models import Unit
from tabard.register.models import Channel

MOST = 200  # checklists in one run


def look() -> bool:
    """Look whether channels are needed and write what is new. Whether anything was."""
    by = job("life", "channels.see", "channels.edit")
    root = Unit.objects.filter(parent=None).first()
    if root is None or not changed(by, clock.now()):
        return False
    actions.look_at_worth(by, root)
    return True


def give_checklists() -> int:
    """Channels that were on their way out before there were checklists get one, its days counted from now."""
    have = Retirement.objects.filter(state="open").values("channel")
    rows = Channel.objects.filter(state="retiring").exclude(pk__in=have).order_by("pk")[:MOST]
    for channel in (found := list(rows)):
        actions.begin_retirement(job("life", "channels.edit"), channel)
    return len(found)
