"""A video from the library to a platform: the very bytes, once, and never all of them in memory."""

from __future__ import annotations

import asyncio
import hashlib
import os
import tracemalloc
from pathlib import Path

import httpx
import pytest
from django.core.files.storage import default_storage

from tabard.access.vault import seal
from tabard.connectors.platforms.instagram.tests.simulator import APP, ME, NAME, InstagramStage
from tabard.kernel import clock
from tabard.library.actions import add_asset
from tabard.library.models import Asset
from tabard.library.tests.films import mp4, track
from tabard.posts.content import digest_of
from tabard.posts.models import Variant
from tabard.publishing.models import Delivery
from tabard.register.models import Connection, PlatformApp
from tabard.register.platform_apps import purpose
from tests.cast import cast as build
from tests.cast import make_channel
from tests.sending import plan, sending, until

MEGABYTES = 60


class Away(httpx.AsyncBaseTransport):
    """Instagram, which takes a film in as it comes and keeps only its sum."""

    def __init__(self, stage: InstagramStage) -> None:
        self.stage, self.sum, self.size, self.largest = stage, hashlib.sha256(), 0, 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.host != "rupload.facebook.com":
            return await self.stage.answer(request)
        async for piece in request.stream:
            self.sum.update(piece)
            self.size += len(piece)
            self.largest = max(self.largest, len(piece))
        assert int(request.headers["content-length"]) == self.size
        self.stage.made[request.url.path.rpartition("/")[2]].status = "FINISHED"
        return httpx.Response(200, json={"success": True})


def connected(unit, access):
    channel = make_channel(unit, NAME, platform="instagram")
    channel.remote_id = ME
    channel.save()
    Connection.objects.filter(channel=channel).delete()
    Connection.objects.create(
        channel=channel,
        base_url=access.base_url,
        secret=seal({}, about=f"channel {channel.pk}"),
        session=seal(dict(access.session), about=f"channel {channel.pk}"),
        connected_at=clock.now(),
    )
    PlatformApp.objects.update_or_create(
        platform_id="instagram",
        defaults={"secret": seal(dict(APP), about=purpose("instagram")), "set_at": clock.now()},
    )
    return channel


def planned(cast, stage: InstagramStage, body: bytes) -> Asset:
    """One delivery of a film, due now."""
    film = add_asset(cast.by("creator"), cast.nordics, name="soup.mp4", data=body, alt="Soup")
    (delivery,) = plan([connected(cast.nordics, stage.access())], cast.publisher)
    said = {"asset": film.pk, "sha256": film.sha256, "name": film.name, "alt": ""}
    shown = {**delivery.content, "media": [said], "placement": "reel"}
    Variant.objects.update(approved_digest=digest_of(shown), placement="reel")
    Delivery.objects.update(content=shown, digest=digest_of(shown))
    return film


def carried(way: Away) -> Delivery:
    async def work() -> None:
        async with sending(way):
            await until(lambda: Delivery.objects.get().state not in {"queued", "sending"}, within=60)

    asyncio.run(work())
    return Delivery.objects.get()


@pytest.fixture
def away(own_database, settings, tmp_path):
    settings.MEDIA_ROOT, settings.INCOMING, settings.FFMPEG = tmp_path / "media", tmp_path / "incoming", ""
    return Away(InstagramStage(now=clock.now()))


def test_a_video_arrives_as_it_was_approved_and_never_lies_in_memory(away):
    film = planned(build(), away.stage, mp4(track(), data=os.urandom(MEGABYTES * 1_000_000)))
    tracemalloc.start()
    delivery = carried(away)
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert delivery.state == "sent", delivery.says
    assert (away.sum.hexdigest(), away.size) == (film.sha256, film.size)
    assert len(away.stage.shown()) == 1
    assert away.largest <= 1_000_000
    assert most < MEGABYTES * 1_000_000 / 3


def test_a_video_that_was_changed_since_is_not_published(away, settings):
    film = planned(build(), away.stage, mp4(track(), data=os.urandom(3_000_000)))
    with Path(default_storage.path(film.file.name)).open("r+b") as file:
        file.seek(1_000_000)
        file.write(b"other")
    delivery = carried(away)
    assert (delivery.state, delivery.code) == ("failed", "file_changed")
    assert not away.stage.shown()


def test_a_video_that_is_gone_is_said_to_be(away):
    film = planned(build(), away.stage, mp4())
    default_storage.delete(film.file.name)
    assert carried(away).code == "file_gone"
