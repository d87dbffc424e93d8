"""When somebody last did something where a grant of theirs holds, and when they were last here.

Read from the log by its index of people: for each person only their latest entries are looked at, so that
it costs the same however long the log is. Looking at something leaves no entry and does not count.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Max

from tabard.access.models import Session
from tabard.org.models import Grant

# How many of a person's latest entries are looked at.
DEEP = 500

_LATEST = """
SELECT p.id, e.unit_path, e.channel_id, max(e.at)
FROM unnest(%s::bigint[]) AS p(id)
CROSS JOIN LATERAL (
    SELECT unit_path, channel_id, at FROM audit_entry
    WHERE person_id = p.id AND actor_kind IN ('person', 'token') ORDER BY id DESC LIMIT %s
) AS e
GROUP BY 1, 2, 3
"""


def last_use(grants: Sequence[Grant]) -> dict[int, datetime]:
    """By grant: the last act of its person on its channel, or in its unit and below. One query."""
    places: dict[int, list[tuple[str, int | None, datetime]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_LATEST, [sorted({g.person_id for g in grants}), DEEP])
        for person, path, channel, at in cursor.fetchall():
            places.setdefault(person, []).append((path, channel, at))
    found = {}
    for grant in grants:
        moments = [at for path, channel, at in places.get(grant.person_id, ()) if _in(grant, path, channel)]
        if moments:
            found[grant.pk] = max(moments)
    return found


def _in(grant: Grant, path: str, channel: int | None) -> bool:
    return channel == grant.channel_id if grant.channel_id else path.startswith(grant.unit.path)


def last_seen(people: Iterable[int]) -> dict[int, datetime]:
    """By person: when a session of theirs was last used. One query."""
    rows: Any = Session.objects.filter(person__in=set(people)).order_by().values_list("person")
    return dict(rows.annotate(at=Max("seen_at")))
