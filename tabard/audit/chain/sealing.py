"""Closing batches of entries with seals.

Ids are given out before a transaction commits, so a smaller id can appear after a larger one. A batch may
therefore close only over ids whose transactions have all ended. Every insert takes its lock on the table
before it draws an id: so whoever held that lock after we read the last id is waited for, and nobody else.
Writers never wait, and pay nothing.
"""

from __future__ import annotations

import time

from django.db import connection, transaction

from tabard.audit.chain import encoding, keys
from tabard.audit.models import Chain, Entry, Seal
from tabard.kernel import clock
from tabard.kernel.errors import Missing

BATCH = 10_000
PATIENCE = 40.0  # seconds to wait for open transactions; then the next run tries again

_WRITERS = """
SELECT virtualtransaction FROM pg_locks
WHERE locktype = 'relation' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND relation = 'audit_entry'::regclass AND mode = 'RowExclusiveLock'
  AND pid IS DISTINCT FROM pg_backend_pid()
"""


def chain() -> Chain:
    """The log as a whole; its chain begins when it is first asked for."""
    found = Chain.objects.first()
    if found is None:
        first = Entry.objects.filter(action="organisation.found").order_by("pk").first()
        if first is None or first.unit_id is None:
            raise Missing("There is no organisation yet.")
        Chain.objects.bulk_create(
            [
                Chain(
                    pk=1,
                    name=first.label,
                    unit_id=first.unit_id,
                    unit_path=first.unit_path,
                    version=encoding.VERSION,
                    begun_at=clock.now(),
                )
            ],
            ignore_conflicts=True,
        )
        found = Chain.objects.get()
    return found


def beginning(of: Chain) -> bytes:
    """What the first seal follows."""
    return encoding.genesis(of.mark, of.name, of.begun_at, of.version)


def seal() -> int:
    """Seal what is closed by now; how many seals were made."""
    log = chain()
    upto = _last_id()
    if upto is None or not _closed():
        return 0
    made = 0
    while _seal_one(log, upto):
        made += 1
    return made


def _last_id() -> int | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT last_value FROM audit_entry_id_seq WHERE is_called")
        found = cursor.fetchone()
    return found[0] if found else None


def _closed() -> bool:
    """Wait until everybody who may be writing ids up to now has ended."""
    until = time.monotonic() + PATIENCE
    writers = open_writers()
    while writers:
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
        writers &= open_writers()
    return True


def open_writers() -> set[str]:
    """Transactions of others that have written, or are about to write, into the log."""
    with connection.cursor() as cursor:
        cursor.execute(_WRITERS)
        return {row[0] for row in cursor.fetchall()}


def _seal_one(log: Chain, upto: int) -> bool:
    with transaction.atomic():
        # One at a time: two jobs on two nodes must not fork the chain.
        Chain.objects.select_for_update(no_key=True).get(pk=log.pk)
        before = Seal.objects.first()
        after = before.last_id if before else 0
        ids = Entry.objects.filter(pk__gt=after, pk__lte=upto).order_by("pk").values_list("pk", flat=True)
        last = max(ids[:BATCH], default=None)
        if last is None:
            return False
        packed = b"".join(encoding.leaf(pk, digest) for pk, digest in encoding.rows(after, last))
        Seal.objects.create(**_facts(log, before, packed))
    return True


def _facts(log: Chain, before: Seal | None, packed: bytes) -> dict[str, object]:
    """The columns of the seal over `packed` that follows `before`."""
    ids = list(encoding.leaves(packed))
    number = before.number + 1 if before else 1
    previous = bytes(before.digest) if before else beginning(log)
    now, content = clock.now(), encoding.content(packed)
    digest = encoding.head(
        number=number,
        previous=previous,
        first=ids[0],
        last=ids[-1],
        count=len(ids),
        sealed_at=now,
        content=content,
    )
    return {
        "number": number,
        "first_id": ids[0],
        "last_id": ids[-1],
        "count": len(ids),
        "content": content,
        "leaves": packed,
        "previous": previous,
        "digest": digest,
        "version": encoding.VERSION,
        "sealed_at": now,
        "key_name": keys.current(),
        "mac": keys.mac(digest),
    }
