"""What is hashed, byte for byte. Version 1; docs/reference/audit-seals.md says it for other programs.

The bytes of a row are PostgreSQL's own binary form of composite values (`record_send`): the number of
fields, then for each its type, its length and its bytes; a time is microseconds since 2000, JSON is the
text of jsonb, which the database writes in one way only. The database delivers them; hashing is done here.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import psycopg
from django.db import connection

VERSION = 1
LEAF = 40  # bytes: an id and a digest
AT_ONCE = 5_000  # rows fetched together

# `who` and `what` are null only where they were erased and nothing was put in their place.
ROWS = """
SELECT id,
       record_send(ROW(at, actor_kind::text, person_id, via::text, action::text, kind::text, thing_id,
                       unit_id, unit_path::text, channel_id)),
       CASE WHEN salt_who IS NULL AND actor_name = '' AND origin = ''
            THEN NULL
            ELSE COALESCE(uuid_send(salt_who), '')
                 || record_send(ROW(actor_name::text, origin::text)) END,
       CASE WHEN salt_what IS NULL AND label = '' AND before = '{}' AND after = '{}' AND notes = '{}'
            THEN NULL
            ELSE COALESCE(uuid_send(salt_what), '')
                 || record_send(ROW(label::text, before::text, after::text, notes::text)) END,
       digest_who, digest_what, erased_in
FROM audit_entry WHERE id > %s AND id <= %s ORDER BY id
"""

_leaf = struct.Struct(">q32s")


@dataclass(frozen=True)
class Erased:
    """An entry of which something was erased, and under which clearing."""

    entry: int
    clearing: int | None


def rows(after: int, upto: int, erased: list[Erased] | None = None) -> Iterator[tuple[int, bytes]]:
    """Id and digest of each entry with `after < id <= upto`, in order.

    Entries with something erased are added to `erased`. The database goes on reading while those that have
    come are hashed, so nothing else can be asked of it until all have come.
    """
    sha = hashlib.sha256
    connection.ensure_connection()
    driver = connection.connection
    assert driver is not None
    with psycopg.Cursor(driver) as cursor:
        found = cursor.stream(ROWS, (after, upto), binary=True, size=AT_ONCE)
        for pk, plain, who, what, digest_who, digest_what, clearing in found:
            if who is None or what is None:
                if erased is not None:
                    erased.append(Erased(pk, clearing))
                who_digest = bytes(digest_who or b"") if who is None else sha(who).digest()
                what_digest = bytes(digest_what or b"") if what is None else sha(what).digest()
                yield pk, sha(plain + who_digest + what_digest).digest()
            else:
                yield pk, sha(plain + sha(who).digest() + sha(what).digest()).digest()


def leaf(pk: int, digest: bytes) -> bytes:
    """One entry in a batch's list."""
    return _leaf.pack(pk, digest)


def leaves(packed: bytes) -> dict[int, bytes]:
    """A batch's list, taken apart: digests by id."""
    return dict(_leaf.iter_unpack(packed))


def content(packed: bytes) -> bytes:
    """The digest of a batch's list."""
    return hashlib.sha256(packed).digest()


def genesis(mark: UUID, name: str, begun_at: datetime, version: int) -> bytes:
    """What the first seal follows: names the log, the organisation and the encoding."""
    called = name.encode()
    head = struct.pack(">H16sqI", version, mark.bytes, micros(begun_at), len(called))
    return hashlib.sha256(b"tabard audit log" + head + called).digest()


def head(
    *, number: int, previous: bytes, first: int, last: int, count: int, sealed_at: datetime, content: bytes
) -> bytes:
    """The digest of a seal, which the next one carries on."""
    facts = struct.pack(">HqqqIq", VERSION, number, first, last, count, micros(sealed_at))
    return hashlib.sha256(b"tabard audit seal" + facts + previous + content).digest()


def micros(moment: datetime) -> int:
    """Microseconds since 1970, exactly."""
    seconds = int(moment.replace(microsecond=0).timestamp())
    return seconds * 1_000_000 + moment.microsecond
