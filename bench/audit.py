"""What the log costs when it is large: checking a chain of a million entries, searching among ten million.

`make bench NAME=audit`; `ENTRIES=1000000` is enough to see the first. A small organisation in a database of
its own is given a log as large: people, units, actions and three years, entries with the shape of real ones.
Times are those of the first page of the list, as its screen asks for it. The last line is JSON.
"""

from __future__ import annotations

import json
import math
import os
import statistics
import sys
import time
from typing import Any

os.environ.setdefault("POSTS", "1000")
from bench import screens

ENTRIES = int(os.environ.get("ENTRIES", "10000000"))
SEALED = 1_000_000
AT_ONCE = 500_000
TRIES = 20

FILL = """
WITH people AS (SELECT array_agg(id ORDER BY id) AS ids, array_agg(name ORDER BY id) AS names
                FROM org_person),
     units AS (SELECT array_agg(id ORDER BY id) AS ids, array_agg(path ORDER BY id) AS paths FROM org_unit),
     words AS (SELECT ARRAY['Winter soups', 'Porridge before the train', 'Meet the growers', 'Field to cup',
                            'Allergens explained', 'A shift in the plant', 'Fika Friday'] AS titles,
                      ARRAY['post.make', 'post.change', 'variant.change', 'delivery.sent', 'delivery.sent',
                            'delivery.sent', 'approval.decide', 'post.schedule', 'grant.give',
                            'channel.change']
                          AS actions)
INSERT INTO audit_entry (at, actor_kind, actor_name, person_id, via, origin, action, kind, thing_id,
                         label, unit_id, unit_path, channel_id, before, after, notes)
SELECT now() - interval '3 years' * (1 - n::float8 / %(entries)s), 'person', people.names[p],
       people.ids[p], 'screen', '203.0.113.9', words.actions[1 + n %% 10], 'posts.post', n / 10,
       words.titles[1 + n %% 7] || ' ' || n / 10, units.ids[u], units.paths[u], NULL,
       jsonb_build_object('title', words.titles[1 + n %% 7]),
       jsonb_build_object('title', words.titles[1 + (n + 1) %% 7], 'due_at', now()), '{}'
FROM generate_series(%(low)s, %(high)s) n, people, units, words,
     LATERAL (SELECT (1 + n::bigint * 7919 %% array_length(people.ids, 1))::int AS p,
                     (1 + n::bigint * 7907 %% array_length(units.ids, 1))::int AS u) drawn
"""


def fill(upto: int) -> None:
    """Entries until there are `upto`; told as it goes."""
    from django.db import connection

    from tabard.audit.models import Entry

    there = Entry.objects.count()
    if there >= upto:
        return
    indexes = Entry._meta.indexes
    for index in indexes:  # made again afterwards: ten times faster than keeping them
        with connection.schema_editor() as editor:
            editor.remove_index(Entry, index)
    while there < upto:
        high = min(there + AT_ONCE, upto)
        known = {"low": there + 1, "high": high, "entries": ENTRIES}
        with connection.cursor() as cursor:
            cursor.execute("SET synchronous_commit TO off")
            cursor.execute(FILL, known)
        there = high
        print(f"  {there:,} of {upto:,} entries", file=sys.stderr, flush=True)
    for index in indexes:
        with connection.schema_editor() as editor:
            editor.add_index(Entry, index)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE audit_entry")


def verified() -> dict[str, Any]:
    """How long sealing and the whole check take."""
    from tabard.audit.chain import sealing, verifying

    begun = time.perf_counter()
    sealing.seal()
    sealed = time.perf_counter() - begun
    report = verifying.verify()
    assert report.sound, report.faults
    return {"entries": report.entries, "seal_s": round(sealed, 1), "verify_s": report.seconds}


def questions() -> dict[str, dict[str, list[str]]]:
    """What people ask of a log, by what narrows it."""
    from tabard.org.models import Person

    person = str(Person.objects.order_by("id")[7].pk)
    return {
        "the newest": {},
        "one person": {"person": [person]},
        "one thing": {"kind": ["posts.post"], "thing": ["4711"]},
        "one action": {"action": ["grant.give"]},
        "one person, one action": {"person": [person], "action": ["grant.give"]},
        "one day": {"since": ["2025-03-03"], "until": ["2025-03-03"]},
        "one person in a month": {"person": [person], "since": ["2025-03-01"], "until": ["2025-03-31"]},
        "common word": {"q": ["soups"]},
        "two words": {"q": ["winter soups"]},
        "rare word": {"q": ["471199"]},
        "common word in a month": {"q": ["soups"], "since": ["2025-03-01"], "until": ["2025-03-31"]},
        "no such word": {"q": ["zzzz"]},
        "the oldest": {"sort": ["oldest"]},
    }


def searched() -> dict[str, Any]:
    """p50 and p95 of the first page of each question, for somebody who may read everything."""
    from tabard.audit import queries
    from tabard.org.models import Person
    from tabard.org.people import actor_of

    owner = Person.objects.get(email=screens.WHO["owner"])
    found = {}
    for name, params in questions().items():
        times = []
        for _n in range(TRIES + 2):
            by = actor_of(owner, "screen")
            begun = time.perf_counter()
            page = queries.entries(by, None, params)
            times.append(1000 * (time.perf_counter() - begun))
        times = sorted(times[2:])
        found[name] = {
            "p50_ms": round(statistics.median(times), 1),
            "p95_ms": round(times[math.ceil(0.95 * len(times)) - 1], 1),
            "rows": len(page.rows),
        }
        print(f"  {name:<26} {found[name]}", file=sys.stderr, flush=True)
    return found


def main() -> None:
    screens.prepare()
    fill(min(SEALED, ENTRIES))
    found: dict[str, Any] = {"chain": verified()}
    fill(ENTRIES)
    found |= {"entries": ENTRIES, "search": searched()}
    print(json.dumps(found))


if __name__ == "__main__":
    main()
