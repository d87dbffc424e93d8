"""What the public register takes: its pages cold and warm, and "is this yours?" by the second.

`make bench NAME=public`. An organisation of 3,000 channels, half of them public, a quarter hidden, and a
quarter renamed, so that their old names are of the same make as the hidden ones and known to nobody. One
process asks by Django's test client with the real middleware; the limit for one visitor is lifted. CPU is of
this process and its database session. All of it is undone at the end. The last line is JSON.
"""

from __future__ import annotations

import json
import os
import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any

os.environ.setdefault("POSTS", "1000")
from bench import access, screens

TIMES = 15
ASKED = 200
CHECK = "/official/check.json?account={}&platform=x"
PAGES = {
    "first page": "/official/",
    "second page": "/official/?page=2",
    "one unit": "/official/?unit={unit}",
    "search": "/official/?q=team",
    "signed file": "/official/register.json",
    "feed": "/official/feed.json",
    "trust.txt": "/trust.txt",
}


def open_up() -> None:
    """Real platforms, a quarter renamed, half public, and the register on."""
    from django.db import connection

    from tabard.kernel.clock import now
    from tabard.org.models import Person, Unit
    from tabard.org.people import actor_of
    from tabard.public import making
    from tabard.public.actions import turn_on
    from tabard.public.models import Showing
    from tabard.public.screens import official
    from tabard.public.throttle import Buckets
    from tabard.register.models import Channel

    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE register_channel SET platform_id = 'x',"
            " handle = CASE WHEN id % 4 = 3 THEN 'renamed_' || id ELSE 'meridian_' || id END,"
            " url = 'https://x.com/meridian_' || id"
        )
    official.buckets = Buckets(rate=1e9, most=1e9)
    by = actor_of(Person.objects.get(email=screens.WHO["owner"]), "screen", proved_at=now())
    turn_on(by, Unit.objects.get(parent=None), contact="press@meridian.example")
    ours = [pk for pk in Channel.objects.values_list("pk", flat=True) if pk % 2 == 0]
    Showing.objects.bulk_create(Showing(channel_id=pk, shown="yes", said_at=now()) for pk in ours)
    making.publish()


def timed(asks: Sequence[Callable[[], Any]], session: int) -> dict[str, float]:
    """Median and 95th of a hundred in ms, and CPU of each."""
    times, cpu = [], time.process_time() + access.cpu_of(session)
    for ask in asks:
        begun = time.perf_counter()
        ask()
        times.append(1000 * (time.perf_counter() - begun))
    cpu, times = time.process_time() + access.cpu_of(session) - cpu, sorted(times)
    return {
        "p50_ms": round(statistics.median(times), 2),
        "p95_ms": round(times[int(0.95 * len(times)) - 1], 2),
        "cpu_ms": round(1000 * cpu / len(times), 2),
    }


def pages(client: Any, session: int) -> dict[str, Any]:
    """Each page drawn anew, as the first visitor of an edition gets it, and out of memory."""
    from tabard.public import reading

    def ask(address: str, *, cold: bool) -> None:
        there = reading.out()
        assert there is not None
        if cold:
            there.pages.clear()
        assert client.get(address).status_code == 200, address

    found: dict[str, Any] = {}
    there = reading.out()
    assert there is not None
    unit = there.channels[7].unit_slug
    for name, pattern in PAGES.items():
        address = pattern.format(unit=unit)
        ask(address, cold=True)
        for state in ("cold", "warm"):
            asks = [lambda a=address, s=state: ask(a, cold=s == "cold")] * TIMES
            found[f"{name}, {state}"] = timed(asks, session)
    return found


def answers(client: Any, session: int) -> dict[str, Any]:
    """Questions about public, hidden and unknown handles by turns, so that the machine treats them alike."""
    from tabard.register.models import Channel

    ids = sorted(Channel.objects.values_list("pk", flat=True))
    groups = {
        "official": [pk for pk in ids if pk % 2 == 0][-ASKED:],
        "hidden": [pk for pk in ids if pk % 4 == 1][-ASKED:],
        "unknown": [pk for pk in ids if pk % 4 == 3][-ASKED:],
    }
    said = {"official": "official", "hidden": "unknown", "unknown": "unknown"}
    begun = time.perf_counter()
    client.get(CHECK.format("nobody"))
    found: dict[str, Any] = {"first_after_edition_ms": round(1000 * (time.perf_counter() - begun), 1)}
    times: dict[str, list[float]] = {name: [] for name in groups}
    cpu = time.process_time() + access.cpu_of(session)
    for turn in zip(*groups.values(), strict=False):
        for name, pk in zip(groups, turn, strict=True):
            begun = time.perf_counter()
            answer = client.get(CHECK.format(f"meridian_{pk}"))
            times[name].append(1000 * (time.perf_counter() - begun))
            assert answer.json()["answer"] == said[name], (name, pk, answer.content)
    cpu = time.process_time() + access.cpu_of(session) - cpu
    for name, each in times.items():
        found[name] = {
            "p50_ms": round(statistics.median(each), 3),
            "p25_ms": round(sorted(each)[len(each) // 4], 3),
            "a_second": round(1000 / statistics.fmean(each)),
        }
    asked = sum(len(each) for each in times.values())
    return found | {"cpu_ms": round(1000 * cpu / asked, 3), "a_second_of_cpu": round(asked / cpu)}


def measured() -> dict[str, Any]:
    from django.db import connection
    from django.test import Client

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        session = cursor.fetchone()[0]
    open_up()
    client = Client(HTTP_HOST="127.0.0.1")
    return {"pages": pages(client, session), "answers": answers(client, session)}


def main() -> None:
    screens.prepare()
    from django.db import transaction

    with transaction.atomic():
        found = measured()
        transaction.set_rollback(True)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
