"""Posts that have gone out long ago, written as rows: there was no sender then to move them step by step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING
from uuid import uuid4

from django.db import connection, transaction

from tabard.approvals.models import Approval, Decision, Step
from tabard.kernel import text
from tabard.org.models import Person
from tabard.posts.content import digest_of
from tabard.posts.models import Post, Variant
from tabard.publishing.models import Attempt, Delivery
from tabard.register.models import Channel

if TYPE_CHECKING:
    from tabard.demo.story import Told

_GUARDED = ("posts_variant", "publishing_delivery", "approvals_approval")


@contextmanager
def unguarded() -> Iterator[None]:
    """Rows may start in any state while this is entered: only for loading what is already history."""
    with transaction.atomic(), connection.cursor() as cursor:
        for table in _GUARDED:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER guard_{table}_state")
        yield
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in _GUARDED:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER guard_{table}_state")


def write(told: Sequence[Told], channels: Mapping[str, Channel], writer: Person, reader: Person) -> None:
    """Each of `told` as a post that was approved and sent, with its deliveries."""
    with unguarded():
        posts = [_post(t, channels, writer) for t in told]
        Post.objects.bulk_create(posts)
        for post, t in zip(posts, told, strict=True):
            Post.objects.filter(pk=post.pk).update(created_at=t.at, changed_at=t.at)
        variants = [
            Variant(post=post, channel=channels[h], state="handed_over")
            for post, t in zip(posts, told, strict=True)
            for h in t.handles
        ]
        _digests(variants)
        Variant.objects.bulk_create(variants)
        by_post = {post.pk: t for post, t in zip(posts, told, strict=True)}
        _approved(variants, by_post, writer, reader)
        deliveries = [_delivery(v, by_post[v.post_id], writer) for v in variants]
        Delivery.objects.bulk_create(deliveries)
        Attempt.objects.bulk_create(
            Attempt(
                delivery=d,
                number=1,
                sender=uuid4(),
                began_at=d.due_at,
                armed_at=d.due_at,
                ended_at=d.due_at,
                outcome="sent",
            )
            for d in deliveries
        )


def _post(told: Told, channels: Mapping[str, Channel], writer: Person) -> Post:
    unit = channels[told.handles[0]].unit
    post = Post(unit=unit, author=writer, title=told.title, text=told.text, zone=unit.zone, due_at=told.at)
    post.due_date, post.due_time = told.at.date(), told.at.time()
    post.search = text.searchable(post.title, post.text)
    post.platforms = sorted({channels[handle].platform_id for handle in told.handles})
    return post


def _digests(variants: Sequence[Variant]) -> None:
    for variant in variants:
        variant.approved_digest = digest_of(_said(variant))


def _said(variant: Variant) -> dict[str, object]:
    """What it said, without asking the database once per variant: these posts have no pictures."""
    return {**_EMPTY, "channel": _channel(variant.channel), "text": variant.post.text}


_EMPTY = {"placement": "", "link": "", "language": "", "options": {}, "media": []}


def _channel(channel: Channel) -> dict[str, object]:
    return {
        "id": channel.pk,
        "platform": channel.platform_id,
        "handle": channel.handle,
        "remote_id": channel.remote_id,
    }


def _approved(
    variants: Sequence[Variant], by_post: Mapping[int, Told], writer: Person, reader: Person
) -> None:
    approvals = [
        Approval(
            subject_kind="variant",
            subject_id=v.pk,
            group_id=v.post_id,
            title=f"{v.post.title} · {v.channel}"[:200],
            unit=v.channel.unit,
            channel_id=v.channel_id,
            author_ids=[writer.pk],
            digest=v.approved_digest,
            content=_said(v),
            state="granted",
            asked_by=writer,
            asked_at=by_post[v.post_id].at,
            ended_at=by_post[v.post_id].at,
        )
        for v in variants
    ]
    Approval.objects.bulk_create(approvals)
    steps = [Step(approval=a, name="Approval", role="approver", done_at=a.asked_at) for a in approvals]
    Step.objects.bulk_create(steps)
    Decision.objects.bulk_create(
        Decision(step=s, by=reader, yes=True, digest=a.digest, at=a.asked_at)
        for s, a in zip(steps, approvals, strict=True)
    )


def _delivery(variant: Variant, told: Told, writer: Person) -> Delivery:
    remote_id, url = told.sent.get(variant.channel.handle, ("", ""))
    return Delivery(
        variant=variant,
        post_id=variant.post_id,
        channel=variant.channel,
        unit=variant.channel.unit,
        scheduled_by=writer,
        digest=variant.approved_digest,
        content=_said(variant),
        due_at=told.at,
        next_at=told.at,
        state="sent",
        tries=1,
        armed_at=told.at,
        sent_at=told.at,
        remote_id=remote_id,
        url=url,
    )
