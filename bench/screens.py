"""How fast every screen answers on an organisation as large as they come (`tabard demo --scale full`).

`make bench NAME=screens`; the first run makes that organisation in a database of its own beside the embedded
one. `POSTS=20000` makes a smaller one, in another. Requests go through Django's test client with the real
middleware: the time of the server without the network. The last line is JSON.
"""

from __future__ import annotations

import json
import math
import os
import statistics
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg

from tabard.config import embedded

POSTS = int(os.environ.get("POSTS", "1000000"))
REQUESTS = int(os.environ.get("REQUESTS", "30"))
WARM_UP = 3
LIMIT_MS = 100
WHO = {"owner": "owner@meridian.example", "district": "district@meridian.example"}


def prepare() -> None:
    """The database, Django on it, and the organisation in it."""
    home = Path(os.environ.setdefault("TABARD_HOME", str(Path.cwd() / ".local"))).resolve()
    os.environ.setdefault("TABARD_LOCAL", "1")
    url = os.environ.get("DATABASE_URL") or embedded.ensure(home)
    name = "tabard_scale" if POSTS == 1_000_000 else f"tabard_scale_{POSTS}"
    with psycopg.connect(url, autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            connection.execute(f'CREATE DATABASE "{name}"')
    parts = url.split("?", 1)
    os.environ["DATABASE_URL"] = "?".join([parts[0].rsplit("/", 1)[0] + "/" + name, *parts[1:]])
    os.environ["DJANGO_SETTINGS_MODULE"] = "tabard.config.settings"
    import django

    django.setup()
    from django.core.management import call_command

    from tabard.config import wsgi  # noqa: F401 loaded, and kept out of the garbage collector, as when serving
    from tabard.demo import load, scale
    from tabard.demo.tell import aloud

    call_command("migrate", verbosity=0)
    if load.is_empty():
        begun = time.monotonic()
        scale.load(scale.Size(posts=POSTS), aloud)
        print(f"made in {time.monotonic() - begun:.0f} s", file=sys.stderr)


def things() -> None:
    """What the organisation has nothing of by itself: pictures, an import, a planned change."""
    from tabard.kernel import clock
    from tabard.kernel.actor import command_line
    from tabard.library.models import Asset
    from tabard.org.actions import plan
    from tabard.org.models import Reorganisation, Unit
    from tabard.register.models import Import

    unit = Unit.objects.get(slug="district-1")
    if not Asset.objects.exists():
        owns = {"unit": unit, "file": "x.jpg", "thumbnail": "x.jpg", "mime": "image/jpeg", "size": 1}
        pictures = [
            Asset(name=f"Soup {n}", search=f"soup {n}", sha256=f"{n:064}", **owns) for n in range(3000)
        ]
        Asset.objects.bulk_create(pictures)
    if not Import.objects.exists():
        rows = [{"row": n, "outcome": "new", "label": f"x{n}", "changes": {}, "why": []} for n in range(3000)]
        known = {"kind": "channels", "headers": ["handle"], "map": {"handle": "handle"}}
        Import.objects.create(
            unit=unit, name="x.csv", source=b"handle", columns=known, state="checked", rows=3000,
            counts={"new": 3000}, results=rows, ended_at=clock.now(),
        )  # fmt: skip
    if not Reorganisation.objects.exists():
        other = Unit.objects.get(slug="district-2")
        plan(command_line(), unit, kind="merge", reason="One team", target=other)


class Known(dict[str, Any]):
    """Ids by the words of addresses. What the organisation has none of is asked for in vain, and shown so."""

    def __missing__(self, word: str) -> int:
        return 0

    def __or__(self, other: Any) -> Known:
        return Known({**self, **other})


def known(by: Any) -> Known:
    """An id for every word in an address: of something in the middle of what this reader may see."""
    from django.apps import apps

    from tabard.kernel import clock
    from tabard.posts import queries

    model: Any = apps.get_model
    unit = model("org.Unit").objects.visible_to(by).filter(kind="district").order_by("id")[0]
    there = {"unit": unit.pk}
    now = clock.now()
    past = {**there, "due_at__lte": now}
    return Known(_rest(now)) | {
        "unit_id": unit.pk,
        "slug": unit.slug,
        "post_id": model("posts.Post").objects.filter(**past).latest("due_at").pk,
        "delivery_id": model("publishing.Delivery").objects.filter(**past).latest("due_at").pk,
        "channel_id": model("register.Channel").objects.filter(**there)[0].pk,
        "person_id": model("org.Person").objects.filter(is_active=True, **there)[0].pk,
        "campaign_id": model("posts.Campaign").objects.filter(**there)[0].pk,
        "asset_id": model("library.Asset").objects.visible_to(by)[0].pk,
        "import_id": model("register.Import").objects.all()[0].pk,
        "change_id": model("org.Reorganisation").objects.all()[0].pk,
        "entry_id": model("audit.Entry").objects.filter(unit_id=unit.pk).order_by("-id")[0].pk,
        "role_id": model("org.Role").objects.order_by("id")[0].pk,
        "older_posts": queries.posts(by, None, {}).older,
    }


def _rest(now: datetime) -> dict[str, Any]:
    return {
        "year_ago": f"{now.year - 1}-{now.month:02d}-15",
        "week_begins": f"{now - timedelta(days=7):%Y-%m-%dT00:00:00Z}",
        "week_ends": f"{now:%Y-%m-%dT00:00:00Z}",
    }


def measure(client: Any, url: str) -> dict[str, float]:
    """Times in ms of one address, its queries and bytes, and how it answered if not by 200."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for _n in range(WARM_UP):
        answer = client.get(url)
    if answer.status_code != 200:
        return {"status": answer.status_code}
    with CaptureQueriesContext(connection) as caught:
        client.get(url)
    queries = len(caught)  # looked at now: the next request empties the record
    times, cpu = [], _cpu()
    for _n in range(REQUESTS):
        begun = time.perf_counter()
        client.get(url)
        times.append(1000 * (time.perf_counter() - begun))
    cpu = (_cpu() - cpu) / REQUESTS
    return {
        "p50_ms": round(statistics.median(times), 1),
        "p95_ms": round(sorted(times)[math.ceil(0.95 * len(times)) - 1], 1),
        "cpu_ms": round(cpu, 1),
        "queries": queries,
        "kb": round(len(answer.content) / 1000),
    }


def _cpu() -> float:
    """Milliseconds of CPU that this process and its database session have taken so far.

    On a machine that others use too, this is what can be compared; the clock cannot.
    """
    from django.db import connection

    session = connection.connection.info.backend_pid
    there = Path(f"/proc/{session}/schedstat").read_text().split()[0]
    return 1000 * time.process_time() + int(there) / 1e6


def measure_all(who: str, only: list[str]) -> dict[str, Any]:
    """Every screen and every list of the API as one reader sees it."""
    from django.test import Client

    from bench._addresses import operations, screens
    from tabard.approvals.models import Approval
    from tabard.org.models import Person
    from tabard.org.people import actor_of

    person = Person.objects.get(email=WHO[who])
    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(person)
    by = actor_of(person, "screen")
    words = known(by)
    words["approval_id"] = Approval.objects.filter(unit=words["unit_id"])[0].pk
    found = {}
    for name, address in {**screens(words), **operations(words)}.items():
        if only and not any(word in name for word in only):
            continue
        one = measure(client, address)
        flag = " SLOW" if one.get("p95_ms", 0) > LIMIT_MS else ""
        print(f"{who:<9} {name:<36} {one}{flag}", file=sys.stderr, flush=True)
        if "p50_ms" in one:
            found[f"{name} ({who})"] = one
    return found


def table(found: dict[str, Any]) -> str:
    """The same for people, as `docs/reference/measurements.md` has it."""
    names = dict.fromkeys(name.rsplit(" (", 1)[0] for name in found)
    heads = [f"{who} {what}" for who in WHO for what in ("p50", "p95", "queries")]
    lines = ["| screen | " + " | ".join(heads) + " |", "| --- " * (1 + len(heads)) + "|"]
    for name in names:
        each = [found.get(f"{name} ({who})", {}) for who in WHO]
        cells = [str(one.get(key, "")) for one in each for key in ("p50_ms", "p95_ms", "queries")]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main() -> None:
    prepare()
    things()
    found: dict[str, Any] = {}
    for who in WHO:
        found.update(measure_all(who, sys.argv[1:]))
    slow = [name for name, one in found.items() if one["p95_ms"] > LIMIT_MS]
    print(table(found), file=sys.stderr)
    print(f"over 100 ms: {slow or 'none'}", file=sys.stderr)
    print(json.dumps({"screens": found}))


if __name__ == "__main__":
    main()
