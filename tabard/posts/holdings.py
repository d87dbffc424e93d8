"""What units and people hold in posts: posts and campaigns, and what somebody has not finished."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tabard.kernel.holdings import Holding, Item, history, hold, rows
from tabard.posts.models import Campaign, Post, Variant

_OPEN = {"deleted_at": None}


def _posts(**which: int) -> list[Item]:
    found = Post.objects.filter(**which, **_OPEN).order_by("-id").values_list("pk", "title")
    return [Item(pk, title) for pk, title in found[:500]]


hold(
    Holding(
        name="posts.posts",
        label=_("Posts"),
        holder="unit",
        claims=("posts.Post.unit",),
        held=lambda unit: Post.objects.filter(unit=unit),
        items=lambda unit: _posts(unit=unit),
        hand_over=lambda by, old, new, ids: rows(Post, "unit", old, ids).update(unit=new),
    )
)
hold(
    Holding(
        name="posts.campaigns",
        label=_("Campaigns"),
        holder="unit",
        claims=("posts.Campaign.unit",),
        held=lambda unit: Campaign.objects.filter(unit=unit),
        items=lambda unit: [Item(c.pk, c.name) for c in Campaign.objects.filter(unit=unit).order_by("id")],
        hand_over=lambda by, old, new, ids: rows(Campaign, "unit", old, ids).update(unit=new),
    )
)
hold(
    Holding(
        name="posts.drafts",
        label=_("Posts not finished"),
        holder="person",
        claims=("posts.Post.author",),
        held=lambda person: _unfinished(person),
        items=lambda person: [Item(p.pk, p.title) for p in _unfinished(person).order_by("-id")[:500]],
        hand_over=lambda by, old, new, ids: rows(
            Post, "author", old, list(_unfinished(old).values_list("pk", flat=True)) if ids is None else ids
        ).update(author=new),
    )
)
hold(
    Holding(
        name="posts.schedule_for",
        label=_("Posts to be scheduled in their name"),
        holder="person",
        claims=("posts.Variant.schedule_for",),
        held=lambda person: Post.objects.filter(variants__schedule_for=person).distinct(),
        items=lambda person: [
            Item(p.pk, p.title) for p in Post.objects.filter(variants__schedule_for=person).distinct()
        ],
        hand_over=lambda by, old, new, ids: _give_schedule(old, new, ids),
    )
)
history("posts.Version.by", "posts.Comment.by")


def _unfinished(person: int) -> QuerySet[Post]:
    """Posts of somebody that are not all out yet."""
    return Post.objects.filter(
        author=person, deleted_at=None, variants__state__in=("draft", "in_review", "approved", "scheduled")
    ).distinct()


def _give_schedule(old: int, new: int, ids: list[int] | None) -> int:
    found = Variant.objects.filter(schedule_for=old)
    return (found if ids is None else found.filter(post__in=ids)).update(schedule_for=new)
