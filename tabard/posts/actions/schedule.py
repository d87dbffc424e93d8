"""Scheduling: what is approved gets its moment; what waits for a yes gets it with the yes."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.kernel import clock, permissions
from tabard.kernel.actions import action, note, step
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Conflict, IllegalMove, Invalid
from tabard.kernel.events import emit
from tabard.kernel.states import move
from tabard.posts.actions.changing import unschedule_variant
from tabard.posts.events import PostChanged, VariantScheduled
from tabard.posts.models import Post, Variant
from tabard.posts.states import VARIANT

FARTHEST = timedelta(days=3 * 366)


@action(
    "post.schedule", may="posts.publish", on=Post, says=gettext_lazy("%(who)s scheduled %(what)s for %(due)s")
)
def schedule(
    by: Actor, post: Post, *, due_date: date | None = None, due_time: time | None = None, zone: str = ""
) -> Post:
    """Send at this wall-clock time in `zone`; without a time: now. Moves what was scheduled before.

    Approved variants are scheduled at once, those in review as soon as they are approved.
    """
    _set_time(post, due_date, due_time, zone)
    there = list(
        post.variants.filter(state__in=("approved", "in_review", "scheduled"))
        .select_related("channel")
        .select_for_update(of=("self",))
        .order_by("id")
    )
    if not there:
        raise IllegalMove(_("Nothing of %(post)s is approved yet. Ask for approval first.") % {"post": post})
    for variant in there:
        permissions.demand(by, "posts.publish", variant)
    post.save(update_fields=["due_date", "due_time", "zone", "due_at"])
    for variant in there:
        if variant.state == "in_review":
            variant.schedule_for_id = by.person_id
            variant.save(update_fields=["schedule_for"])
        else:
            put_on_schedule(by, post, variant)
    note(due=f"{post.due_date} {post.due_time:%H:%M} {post.zone}", channels=[str(v.channel) for v in there])
    emit(by, PostChanged(post.pk, post.unit_id))
    return post


@action(
    "post.unschedule",
    may="posts.publish",
    on=Post,
    says=gettext_lazy("%(who)s took %(what)s off the schedule"),
)
def unschedule(by: Actor, post: Post) -> Post:
    """Do not send it after all: what was scheduled is approved and without a moment."""
    there = list(
        post.variants.filter(state__in=("scheduled", "in_review"))
        .select_related("channel")
        .select_for_update(of=("self",))
    )
    planned = [v for v in there if v.state == "scheduled" or v.schedule_for_id]
    if not planned:
        raise IllegalMove(_("Nothing of %(post)s is scheduled.") % {"post": post})
    for variant in planned:
        if variant.state == "scheduled":
            unschedule_variant(by, variant, "approved", "unscheduled")
        else:
            variant.schedule_for = None
            variant.save(update_fields=["schedule_for"])
    emit(by, PostChanged(post.pk, post.unit_id))
    return post


@step
def put_on_schedule(by: Actor, post: Post, variant: Variant) -> None:
    """An approved (or already scheduled) variant goes out at the post's moment, in the name of `by`."""
    if variant.state != "scheduled":
        move(variant, VARIANT, "scheduled", schedule_for=None)
    due = post.due_at or clock.now()
    emit(
        by,
        VariantScheduled(
            variant.pk, post.pk, variant.channel_id, variant.channel.unit_id, due.isoformat(), by.person_id
        ),
    )


@step
def move_post(by: Actor, post_id: int, due: datetime) -> None:
    """A post stands at the moment at which the next of it leaves: what was stopped has got another one.

    Refused while somebody else changes the post, rather than waited for: they may wait for us.
    """
    post = Post.objects.select_for_update(skip_locked=True, no_key=True).filter(pk=post_id).first()
    if post is None:
        raise Conflict(_("Somebody is changing this post at this moment. Try again."))
    if post.due_at == due:
        return
    local = clock.from_utc(due, post.zone)
    post.due_date, post.due_time, post.due_at = local.date(), local.time().replace(microsecond=0), due
    post.save(update_fields=["due_date", "due_time", "due_at"])
    note(due=f"{post.due_date} {post.due_time:%H:%M} {post.zone}")
    emit(by, PostChanged(post.pk, post.unit_id))


def _set_time(post: Post, day: date | None, hour: time | None, zone: str) -> None:
    post.zone = clock.known_zone(zone) if zone else post.zone
    now = clock.now()
    if day is None and hour is None:
        local = clock.from_utc(now, post.zone)
        post.due_date, post.due_time, post.due_at = local.date(), local.time().replace(microsecond=0), now
        return
    if day is None or hour is None:
        raise Invalid({"due_date" if day is None else "due_time": [_("Give a day and a time.")]})
    due = clock.to_utc(datetime.combine(day, hour.replace(tzinfo=None)), post.zone, field="due_time")
    if due < now - timedelta(minutes=1):
        raise Invalid({"due_date": [_("This moment has passed. Choose a later one, or publish now.")]})
    if due > now + FARTHEST:
        raise Invalid({"due_date": [_("That is more than three years ahead.")]})
    post.due_date, post.due_time, post.due_at = day, hour, due
