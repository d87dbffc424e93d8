"""A platform that fetches its pictures gets them from the sender's own address, and shows one post only."""

from __future__ import annotations

import asyncio
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from django.test import Client

from tabard.access.vault import seal
from tabard.connectors import stage as _stage
from tabard.connectors.platforms.threads.tests.simulator import ME, NAME, ThreadsStage
from tabard.kernel import clock
from tabard.posts.content import digest_of
from tabard.posts.models import Variant
from tabard.publishing.models import Delivery
from tabard.publishing.tests.test_cleared import a_picture
from tabard.register.models import Connection
from tests.cast import cast as build
from tests.cast import make_channel
from tests.sending import apart, plan, sending, until

HOST = "https://tabard.example"


def connected(unit, access):
    channel = make_channel(unit, NAME, platform="threads")
    channel.remote_id = ME
    channel.save()
    Connection.objects.filter(channel=channel).delete()
    session = seal(dict(access.session), about=f"channel {channel.pk}")
    Connection.objects.create(
        channel=channel,
        base_url=access.base_url,
        secret=seal({}, about=f"channel {channel.pk}"),
        session=session,
        connected_at=clock.now(),
    )
    return channel


def picture_post(stage: ThreadsStage) -> None:
    """One delivery with a picture, due now."""
    cast = build()
    plan([connected(cast.nordics, stage.access())], cast.publisher)
    (delivery,) = Delivery.objects.all()
    shown = {**delivery.content, "media": [a_picture(cast.nordics)]}
    Variant.objects.update(approved_digest=digest_of(shown))
    Delivery.objects.update(content=shown, digest=digest_of(shown))


def fetched(address: str) -> bytes:
    answer = Client().get(address.removeprefix(HOST))
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    return answer.getvalue()


@pytest.mark.parametrize("lost", ["", _stage.LOSE_AFTER])
def test_a_picture_is_fetched_and_shown_once(own_database, settings, lost):
    settings.PUBLIC_URL, settings.ALLOWED_HOSTS = HOST, ["*"]
    stage, came = ThreadsStage(now=clock.now()), []
    stage.switch(lost) if lost else None
    picture_post(stage)

    async def answer(request: httpx.Request) -> httpx.Response:
        sent = parse_qs(request.content.decode())
        for address in sent.get("image_url", ()):
            assert urlsplit(address).path.startswith("/lent/")
            came.append(await apart(lambda address=address: fetched(address)))
            stage.lent[address] = (came[-1], "image/jpeg")
        return await stage.answer(request)

    async def work() -> None:
        async with sending(httpx.MockTransport(answer)):
            await until(lambda: Delivery.objects.get().state not in {"queued", "sending", "unsure"})

    asyncio.run(work())
    assert Delivery.objects.get().state == "sent", Delivery.objects.get().says
    assert [post.alts for post in stage.shown()] == [("Soup",)]
    assert came
    assert not [body for body in came if b"Secret Camera" in body]
