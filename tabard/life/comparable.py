"""Which channels can be held against their platforms, and which are being asked."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet

from tabard.connectors.registry import platforms
from tabard.kernel import clock
from tabard.life.models import Comparison
from tabard.register.models import Channel

MOST = 500
# Whoever was given a channel has it for so long before it is given to somebody else.
GIVEN = timedelta(minutes=5)
SOON = timedelta(days=1)  # at the earliest, for what was connected just now


def comparable() -> QuerySet[Channel]:
    """Connected channels of platforms that Tabard speaks to."""
    rows: QuerySet[Channel] = Channel.objects.filter(platform__in=platforms(), connection__isnull=False)
    return rows.exclude(state="retired")


def waiting() -> Q:
    """Somebody asked, and it has not been tried since."""
    return Q(asked_at__isnull=False) & (Q(tried_at=None) | Q(tried_at__lt=F("asked_at")))


def begin(now: datetime) -> None:
    """A row for each channel that has been connected since; what was connected just now looks as it did."""
    ids = comparable().filter(comparison=None).order_by("pk").values_list("pk", flat=True)
    rows = [Comparison(channel_id=pk, next_at=now + SOON * clock.spread(7)) for pk in ids]
    Comparison.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)


def due() -> list[int]:
    """Channels to be asked about now; those that somebody waits for first."""
    now = clock.now()
    begin(now)
    with transaction.atomic():
        rows = Comparison.objects.select_for_update(of=("self",), skip_locked=True)
        rows = rows.filter(next_at__lte=now, channel__in=comparable())
        first = F("asked_at").desc(nulls_last=True)
        found = list(rows.order_by(first, "next_at").values_list("pk", "channel_id")[:MOST])
        Comparison.objects.filter(pk__in=[pk for pk, _channel in found]).update(next_at=now + GIVEN)
    return [channel for _pk, channel in found]
