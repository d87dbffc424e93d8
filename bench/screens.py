"""How fast every screen answers on an organisation as large as they come (`tabard demo --scale full`).

`make bench NAME=screens`; the first run makes that organisation in a database of its own beside the embedded
one. `POSTS=20000` makes a smaller one, in another. Requests go through Django's test client with the real
middleware: the time of the server without the network. The last line is JSON.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from pathlib import Path
from typing import Any

import psycopg

from tabard.config import embedded

POSTS = int(os.environ.get("POSTS", "1000000"))
REQUESTS = int(os.environ.get("REQUESTS", "30"))
WARM_UP = 3
WHO = {"owner": "owner@meridian.example", "district": "district@meridian.example"}
# Name: address. {post}, {unit} and so on are ids of things in the middle of what the reader may see.
SCREENS = {
    "today": "/",
    "calendar month": "/calendar/",
    "calendar month, last year": "/calendar/?month={last_year}",
    "calendar list": "/calendar/list/",
    "calendar day": "/calendar/day/",
    "posts": "/posts/",
    "posts, second page": "/posts/?{older}",
    "posts, common word": "/posts/?q=soup",
    "posts, rare word": "/posts/?q={post}",
    "posts, two words": "/posts/?q=soup+region",
    "posts, in review": "/posts/?state=in_review",
    "posts, handed over": "/posts/?state=handed_over",
    "posts, by title": "/posts/?sort=title",
    "post": "/posts/{post}/",
    "versions": "/posts/{post}/versions/",
    "new post": "/posts/new/",
    "approvals": "/approvals/",
    "campaigns": "/campaigns/",
    "deliveries": "/deliveries/",
    "deliveries, failed": "/deliveries/?state=failed",
    "deliveries, search": "/deliveries/?q=soup",
    "delivery": "/deliveries/{delivery}/",
    "holds": "/holds/",
    "register": "/register/",
    "register, search": "/register/?q=recipes",
    "channel": "/register/{channel}/",
    "library": "/library/",
    "units": "/units/",
    "unit": "/units/{unit}/",
    "unit grants": "/units/{unit}/grants/",
    "people": "/people/",
    "people, search": "/people/?q=writer",
    "person": "/people/{person}/",
    "grants": "/grants/",
    "grants, search": "/grants/?q=marek",
    "roles": "/roles/",
    "policies": "/units/{unit}/policies/",
    "reorganisations": "/reorganisations/",
    "audit": "/audit/",
    "audit, search": "/audit/?q=soup",
    "audit, by action": "/audit/?action=post.make",
    "scope": "/scope/",
    "find": "/find/?q=soup",
    "find, nothing typed": "/find/",
    "me": "/me/",
    "tokens": "/tokens/",
}


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

    from tabard.demo import load, scale
    from tabard.demo.tell import aloud

    call_command("migrate", verbosity=0)
    if load.is_empty():
        begun = time.monotonic()
        scale.load(scale.Size(posts=POSTS), aloud)
        print(f"made in {time.monotonic() - begun:.0f} s", file=sys.stderr)


def things(by: Any) -> dict[str, Any]:
    """Something of every kind that this reader may see."""
    from tabard.kernel import clock
    from tabard.org.models import Person, Unit
    from tabard.posts.models import Post
    from tabard.publishing.models import Delivery
    from tabard.register.models import Channel

    now = clock.now()
    unit = Unit.objects.visible_to(by).filter(kind="district").order_by("id")[0]
    delivery = Delivery.objects.filter(unit=unit.pk, due_at__lte=now).order_by("-due_at")[0]
    return {
        "unit": unit.pk,
        "post": Post.objects.filter(unit=unit.pk, due_at__lte=now).order_by("-due_at")[0].pk,
        "delivery": delivery.pk,
        "channel": Channel.objects.filter(unit=unit.pk)[0].pk,
        "person": Person.objects.filter(unit=unit.pk, is_active=True)[0].pk,
        "last_year": f"{now.year - 1}-{now.month:02d}",
    }


def measure(client: Any, url: str) -> dict[str, float] | None:
    """Times in ms of one screen, and its queries; nothing if the page is not there for this reader."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for _n in range(WARM_UP):
        answer = client.get(url)
    if answer.status_code != 200:
        return None
    with CaptureQueriesContext(connection) as caught:
        client.get(url)
    queries = len(caught)  # looked at now: the next request empties the record
    times = []
    for _n in range(REQUESTS):
        begun = time.perf_counter()
        client.get(url)
        times.append(1000 * (time.perf_counter() - begun))
    return {
        "p50_ms": round(statistics.median(times), 1),
        "p95_ms": round(sorted(times)[int(0.95 * len(times)) - 1], 1),
        "queries": queries,
    }


def measure_all(who: str, only: list[str]) -> dict[str, Any]:
    """Every screen as one reader sees it."""
    from django.test import Client

    from tabard.org.models import Person
    from tabard.org.people import actor_of
    from tabard.posts import queries

    person = Person.objects.get(email=WHO[who])
    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(person)
    by = actor_of(person, "screen")
    known = {**things(by), "older": f"after={queries.posts(by, None, {}).older}"}
    found = {}
    for name, address in SCREENS.items():
        if only and not any(word in name for word in only):
            continue
        one = measure(client, address.format(**known))
        print(f"{who:<9} {name:<28} {one or 'not there'}", file=sys.stderr, flush=True)
        if one:
            found[f"{name} ({who})"] = one
    return found


def main() -> None:
    prepare()
    found: dict[str, Any] = {}
    for who in WHO:
        found.update(measure_all(who, sys.argv[1:]))
    slow = [name for name, one in found.items() if one["p95_ms"] > 100]
    print(f"over 100 ms: {slow or 'none'}", file=sys.stderr)
    print(json.dumps({"screens": found}))


if __name__ == "__main__":
    main()
