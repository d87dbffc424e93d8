"""Posts of mine that were sent back, or whose yes no longer counts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from tabard.approvals.models import Approval
from tabard.kernel import clock
from tabard.kernel.actor import Actor
from tabard.kernel.beside import those
from tabard.kernel.question import below, path_of, question
from tabard.kernel.today import MOST, Need, more, today
from tabard.posts.models import Post

LOOKED_BACK = timedelta(days=14)


@question
def _drafts(person: int, path: str) -> Any:
    mine = Post.objects.filter(
        author=person, deleted_at=None, variants__state="draft", changed_at__gte=clock.now() - LOOKED_BACK
    )
    # What it is sorted by has to be read where each is wanted once.
    return below(mine, path).distinct().order_by("-changed_at").values_list("pk", "changed_at")[:50]


@question
def _ended(posts: tuple[int, ...]) -> Any:
    rows = Approval.objects.filter(group_id__in=posts, state__in=("refused", "void"))
    last = rows.order_by("group_id", "-id").distinct("group_id")
    return last.values_list("group_id", "state")[: MOST + 1]


@today
def sent_back(by: Actor, scope: Any) -> Iterable[Need]:
    """Each post once; what was said is on its page."""
    if by.person_id is None:
        return
    drafts = tuple(pk for pk, _changed in _drafts.rows(by.person_id, path_of(scope)))
    ended = dict(_ended.rows(drafts)) if drafts else {}
    for post in those(Post, list(ended)[:MOST], "unit", own=("title",)):
        void = ended[post.pk] == "void"
        yield Need(
            group="today",
            state="void" if void else "refused",
            title=post.title,
            why=_("Its yes no longer counts: it was changed.")
            if void
            else _("It was sent back with a comment."),
            do=_("See the change") if void else _("See why"),
            url=reverse("post", args=[post.pk]),
            unit=post.unit,
        )
    if len(ended) > MOST:
        yield more(
            "today",
            _("More posts were sent back to you"),
            f"{reverse('posts')}?state=draft&author={by.person_id}",
        )
