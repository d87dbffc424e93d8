"""What the proofs of publishing stand on: channels on a Practice network, and posts that are due on them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import httpx
from django.db import connections
from django.db.models import Q

from tabard.access.vault import seal
from tabard.connectors.http import Http
from tabard.kernel import clock
from tabard.org.models import Person, Unit
from tabard.posts.content import COMMENT, contents, digest_of, parts_of
from tabard.posts.models import Post, Variant
from tabard.publishing.models import Delivery
from tabard.publishing.sender.database import open_connections
from tabard.publishing.sender.ledger import Ledger
from tabard.publishing.sender.run import Sender
from tabard.register.models import Channel, Connection, Platform


def make_channels(unit: Unit, base_url: str, tokens: dict[str, str]) -> list[Channel]:
    """Connected channels on a Practice network, by handle and token."""
    Platform.objects.get_or_create(slug="practice", defaults={"name": "Practice", "mark": "Pr"})
    made = Channel.objects.bulk_create(
        Channel(unit=unit, platform_id="practice", handle=h, name=h, remote_id=h, health="healthy")
        for h in tokens
    )
    Connection.objects.bulk_create(
        Connection(
            channel=channel,
            base_url=base_url,
            secret=seal({"token": tokens[channel.handle]}, about=f"channel {channel.pk}"),
            connected_at=clock.now(),
        )
        for channel in made
    )
    return made


def plan(
    channels: Sequence[Channel],
    by: Person,
    *,
    each: int = 1,
    due: datetime | None = None,
    gap: float = 0.0,
    thread: int = 0,
    comment: str = "",
) -> list[Delivery]:
    """`each` approved and scheduled posts per channel, `gap` seconds apart from `due` on (now).

    `thread`: how many posts follow each; `comment`: what is said under each.
    """
    due = due or clock.now()
    made: list[Delivery] = []
    for number in range(each):
        at = due + timedelta(seconds=gap * number)
        post = Post.objects.create(
            unit=channels[0].unit, author=by, title=f"Post {number}", text=f"Number {number}", due_at=at
        )
        behind = [{"text": f"Number {number} {part + 1}", "attachment_ids": []} for part in range(thread)]
        variants = Variant.objects.bulk_create(
            Variant(post=post, channel=channel, thread=behind, first_comment=comment) for channel in channels
        )
        shown = contents(post, variants)
        for variant in variants:
            variant.approved_digest = digest_of(shown[variant.pk])
        Variant.objects.bulk_update(variants, ["approved_digest"])
        for state in ("in_review", "approved", "scheduled"):
            Variant.objects.filter(post=post).update(state=state)
        before: list[Delivery] = []
        for part, said in enumerate(parts_of(shown[variants[0].pk])):
            first, last = made[-len(variants) * part :][: len(variants)], before
            follows = dict(zip(variants, first if said.get("kind") == COMMENT else last, strict=False))
            before = Delivery.objects.bulk_create(
                Delivery(
                    variant=v,
                    post=post,
                    channel=v.channel,
                    unit_id=v.channel.unit_id,
                    scheduled_by=by,
                    content=shown[v.pk],
                    digest=v.approved_digest,
                    due_at=at,
                    next_at=at,
                    part=part,
                    parts=1 + len(shown[v.pk].get("parts", ())),
                    follows=follows.get(v),
                    turn=0 if part else 1,
                )
                for v in variants
            )
            made += before
    return made


@contextlib.asynccontextmanager
async def sending(transport: httpx.AsyncBaseTransport) -> AsyncIterator[Sender]:
    """A sender at work in this process, over `transport`."""
    stop = asyncio.Event()
    async with open_connections() as there:
        sender = Sender(Ledger(there, "test"), Http(transport))
        work = asyncio.create_task(sender.run(stop))
        try:
            yield sender
        finally:
            stop.set()
            await work


async def apart(work: Callable[[], Any]) -> Any:
    """Do something with the database in a thread of its own, beside the loop."""

    def run() -> Any:
        try:
            return work()
        finally:
            connections.close_all()

    return await asyncio.to_thread(run)


async def until(true: Callable[[], bool], within: float = 15.0) -> None:
    """Wait until something is true of the database."""
    end = asyncio.get_running_loop().time() + within
    while not await apart(true):
        assert asyncio.get_running_loop().time() < end, "it never came true"
        await asyncio.sleep(0.05)


def still() -> bool:
    """Nothing is on its way, is looked for, or waits that is due. One question, as things move meanwhile."""
    waits = Q(state="queued", next_at__lte=clock.now())
    looked_for = Q(state="unsure", asks_person=False)
    return not Delivery.objects.filter(Q(state="sending") | waits | looked_for).exists()
