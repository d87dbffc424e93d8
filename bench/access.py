"""What asking "may they?" costs at 5,000 people, 3,000 channels and 50,000 grants.

`make bench NAME=access`. For people drawn by lot, each as a new actor with nothing remembered: `may()` on a
channel, and the ids of the first fifty channels they may see. CPU of this process and of its database session
together, because the machine may be busy with other things. The last line is JSON.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import time
from collections.abc import Callable
from typing import Any

os.environ.setdefault("POSTS", "1000")
from bench import screens

GRANTS = 50_000
PEOPLE = 300


def top_up() -> None:
    """Grants up to 50,000: half of them on units of all depths, half on single channels."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH people AS (SELECT array_agg(id ORDER BY id) AS ids FROM org_person),
                 channels AS (SELECT array_agg(id ORDER BY id) AS ids, array_agg(unit_id ORDER BY id) AS units
                              FROM register_channel),
                 drawn AS (SELECT n, 1 + (n * 7919::bigint) %% 3000 AS c, 1 + (n * 7907::bigint) %% 4990 AS p
                          FROM generate_series(1, GREATEST(0, %(most)s - (SELECT count(*) FROM org_grant))) n)
            INSERT INTO org_grant
                (person_id, role_id, unit_id, channel_id, starts_at, reason, created_at, end_reason)
            SELECT people.ids[p], 1 + n %% 9 + (SELECT min(id) FROM org_role), channels.units[c],
                   CASE WHEN n %% 2 = 0 THEN channels.ids[c] END, now(), 'Measured', now(), ''
            FROM drawn, people, channels
            """,
            {"most": GRANTS},
        )
        cursor.execute("ANALYZE org_grant")


def measured(work: Callable[[], Any], session: int) -> tuple[float, float]:
    """CPU and wall-clock time of `work`, in ms."""
    cpu, wall = time.process_time() + cpu_of(session), time.perf_counter()
    work()
    wall, cpu = time.perf_counter() - wall, time.process_time() + cpu_of(session) - cpu
    return 1000 * cpu, 1000 * wall


def queries(work: Callable[[], Any]) -> int:
    """How many queries `work` makes."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as caught:
        work()
    return len(caught)


def cpu_of(pid: int) -> float:
    """CPU seconds of another process, as far as the system counts (10 ms steps)."""
    try:
        with open(f"/proc/{pid}/stat") as stat:
            fields = stat.read().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    screens.prepare()
    top_up()
    from django.db import connection

    from tabard.kernel.permissions import may
    from tabard.org.models import Grant, Person
    from tabard.org.people import actor_of
    from tabard.register.models import Channel

    lots = random.Random(5)
    people = lots.sample(list(Person.objects.filter(is_active=True)), PEOPLE)
    channels = lots.sample(list(Channel.objects.select_related("unit")), PEOPLE)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        session = cursor.fetchone()[0]

    def the_may(by: Any, channel: Any) -> Any:
        return may(by, "posts.publish", channel.place())

    def the_page(by: Any, _channel: Any) -> Any:
        return list(Channel.objects.visible_to(by).order_by("handle", "id").values_list("pk")[:50])

    found: dict[str, Any] = {"people": Person.objects.count(), "grants": Grant.objects.count()}
    for name, ask in (("may", the_may), ("visible_to", the_page)):
        works = [
            lambda ask=ask, p=person, c=channel: ask(actor_of(p, "screen"), c)
            for person, channel in zip(people, channels, strict=True)
        ]
        most = max(queries(work) for work in works[:50])  # warms up too
        rounds = [measured(work, session) for work in works]
        wall = sorted(each[1] for each in rounds)
        found[name] = {
            "cpu_mean_ms": round(statistics.fmean(each[0] for each in rounds), 2),
            "p50_ms": round(statistics.median(wall), 2),
            "p95_ms": round(wall[int(0.95 * len(wall)) - 1], 2),
            "queries_most": most,
        }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
