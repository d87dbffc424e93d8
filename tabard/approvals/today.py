"""Approvals that wait for me."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tabard.approvals.lists import longest_waiting
from tabard.kernel import clock
from tabard.kernel.actor import Actor
from tabard.kernel.today import MOST, Need, more, today


@today
def waiting(by: Actor, scope: Any) -> Iterable[Need]:
    """One need per post: however many placements of it wait, it is one thing to look at."""
    groups = longest_waiting(by, scope, MOST)
    for first, count in groups[:MOST]:
        old = clock.now() - first.asked_at > timedelta(hours=20)
        said = ngettext(
            "%(title)s waits for your yes", "%(title)s: %(n)s placements wait for your yes", count
        )
        yield Need(
            group="now"
            if (first.due_at and first.due_at < clock.now() + timedelta(hours=4)) or old
            else "today",
            state="in_review",
            title=said % {"title": first.title.rsplit(" · ", 1)[0], "n": count},
            why=_("%(who)s asked.") % {"who": first.asked_by.name}
            if first.asked_by
            else _("It was asked for."),
            do=_("Review"),
            url=reverse("post_decide", args=[first.group_id]),
            unit=first.unit,
            due=first.due_at,
        )
    if len(groups) > MOST:
        yield more("today", _("More posts wait for your yes"), reverse("approvals"))
