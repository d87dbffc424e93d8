"""The one way a post changes: a new version, and every approval that no longer is what was seen is void."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.translation import gettext as _

from tabard.approvals import actions as approvals
from tabard.kernel import clock, text
from tabard.kernel.actions import note, step
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Conflict, IllegalMove
from tabard.kernel.events import emit
from tabard.kernel.states import move
from tabard.posts.content import Content, contents, digests
from tabard.posts.events import PostChanged, VariantUnscheduled
from tabard.posts.models import Post, Variant, Version
from tabard.posts.states import VARIANT

# States in which a change of the content sends a variant back to draft.
_SEEN = {"in_review", "approved", "scheduled"}


@contextmanager
def changing(by: Actor, post: Post, revision: int | None) -> Iterator[None]:
    """Change `post` inside: afterwards a version is kept and what was changed needs a new yes.

    `revision` is what the writer saw; `Conflict` where somebody has saved since. None asks for no check.
    """
    if post.deleted_at:
        raise IllegalMove(_("%(post)s was deleted.") % {"post": post})
    if revision is not None and revision != post.revision:
        raise Conflict(
            _("Somebody else saved this while you were writing. Both texts are kept; choose what stays."),
            latest(post),
        )
    before = contents(post)
    yield
    after = contents(post)
    post.revision += 1
    post.search = text.searchable(post.title, post.text)
    post.save()
    _void(by, post, before, after)
    keep_version(by, post, after)
    emit(by, PostChanged(post.pk, post.unit_id))


def latest(post: Post) -> dict[str, object]:
    """What stands now, for whoever has to choose."""
    return {"revision": post.revision, "title": post.title, "text": post.text, "link": post.link}


@step
def keep_version(by: Actor, post: Post, found: dict[int, Content]) -> None:
    """Remember what the post was after this change."""
    whole = {"title": post.title, "text": post.text, "link": post.link, "variants": list(found.values())}
    Version.objects.create(post=post, number=post.revision, by_id=by.person_id, at=clock.now(), content=whole)


@step
def unschedule_variant(by: Actor, variant: Variant, to: str, why: str) -> None:
    """Take a scheduled variant off the schedule; refused by publishing if it is leaving this second."""
    move(variant, VARIANT, to)
    emit(
        by,
        VariantUnscheduled(variant.pk, variant.post_id, variant.channel_id, variant.channel.unit_id, why),
    )


def _void(by: Actor, post: Post, before: dict[int, Content], after: dict[int, Content]) -> None:
    old, new = digests(before), digests(after)
    changed = [pk for pk in new if pk in old and old[pk] != new[pk]]
    stale = list(
        post.variants.filter(pk__in=changed, state__in=_SEEN)
        .select_related("channel")
        .select_for_update(of=("self",))
    )
    if not stale:
        return
    approvals.void(by, "variant", [v.pk for v in stale], after)
    note(voided=[str(v.channel) for v in stale])
    for variant in stale:
        variant.approved_digest, variant.schedule_for = "", None
        variant.save(update_fields=["approved_digest", "schedule_for"])
        if variant.state == "scheduled":
            unschedule_variant(by, variant, "draft", "changed")
        else:
            move(variant, VARIANT, "draft")
