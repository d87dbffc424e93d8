"""A company with channels on a Practice network inside this process, which is really asked."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from tabard.connectors.base import Message, Messages
from tabard.connectors.http import Http
from tabard.inbox import reading
from tabard.inbox.models import Reading
from tabard.kernel import clock
from tabard.register.models import Channel, Connection
from tests.cast import Cast, make_channel

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


def said(name: str, text: str = "Hello", minute: int = 0, **more: object) -> Message:
    """A comment of Ana's under the post p1, unless something else is said."""
    given = {"kind": "reply", "author_id": "ana", "author_handle": "ana", "thread": "p1"} | more
    return Message(remote_id=name, text=text, at=NOON + timedelta(minutes=minute), **given)


@pytest.fixture
def channel(cast: Cast) -> Channel:
    """A connected channel of the Nordics that has never been read."""
    made = make_channel(cast.nordics, "north", "practice")
    Connection.objects.get_or_create(channel=made, defaults={"connected_at": clock.now()})
    Channel.objects.filter(pk=made.pk).update(health="healthy")
    made.refresh_from_db()
    return made


@pytest.fixture
def told(monkeypatch) -> Callable[..., None]:
    """What the platform says, one after the other: pages, or errors."""

    def tell(*pages: Messages | Exception) -> None:
        left = list(pages)

        def asked(channel, call):
            found = left.pop(0) if left else Messages((), "")
            if isinstance(found, Exception):
                raise found
            return found

        monkeypatch.setattr(reading, "asked", asked)

    return tell


def page(items: Iterable[Message], cursor: str, *, more: bool = False) -> Messages:
    return Messages(tuple(items), cursor, more)


def read_now(channel: Channel) -> Reading:
    """As the job does, now."""
    reading.due()
    Reading.objects.filter(pk=channel.pk).update(next_at=clock.now())
    assert channel.pk in reading.due()
    reading.read(channel.pk)
    return Reading.objects.get(pk=channel.pk)


@pytest.fixture
def way_out(monkeypatch):
    """Calls to platforms go over this transport instead of the network."""

    def through(transport) -> None:
        @asynccontextmanager
        async def open_http(private: Iterable[str] = ()) -> AsyncIterator[Http]:
            yield Http(transport)

        monkeypatch.setattr("tabard.register.links.open_http", open_http)

    return through
