"""Sending sealed entries on to other systems, each at least once and in their order.

Only what is sealed is sent: below a seal no entry can appear later. The cursor moves after the other side
has taken a batch; if it fails the same batch is tried again, with growing waits, and the failure is shown.
"""

from __future__ import annotations

import json
from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from tabard.audit.exporting import plain
from tabard.audit.models import Entry, Seal, Stream
from tabard.audit.outward import NotTaken, to_syslog, to_webhook
from tabard.kernel import clock

BATCH = 500
BATCHES = 20  # in one run
LONGEST_WAIT = 3600  # seconds


def send_all() -> None:
    """Let every stream go on as far as it can."""
    now = clock.now()
    due = Stream.objects.filter(Q(next_at=None) | Q(next_at__lte=now), ended_at=None)
    for pk in due.values_list("pk", flat=True):
        for _round in range(BATCHES):
            if not send(pk):
                break


def send(stream_id: int) -> bool:
    """Send one batch; whether there may be more."""
    last = Seal.objects.values_list("last_id", flat=True).first() or 0
    with transaction.atomic():
        # One sender per stream: another node passes by.
        rows = Stream.objects.select_for_update(skip_locked=True).filter(pk=stream_id, ended_at=None)
        stream = rows.first()
        if stream is None:
            return False
        entries = list(Entry.objects.filter(pk__gt=stream.cursor, pk__lte=last).order_by("pk")[:BATCH])
        if not entries:
            return False
        try:
            _deliver(stream, entries)
        except NotTaken as error:
            stream.failures += 1
            stream.trouble = str(error)[:500]
            wait = min(LONGEST_WAIT, 30 * 2 ** min(stream.failures, 10))
            stream.next_at = clock.now() + timedelta(seconds=wait)
        else:
            stream.cursor = entries[-1].pk
            stream.failures, stream.trouble, stream.next_at = 0, "", None
            stream.sent_at = clock.now()
        stream.save()
    return not stream.failures and len(entries) == BATCH


def _deliver(stream: Stream, entries: list[Entry]) -> None:
    if stream.kind == "syslog":
        to_syslog(
            stream.address, [(e.at, e.action, json.dumps(plain(e), ensure_ascii=False)) for e in entries]
        )
        return
    lines = "".join(json.dumps(plain(e), ensure_ascii=False) + "\n" for e in entries)
    to_webhook(stream.address, stream.pk, entries[0].pk, entries[-1].pk, lines.encode())
