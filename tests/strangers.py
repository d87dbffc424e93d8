"""Who has no business with the Nordics: at the door, in a browser and with a key."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest
from django.core import signals
from django.db import close_old_connections, connection
from django.test import Client

from tabard.access.actions import leave, make_token, suspend
from tabard.kernel import clock
from tabard.kernel.actor import command_line
from tabard.kernel.permissions import SIGNED_IN
from tabard.org.actions import end_grant, give_grant
from tabard.org.catalogue import OWN, PERMISSIONS, ROLES
from tabard.org.models import Person, Role, Unit
from tabard.org.people import actor_of
from tests.cast import make_person
from tests.planted import NORTH, SOUTH, Company


@dataclass
class Who:
    """Somebody: a browser and a key. `may` is what their grants and key leave them, None for nothing at all,
    not even what everybody who is signed in may. `words` are not for them."""

    page: Client
    key: Client
    may: frozenset[str] | None
    words: tuple[str, ...] = (NORTH, SOUTH)
    # Whether they have rights somewhere, so that lists and searches are worth a second look.
    inside: bool = False
    # Whose things they have no business with: by name in addresses. None: they may see these, and do less.
    foreign: dict[str, Any] | None = None

    def refused(self, permission: str) -> bool:
        """Whether whatever needs this is closed to them, whatever it is about."""
        if self.may is None:
            return True
        return permission != SIGNED_IN and not permission.startswith(OWN) and permission not in self.may

    def not_for(self, said: bytes) -> bool:
        """Whether something was said that is not for them."""
        return any(word.encode() in said for word in self.words)


def _who(person: Person, may: set[str] | None, **more: Any) -> Who:
    key = {k: more.pop(k) for k in ("permissions", "dangerous") if k in more}
    return Who(signed_in(person), by_key(person, **key), None if may is None else frozenset(may), **more)


def by_key(person: Person, **more: Any) -> Client:
    key = make_token(actor_of(person, "screen", proved_at=clock.now()), person, name="x", **more).key
    return Client(headers={"Authorization": f"Bearer {key}"}, raise_request_exception=False)


def signed_in(person: Person) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(person)
    return client


def _beside(ids: dict[str, Any]) -> dict[str, Any]:
    return {"inside": True, "dangerous": True, "foreign": ids}


def owner(company: Company) -> Who:
    """Who may see everything."""
    return _who(company.north.owner, set(PERMISSIONS), inside=True, dangerous=True)


def _nobody(_company: Company) -> Who:
    return Who(Client(raise_request_exception=False), Client(raise_request_exception=False), None)


def _no_grants(company: Company) -> Who:
    return _who(make_person(company.north.organisation, "Nobody Much"), set())


def _sibling(company: Company) -> Who:
    """Somebody who may do nearly everything, but in the unit beside."""
    return _who(company.north.stranger, ROLES["manager"][1], words=(NORTH,), **_beside(company.ids))


def _other_sibling(company: Company) -> Who:
    """The same the other way round, from deeper in the tree."""
    return _who(company.north.district, ROLES["manager"][1], words=(SOUTH,), **_beside(company.south_ids))


def _expired(company: Company) -> Who:
    """A manager of the Nordics until a moment ago; they are still here, elsewhere."""
    person = make_person(company.north.organisation, "Over Yesterday")
    grant = _manager(person, company.north.nordics, ends_at=clock.now() + timedelta(hours=1))
    type(grant)._base_manager.filter(pk=grant.pk).update(
        starts_at=clock.now() - timedelta(hours=2), ends_at=clock.now() - timedelta(minutes=1)
    )
    return _who(person, set())


def _ended(company: Company) -> Who:
    person = make_person(company.north.organisation, "Taken Away")
    who = _who(person, set())
    end_grant(command_line(), _manager(person, company.north.nordics), reason="x")
    return who


def _tomorrow(company: Company) -> Who:
    """A manager of the Nordics from tomorrow on."""
    person = make_person(company.north.organisation, "Not Yet")
    _manager(person, company.north.nordics, starts_at=clock.now() + timedelta(days=1))
    return _who(person, set())


def _suspended(company: Company) -> Who:
    """Somebody who may do all of it, but is suspended since they signed in."""
    who = _who(company.north.district, None)
    until = clock.now() + timedelta(hours=1)
    suspend(company.north.by("owner"), company.north.district, reason="x", until=until)
    return who


def _leaver(company: Company) -> Who:
    """Somebody who could do all of it, and has left with their browser open and their key in a script."""
    person = make_person(company.north.nordics, "Gone For Good", "manager")
    who = _who(person, None)
    leave(company.north.by("owner"), person, reason="x")
    return who


def _reading_key(company: Company) -> Who:
    """A key of the owner's that was made for reading."""
    reads = {p for p in PERMISSIONS if p.endswith(".see")}
    who = _who(company.north.owner, reads, words=(), permissions=sorted(reads))
    who.page = Client(raise_request_exception=False)
    return who


def _small_key(company: Company) -> Who:
    """A key of the owner's that was made for one small thing."""
    who = _who(company.north.owner, set(), permissions=["own.absence"])
    who.page = Client(raise_request_exception=False)
    return who


def _creator(company: Company) -> Who:
    """Somebody of the Nordics who writes there, and no more."""
    return _who(company.north.creator, ROLES["creator"][1], words=(SOUTH,))


def _manager(person: Person, unit: Unit, **when: Any) -> Any:
    role = Role.objects.get(slug="manager")
    return give_grant(command_line(), unit, person=person, role=role, reason="x", **when)


WHO: dict[str, Callable[[Company], Who]] = {
    "nobody": _nobody,
    "no grants": _no_grants,
    "a sibling": _sibling,
    "the other sibling": _other_sibling,
    "a grant that has run out": _expired,
    "a grant that was ended": _ended,
    "a grant from tomorrow": _tomorrow,
    "suspended": _suspended,
    "left": _leaver,
    "a reading key": _reading_key,
    "a small key": _small_key,
    "a creator": _creator,
}


@contextmanager
def one_connection() -> Iterator[None]:
    """Requests stay in the transaction of the test."""
    both = (signals.request_started, signals.request_finished)
    for each in both:
        each.disconnect(close_old_connections)
    yield
    for each in both:
        each.connect(close_old_connections)


def silence(monkeypatch: pytest.MonkeyPatch) -> None:
    """No platform answers."""

    async def refuse(*_all: Any, **_named: Any) -> Any:
        raise httpx.ConnectError("nobody is there")

    monkeypatch.setattr(httpx.AsyncClient, "send", refuse)


# What is counted or noted of whoever asks, whatever becomes of it.
NOTED = {
    "access_apitoken",
    "access_directorytoken",
    "access_session",
    "audit_refusal",
    "django_session",
    "access_attempts",
    "tabard_cache",
}


def all_rows() -> dict[str, Any]:
    """How many rows each table has and what is in them, as numbers."""
    tables = sorted(set(connection.introspection.table_names()) - NOTED)
    parts = [
        f"SELECT '{table}', count(*), coalesce(sum(hashtextextended(r::text, 0)), 0) FROM \"{table}\" r"
        for table in tables
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts))
        return {table: (count, content) for table, count, content in cursor.fetchall()}
