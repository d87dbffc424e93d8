"""The stream as a browser has it, over the real database."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client, override_settings

from tabard.access import actions
from tabard.kernel import clock
from tabard.kernel.events import tell
from tabard.live import app as live
from tests.cast import Cast
from tests.cast import cast as build


@pytest.fixture
def cast(own_database: str) -> Cast:
    return build()


def cookie(person: Any) -> str:
    client = Client()
    client.force_login(person)
    return f"sessionid={client.cookies['sessionid'].value}"


class Browser:
    """Opens a stream and collects what comes."""

    def __init__(self, application: live.Live, cookie: str, **headers: str) -> None:
        self.status = 0
        self.headers: dict[bytes, bytes] = {}
        self.body = b""
        self.closed = asyncio.Event()
        self._gone = asyncio.Event()
        sent = {"cookie": cookie, **{name.replace("_", "-"): value for name, value in headers.items()}}
        scope = {
            "type": "http",
            "method": "GET",
            "path": "/",
            "headers": [(name.encode(), value.encode()) for name, value in sent.items()],
        }
        self.task = asyncio.create_task(application(scope, self._receive, self._send))

    async def _receive(self) -> dict[str, Any]:
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], dict(message["headers"])
        else:
            self.body += message["body"]
            if not message["more_body"]:
                self.closed.set()

    async def hears(self, what: bytes, seconds: float = 5) -> bool:
        async with asyncio.timeout(seconds):
            while what not in self.body:
                await asyncio.sleep(0.02)
        return True

    def leave(self) -> None:
        self._gone.set()


def play(scene: Callable[[live.Live], Coroutine[Any, Any, None]]) -> None:
    """Run a scene with the application started and ended as a server does."""

    async def run() -> None:
        application, inbox, outbox = live.Live(), asyncio.Queue[Any](), asyncio.Queue[Any]()
        span = asyncio.create_task(application({"type": "lifespan"}, inbox.get, outbox.put))
        await inbox.put({"type": "lifespan.startup"})
        await outbox.get()
        try:
            await scene(application)
        finally:
            await inbox.put({"type": "lifespan.shutdown"})
            await span

    asyncio.run(run())


def change(*names: str) -> None:
    try:
        with transaction.atomic():
            tell(list(names))
    finally:
        connection.close()


def test_a_change_reaches_the_screens_that_may_hear_of_it_and_no_other(cast):
    ours, theirs = cookie(cast.creator), cookie(cast.stranger)
    unit = cast.nordics.pk

    async def scene(application: live.Live) -> None:
        inside, outside = Browser(application, ours), Browser(application, theirs)
        assert await inside.hears(b"retry:")
        assert await outside.hears(b"retry:")
        await asyncio.sleep(0.3)  # the listening connection stands
        await asyncio.to_thread(change, f"delivery 812 {unit}", "hold 1")
        assert await inside.hears(b"data: delivery 812\n")
        assert await outside.hears(b"data: hold 1\n")
        assert b"812" not in outside.body
        assert inside.headers[b"content-type"].startswith(b"text/event-stream")
        inside.leave()
        outside.leave()
        await asyncio.gather(inside.task, outside.task)
        assert len(application.lines) == 0

    play(scene)


@pytest.mark.parametrize("value", ["", "sessionid=nonsense", "sessionid="])
def test_without_a_session_there_is_no_line(cast, value):
    async def scene(application: live.Live) -> None:
        stranger = Browser(application, value)
        await stranger.task
        assert stranger.status == 401

    play(scene)


@override_settings(LOCAL=False, PUBLIC_URL="https://tabard.example")
def test_pages_of_others_are_refused_and_our_own_may_read_with_credentials(cast):
    ours = cookie(cast.creator)

    async def scene(application: live.Live) -> None:
        foreign = Browser(application, ours, origin="https://evil.example")
        await foreign.task
        assert foreign.status == 403
        own = Browser(application, ours, origin="https://tabard.example")
        assert await own.hears(b"retry:")
        assert own.headers[b"access-control-allow-origin"] == b"https://tabard.example"
        assert own.headers[b"access-control-allow-credentials"] == b"true"
        own.leave()
        await own.task

    play(scene)


@pytest.mark.parametrize("how", ["signed out", "deactivated", "new password"])
def test_an_ended_session_is_cut(cast, how, monkeypatch):
    monkeypatch.setattr(live, "CHECK", 0.2)
    person = cast.creator
    client = Client()
    client.force_login(person)

    def end() -> None:
        if how == "signed out":
            client.logout()
        elif how == "deactivated":
            type(person).objects.filter(pk=person.pk).update(is_active=False)
        else:
            person.set_password("another coat for a herald")
            person.save()
        connection.close()

    async def scene(application: live.Live) -> None:
        screen = Browser(application, f"sessionid={client.cookies['sessionid'].value}")
        assert await screen.hears(b"retry:")
        await asyncio.to_thread(end)
        async with asyncio.timeout(5):
            await screen.closed.wait()

    play(scene)


@pytest.mark.parametrize("how", ["left", "suspended", "signed out by others"])
def test_whoever_is_shut_out_is_cut_at_once_and_nobody_else_hears_of_it(cast, how, monkeypatch):
    monkeypatch.setattr(live, "CHECK", 3600.0)
    by, person = cast.by("owner"), cast.creator
    theirs, others = cookie(person), cookie(cast.publisher)

    def shut_out() -> None:
        if how == "left":
            actions.leave(by, person, reason="Works elsewhere")
        elif how == "suspended":
            actions.suspend(by, person, reason="Lost phone", until=clock.now() + clock.minutes(60))
        else:
            actions.sign_out(by, person, reason="Lost phone")
        connection.close()

    async def scene(application: live.Live) -> None:
        gone, stays = Browser(application, theirs), Browser(application, others)
        assert await gone.hears(b"retry:")
        assert await stays.hears(b"retry:")
        await asyncio.to_thread(shut_out)
        async with asyncio.timeout(5):
            await gone.closed.wait()
        await asyncio.to_thread(change, "post 7")
        assert await stays.hears(b"post 7")
        assert b"closed" not in stays.body
        stays.leave()
        await stays.task

    play(scene)


def test_a_browser_that_comes_back_is_told_to_look_again(cast):
    ours = cookie(cast.creator)

    async def scene(application: live.Live) -> None:
        await asyncio.sleep(0.3)
        first = Browser(application, ours)
        assert await first.hears(b"id: 1")
        second = Browser(application, ours, last_event_id="1")
        assert await second.hears(b"event: again")
        assert b"again" not in first.body
        first.leave()
        second.leave()

    play(scene)


def test_a_lost_database_connection_comes_back_and_everybody_looks_again(cast):
    ours = cookie(cast.creator)

    def cut() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE application_name = 'tabard live' AND datname = current_database()"
            )
        connection.close()

    async def scene(application: live.Live) -> None:
        await asyncio.sleep(0.3)
        screen = Browser(application, ours)
        assert await screen.hears(b"retry:")
        await asyncio.to_thread(cut)
        assert await screen.hears(b"event: again", 8)
        await asyncio.to_thread(change, "post 5 " + str(cast.nordics.pk))
        assert await screen.hears(b"data: post 5\n")
        screen.leave()

    play(scene)


def test_one_person_has_not_more_screens_open_than_anybody_has(cast, monkeypatch):
    monkeypatch.setattr(live, "MOST", 3)
    ours, theirs = cookie(cast.creator), cookie(cast.stranger)

    async def scene(application: live.Live) -> None:
        open_ = [Browser(application, ours) for _ in range(3)]
        for each in open_:
            assert await each.hears(b"retry:")
        late, other = Browser(application, ours), Browser(application, theirs)
        await late.closed.wait()
        assert (late.status, late.headers[b"retry-after"]) == (429, b"60")
        assert await other.hears(b"retry:")
        open_[0].leave()
        await open_[0].task
        again = Browser(application, ours)
        assert await again.hears(b"retry:")

    play(scene)


def test_whoever_is_shut_out_while_nobody_listens_is_cut_as_soon_as_somebody_does(cast, monkeypatch):
    monkeypatch.setattr(live, "CHECK", 3600.0)
    theirs, connect = cookie(cast.creator), live.psycopg.AsyncConnection.connect

    def shut_out() -> None:
        actions.leave(cast.by("owner"), cast.creator, reason="Works elsewhere")
        connection.close()

    async def scene(application: live.Live) -> None:
        gone = Browser(application, theirs)
        assert await gone.hears(b"retry:")
        await asyncio.to_thread(shut_out)
        assert not gone.closed.is_set()
        back.set()
        async with asyncio.timeout(5):
            await gone.closed.wait()

    async def late(**where: Any) -> Any:
        await back.wait()
        return await connect(**where)

    back = asyncio.Event()
    monkeypatch.setattr(live.psycopg.AsyncConnection, "connect", late)
    play(scene)
