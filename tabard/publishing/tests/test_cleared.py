"""Pictures that a platform has cleared away before the post used them are sent again."""

import asyncio
import hashlib

import httpx
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from tabard.access.vault import seal
from tabard.connectors.platforms.bluesky.tests.simulator import DID, PUT, SERVER, BlueskyStage, said
from tabard.connectors.stage import picture
from tabard.kernel import clock
from tabard.library.models import Asset
from tabard.posts.content import digest_of
from tabard.posts.models import Variant
from tabard.publishing.models import Delivery
from tabard.register.models import Connection
from tests.cast import cast as build
from tests.cast import make_channel
from tests.sending import plan, sending, until


def a_picture(unit) -> dict:
    """A picture in the library, as a delivery carries it."""
    body = asyncio.run(picture().load())
    sha256 = hashlib.sha256(body).hexdigest()
    file = default_storage.save("cleared.jpg", ContentFile(body))
    size = {"size": len(body), "width": 640, "height": 480}
    asset = Asset.objects.create(
        unit=unit, name="soup.jpg", file=file, mime="image/jpeg", kind="image", sha256=sha256, **size
    )
    return {"asset": asset.pk, "sha256": sha256, "name": "soup.jpg", "alt": "Soup"}


def connected(unit, access):
    channel = make_channel(unit, "tabard-town.test", platform="bluesky")
    channel.remote_id = DID
    channel.save()
    Connection.objects.filter(channel=channel).delete()
    about = f"channel {channel.pk}"
    Connection.objects.create(
        channel=channel,
        base_url=SERVER,
        secret=seal(dict(access.secret), about=about),
        session=seal(dict(access.session), about=about),
        servers=dict(access.servers),
        connected_at=clock.now(),
    )
    return channel


def test_a_post_whose_pictures_were_cleared_away_goes_out_with_new_ones(own_database):
    cast, stage, first = build(), BlueskyStage(now=clock.now()), []
    (delivery,) = plan([connected(cast.nordics, stage.access())], cast.publisher)
    shown = {**delivery.content, "media": [a_picture(cast.nordics)]}
    Variant.objects.update(approved_digest=digest_of(shown))
    Delivery.objects.update(content=shown, digest=digest_of(shown))

    async def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith(PUT) and not first:
            first.append(request)
            return said("BlobNotFound")
        return await stage.answer(request)

    def again() -> bool:
        Delivery.objects.filter(state="queued", tries=1).update(next_at=clock.now())
        return Delivery.objects.get().state not in {"queued", "sending"}

    async def work() -> None:
        async with sending(httpx.MockTransport(answer)):
            await until(again)

    asyncio.run(work())
    assert Delivery.objects.get().state == "sent"
    assert [post.alts for post in stage.shown()] == [("Soup",)]
    uploads = [r for r in stage.requests if r.url.path.endswith("uploadBlob")]
    assert len(uploads) == 2
