"""The same over a real connection: what is sent arrives whole, and what is lost is found again."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from tabard.connectors import stage as _stage
from tabard.connectors.base import Outgoing, Published
from tabard.connectors.errors import Later, Unsure
from tabard.connectors.http import open_http
from tabard.connectors.platforms.mastodon import Mastodon
from tabard.connectors.platforms.mastodon.tests.simulator import TOKEN, MastodonStage
from tabard.connectors.stage import picture
from tabard.connectors.tests.wire import on_wire

ME = Mastodon()


def test_connect_publish_lose_the_answer_find_and_say_it_once() -> None:
    async def story() -> None:
        on = MastodonStage()
        async with on_wire(on) as url, open_http({"127.0.0.1"}) as http:
            http = replace(http, clock=lambda: on.now, sleep=on._sleep)
            access = (await ME.connect({"server": url, "token": TOKEN}, http)).access
            post = Outgoing(
                "key", "Здравей\n\n#днес", on.now, media=(picture(alt="Площад"), picture("b", alt="Ден"))
            )
            post = replace(post, own=ME.mint(post))
            state = await ME.prepare(access, post, {}, http)
            told: list[int] = []

            async def sent() -> None:
                told.append(len(on.shown()))

            on.switch(_stage.LOSE_AFTER)
            with pytest.raises(Unsure):
                await ME.commit(access, post, state, http.watched(sent))
            assert told == [0]
            on.switch(_stage.LOSE_AFTER, False)
            found = await ME.find(access, post, state, http)
            assert isinstance(found, Published)
            again = await ME.commit(access, post, state, http)
            assert again.remote_id == found.remote_id
        (shown,) = on.shown()
        assert (shown.text, shown.alts) == (post.text, ("Площад", "Ден"))

    asyncio.run(story())


def test_a_commit_whose_moment_has_passed_does_not_leave() -> None:
    async def story() -> None:
        on = MastodonStage()
        async with on_wire(on) as url, open_http({"127.0.0.1"}) as http:
            access = (await ME.connect({"server": url, "token": TOKEN}, http)).access
            told: list[str] = []

            async def sent() -> None:
                told.append("sent")

            late = http.watched(sent, leave_by=0.0)
            with pytest.raises(Later):
                await ME.commit(access, Outgoing("key", "Too late", on.now), {}, late)
        assert (told, on.shown()) == ([], [])

    asyncio.run(story())
