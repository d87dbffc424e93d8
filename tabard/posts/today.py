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
from tabard.kernel.beside import beside
from tabard.kernel.today import MOST, Need, more, today
from tabard.posts.models import Post


@today
def sent_back(by: Actor, scope: Any) -> Iterable[Need]:
    """Each post once; what was said is on its page."""
    if by.person_id is None:
        return
    since = clock.now() - timedelta(days=14)
    mine = Post.objects.filter(
        author=by.person_id, deleted_at=None, variants__state="draft", changed_at__gte=since
    )
    if scope:
        mine = mine.filter(unit__path__startswith=scope.path)
    rows = beside(mine, "unit", own=("title", "changed_at")).distinct().order_by("-changed_at")
    posts = {p.pk: p for p in rows[:50]}
    ended = Approval.objects.filter(group_id__in=posts, state__in=("refused", "void")).order_by(
        "group_id", "-id"
    )
    found = list(ended.distinct("group_id")[: MOST + 1])
    for approval in found[:MOST]:
        post = posts[approval.group_id]
        void = approval.state == "void"
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
    if len(found) > MOST:
        yield more(
            "today",
            _("More posts were sent back to you"),
            f"{reverse('posts')}?state=draft&author={by.person_id}",
        )
