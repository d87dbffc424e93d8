"""An organisation as large as they come, written by set-based SQL: for measuring, and for looking at."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import connection
from django.utils import translation

from tabard.demo.company import company
from tabard.demo.history import unguarded
from tabard.demo.load import PASSWORD
from tabard.demo.tell import Tell, quiet
from tabard.kernel import arms, clock, text
from tabard.kernel.actor import command_line
from tabard.org.actions import add_person, give_grant
from tabard.org.models import Person, Role, Unit
from tabard.org.setup import found
from tabard.register.models import Platform

BACK, AHEAD = timedelta(days=730), timedelta(days=120)
CHUNK = 100_000
# Written to most; their indexes and foreign keys are taken off meanwhile and made again at the end.
LARGE = ("posts_post", "posts_variant", "publishing_delivery", "audit_entry")
SIGN_IN = (
    ("Owner", "owner", "owner@meridian.example"),
    ("Regional manager", "manager", "regional@meridian.example"),
    ("District manager", "manager", "district@meridian.example"),
    ("Creator", "creator", "creator@meridian.example"),
)


@dataclass(frozen=True)
class Size:
    """How much of everything."""

    posts: int = 1_000_000
    people: int = 5_000
    channels: int = 3_000
    units: int = 200


def load(size: Size | None = None, tell: Tell = quiet) -> None:
    """Fill the empty database with an organisation of this size. One transaction, then statistics."""
    size = size or Size()
    with translation.override("en"), unguarded(), connection.cursor() as cursor:
        tell(f"{size.units} units, {size.people:,} people")
        units, known = _organisation(cursor, size)
        tell(f"{size.channels:,} channels")
        _run(cursor, "channels", known)
        _tables(cursor, known)
        with _bare(cursor, tell):
            _posts(cursor, size, known, tell)
        tell("approvals, campaigns, holds")
        for name in ("approvals", "campaigns", "holds"):
            _run(cursor, name, {**known, "owner": units[0].lead_id})
    tell("statistics for the database's planner")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)" if not connection.in_atomic_block else "ANALYZE")


def _organisation(cursor: Any, size: Size) -> tuple[list[Unit], dict[str, Any]]:
    """Units, people, grants; and what the statements need to know of them."""
    by = command_line()
    root = Unit(name="Meridian Foods", zone="Europe/Oslo")
    root = found(
        by, root, owner_name="Ada Berg", owner_email=SIGN_IN[0][2], password=None, second_factor=False
    )
    units = _units(root, size.units)
    names = [p["name"].split(" ", 1) for p in company()["people"]]
    owner = Person.objects.get(email=SIGN_IN[0][2])
    Platform.objects.get_or_create(slug="practice", defaults={"name": "Practice", "mark": "Pr"})
    known: dict[str, Any] = {
        "units": [u.pk for u in units[1:]],
        "unit_count": len(units) - 1,
        "people": size.people,
        "channels": size.channels,
        "owner": owner.pk,
        "password": make_password(PASSWORD),
        "begins": clock.now() - BACK,
        "first": [first for first, _last in names],
        "last": [last for _first, last in names[::-1]],
        "first_count": len(names),
        "last_count": len(names),
        "roles": ["creator", "publisher", "approver", "community", "analyst", "advocate"],
    }
    _run(cursor, "people", known)
    _run(cursor, "grants", known)
    district = next(u for u in units if u.kind == "district")
    for unit, (what, role, email) in zip((units[1], district, district), SIGN_IN[1:], strict=True):
        person = add_person(by, unit, email=email, name=f"{what} Vogt", password=None)
        give_grant(by, unit, person=person, role=Role.objects.get(slug=role), reason="Works there")
    Person.objects.filter(email__in=[email for _w, _r, email in SIGN_IN]).update(password=known["password"])
    return units, known


def _units(root: Unit, wanted: int) -> list[Unit]:
    """A twentieth of them regions, a third districts, the rest teams; the root first."""
    regions = [_unit(root, "region", f"Region {n + 1}") for n in range(max(1, wanted // 20))]
    Unit.objects.bulk_create(regions)
    districts = [
        _unit(regions[n % len(regions)], "district", f"District {n + 1}") for n in range(max(1, wanted // 3))
    ]
    Unit.objects.bulk_create(districts)
    rest = wanted - 1 - len(regions) - len(districts)
    teams = [_unit(districts[n % len(districts)], "team", f"Team {n + 1}") for n in range(rest)]
    Unit.objects.bulk_create(teams)
    made, taken = [root, *regions, *districts, *teams], [root.arms]
    for unit in made[1:]:
        assert unit.parent is not None
        unit.path = f"{unit.parent.path}{unit.pk}/"
        if unit.kind == "team":
            unit.arms = str(arms.differ(unit.name, unit.parent.arms).arms)
        else:
            unit.arms = str(arms.draw(unit.name, taken).arms)
            taken.append(unit.arms)
    Unit.objects.bulk_update(made[1:], ["path", "arms"])
    return made


def _unit(parent: Unit, kind: str, name: str) -> Unit:
    slug = name.lower().replace(" ", "-")
    return Unit(parent=parent, kind=kind, name=name, slug=slug, zone="UTC", search=text.folded(name))


def _tables(cursor: Any, known: dict[str, Any]) -> None:
    """What posts are put together from, as tables that end with the transaction."""
    words = [said for per_language in company()["words"].values() for said in per_language]
    things = [text.searchable(u) for u in Unit.objects.values_list("name", flat=True)]
    known.update(told=len(words), things=len(things))
    cursor.execute("CREATE TEMP TABLE told (n int, title text, text text, search text) ON COMMIT DROP")
    rows = [(n, t, w, text.searchable(t, w)) for n, (t, w) in enumerate(words)]
    cursor.executemany("INSERT INTO told VALUES (%s, %s, %s, %s)", rows)
    cursor.execute("CREATE TEMP TABLE thing (n int, name text) ON COMMIT DROP")
    cursor.executemany("INSERT INTO thing VALUES (%s, %s)", list(enumerate(things)))
    cursor.execute(
        "CREATE TEMP TABLE made_channel ON COMMIT DROP AS"
        " SELECT row_number() OVER (ORDER BY id) - 1 AS n, id, unit_id FROM register_channel"
    )
    cursor.execute(
        "CREATE TEMP TABLE staff ON COMMIT DROP AS SELECT unit_id, array_agg(id) AS ids"
        " FROM org_person WHERE is_active GROUP BY unit_id"
    )
    cursor.execute("ANALYZE told, thing, made_channel, staff")


def _posts(cursor: Any, size: Size, known: dict[str, Any], tell: Tell) -> None:
    step = (BACK + AHEAD) / size.posts
    for low in range(1, size.posts + 1, CHUNK):
        high = min(low + CHUNK - 1, size.posts)
        for name in ("posts", "variants", "deliveries", "log"):
            _run(cursor, name, {**known, "low": low, "high": high, "step": step})
        tell(f"{high:,} of {size.posts:,} posts with their deliveries and log")
    for table in ("posts_post", "posts_variant"):
        cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {size.posts})")


@contextmanager
def _bare(cursor: Any, tell: Tell) -> Iterator[None]:
    """The large tables without foreign keys and indexes that are no constraints: much faster to fill."""
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what is still to be checked forbids to alter tables
    cursor.execute(
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE contype = 'f' AND conrelid::regclass::text = ANY(%s)",
        [list(LARGE)],
    )
    keys = cursor.fetchall()
    cursor.execute(
        "SELECT indexname, indexdef FROM pg_indexes"
        " WHERE tablename = ANY(%s) AND schemaname = current_schema()"
        " AND NOT EXISTS (SELECT FROM pg_constraint WHERE conname = indexname)",
        [list(LARGE)],
    )
    indexes = cursor.fetchall()
    for table, key, _said in keys:
        cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{key}"')
    for index, _said in indexes:
        cursor.execute(f'DROP INDEX "{index}"')
    cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
    yield
    tell("indexes and keys of the large tables")
    for _index, said in indexes:
        cursor.execute(said)
    for table, key, said in keys:
        cursor.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{key}" {said}')


def _run(cursor: Any, name: str, known: dict[str, Any]) -> None:
    cursor.execute(_statements()[name], known)


def _statements() -> dict[str, str]:
    parts = (Path(__file__).parent / "scale.sql").read_text().split("-- name: ")[1:]
    return {name.strip(): sql for name, _line, sql in (part.partition("\n") for part in parts)}
