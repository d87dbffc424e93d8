"""What the watch costs with 100,000 sightings: recording them, comparing them anew, its pages, a decision.

`make bench NAME=watching`. `SIGHTINGS` and `CASES` say how many. All of it is undone at the end; pages are
asked by the browser of the owner, the first time left out. The last line is JSON.
"""

from __future__ import annotations

import itertools
import json
import os
import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any

os.environ.setdefault("POSTS", "1000")
from bench import screens

COUNT = int(os.environ.get("SIGHTINGS", "100000"))
CASES = int(os.environ.get("CASES", "10000"))
AT_ONCE = 5_000
TIMES = 15


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds of `work`, and what came of it."""
    began = time.perf_counter()
    found = work()
    return time.perf_counter() - began, found


def names() -> Iterator[dict[str, str]]:
    """Accounts that look like channels of the register, and some that do not."""
    from tabard.register.models import Channel

    channels = list(Channel.objects.exclude(state="retired").values_list("handle", flat=True)[:3_000])
    for number in itertools.count():
        handle = channels[number % len(channels)].partition("@")[0].partition(".")[0]
        end = ("_help", "_fans", "s", "_giveaway", "elsewhere")[number % 5]
        yield {"platform": "youtube", "handle": f"{handle[:18]}{end}{number // len(channels)}"}


def asked(client: Any, address: str) -> dict[str, float]:
    """The median and the worst of some times asking for a page, in ms."""
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    times = sorted(1000 * timed(lambda: client.get(address))[0] for _n in range(TIMES))
    return {"p50_ms": round(statistics.median(times), 1), "worst_ms": round(times[-1], 1)}


def pages(client: Any) -> dict[str, Any]:
    """The list in its ways, one sighting, names worth a look, and Today."""
    from tabard.watch.models import Sighting

    one = Sighting.objects.waiting().order_by("-rank", "-pk")[0]
    after = Sighting.objects.filter(like__isnull=False).order_by("pk")[0]
    asks = {
        "watch": "/watch/",
        "watch, newest": "/watch/?sort=newest",
        "watch, one platform": "/watch/?platform=youtube",
        "watch, one unit": f"/watch/?unit={after.unit_id}",
        "watch, impostors": "/watch/?label=impostor",
        "watch, decided": "/watch/?state=decided",
        "watch, common word": "/watch/?q=giveaway",
        "watch, rare word": f"/watch/?q={after.handle}",
        "sighting": f"/watch/{one.pk}/",
        "names": f"/register/{after.like_id}/names/",
        "names, all": f"/register/{after.like_id}/names/?all=1",
        "sites": "/watch/sites/",
        "cases": "/watch/cases/",
        "cases, newest": "/watch/cases/?sort=newest",
        "cases, common word": "/watch/cases/?q=giveaway",
        "today": "/",
    }
    return {name: asked(client, address) for name, address in asks.items()}


def open_cases(owner: Any) -> int:
    """A case about each of so many sightings, as if somebody had opened them one after the other."""
    from tabard.kernel import clock
    from tabard.watch.models import Case, Sighting

    now = clock.now()
    some = list(Sighting.objects.waiting().filter(like__isnull=False).order_by("pk")[:CASES])
    ids = [each.pk for each in some]
    Sighting.objects.filter(pk__in=ids).update(decision="impostor", decided_by=owner, decided_at=now)
    known = {"owner": owner, "language": "en", "opened_by": owner, "opened_at": now, "since": now}
    made = (Case(sighting=each, todo="way", due_on=now.date(), **known) for each in some)
    return len(Case.objects.bulk_create(made, batch_size=1000))


def measured(owner: Any) -> dict[str, Any]:
    from django.db import connection
    from django.test import Client

    from tabard.kernel import clock
    from tabard.org.models import Unit
    from tabard.org.people import actor_of
    from tabard.register.models import Channel
    from tabard.watch import actions
    from tabard.watch.comparing import learn
    from tabard.watch.models import Sighting

    by = actor_of(owner, "screen", proved_at=clock.now())
    root = Unit.objects.get(parent=None)
    rows, took = names(), []
    while Sighting.objects.count() < COUNT:
        some = list(itertools.islice(rows, AT_ONCE))
        took.append(timed(lambda some=some: actions.record(by, root, rows=some, source="file"))[0])
    cases = open_cases(owner)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    found: dict[str, Any] = {"channels": Channel.objects.count(), "sightings": Sighting.objects.count()}
    found["cases_open"] = cases
    found["record_5000_s"] = round(statistics.median(took), 2)
    found["compare_same_s"] = round(timed(lambda: actions.compare(by, root))[0], 1)
    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(owner)
    found |= pages(client)
    times = []
    for one in Sighting.objects.waiting().order_by("-rank", "-pk")[:TIMES]:
        times.append(1000 * timed(lambda one=one: actions.decide(by, one, decision="fan"))[0])
    found["decide_ms"] = round(statistics.median(times), 1)
    took_s, moved = timed(lambda: learn(one.family, one.identity))
    return found | {"learn_s": round(took_s, 2), "moved": moved}


def main() -> None:
    screens.prepare()
    from django.db import transaction

    from tabard.org.models import Person

    with transaction.atomic():
        found = measured(Person.objects.get(email=screens.WHO["owner"]))
        transaction.set_rollback(True)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
