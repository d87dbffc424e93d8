"""A video that goes out in pieces, the last of which shows it: once, whatever breaks."""

from __future__ import annotations

import asyncio
import hashlib

import httpx
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from tabard.access.vault import seal
from tabard.connectors import stage as _stage
from tabard.connectors.platforms.tiktok.tests.simulator import ME, NAME, UPLOADS, TikTokStage
from tabard.connectors.stage import film
from tabard.kernel import clock
from tabard.library.models import Asset
from tabard.posts.content import digest_of
from tabard.posts.models import Variant
from tabard.publishing.models import Delivery
from tabard.register.models import Connection
from tests.cast import cast as build
from tests.cast import make_channel
from tests.sending import plan, sending, until

SIZE = 14 * 1024**2


def a_film(unit) -> dict:
    """A video in the library, as a delivery carries it."""
    body = asyncio.run(film(size=SIZE).load())
    sha256 = hashlib.sha256(body).hexdigest()
    file = default_storage.save("film.mp4", ContentFile(body))
    asset = Asset.objects.create(
        unit=unit,
        name="film.mp4",
        file=file,
        mime="video/mp4",
        kind="video",
        sha256=sha256,
        size=len(body),
        width=1080,
        height=1920,
    )
    return {"asset": asset.pk, "sha256": sha256, "name": "film.mp4", "alt": ""}


def video_post(stage: TikTokStage) -> None:
    """One delivery with a video, due now."""
    cast, access = build(), stage.access()
    channel = make_channel(cast.nordics, NAME, platform="tiktok")
    channel.remote_id = ME
    channel.save()
    Connection.objects.filter(channel=channel).delete()
    about = f"channel {channel.pk}"
    Connection.objects.create(
        channel=channel,
        base_url=access.base_url,
        secret=seal({}, about=about),
        session=seal(dict(access.session), about=about),
        connected_at=clock.now(),
    )
    (delivery,) = plan([channel], cast.publisher)
    chosen = {"media": [a_film(cast.nordics)], "options": dict(stage.options("video"))}
    shown = {**delivery.content, **chosen}
    Variant.objects.update(approved_digest=digest_of(shown))
    Delivery.objects.update(content=shown, digest=digest_of(shown))


def sent() -> bool:
    """Whether it has ended. What waits is let go at once, and two minutes pass for what is open."""
    Delivery.objects.filter(state="queued", tries__gt=0).update(next_at=clock.now())
    ago = clock.now() - clock.minutes(2)
    Delivery.objects.filter(state="unsure").update(armed_at=ago, next_at=clock.now())
    return Delivery.objects.get().state not in {"queued", "sending", "unsure"}


@pytest.mark.parametrize("lost", ["", _stage.LOSE_AFTER, _stage.LOSE_BEFORE, "first piece"])
def test_a_video_is_shown_once(own_database, lost):
    stage, broken = TikTokStage(now=clock.now()), []
    video_post(stage)

    async def answer(request: httpx.Request) -> httpx.Response:
        piece = request.headers.get("content-range", "")
        hit = piece.startswith("bytes 0-") if lost == "first piece" else stage.shows(request)
        if not (lost and request.url.host == UPLOADS and hit) or broken:
            return await stage.answer(request)
        broken.append(piece)
        if lost != _stage.LOSE_BEFORE:
            await stage.answer(request)
        raise httpx.ReadTimeout("lost", request=request)

    async def work() -> None:
        async with sending(httpx.MockTransport(answer)):
            await until(sent)

    asyncio.run(work())
    delivery = Delivery.objects.get()
    assert delivery.state == "sent", delivery.says
    assert bool(broken) is bool(lost)
    assert [post.remote_id for post in stage.shown()] == [delivery.remote_id]
    assert [len(upload.body) for upload in stage.uploads.values()] == [SIZE]
