"""Emergencies that need somebody: an answer, an eye on them, a look afterwards."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from tabard.access.models import Emergency
from tabard.kernel import clock, permissions
from tabard.kernel.actor import Actor
from tabard.kernel.beside import those
from tabard.kernel.question import below, path_of, question
from tabard.kernel.today import Need, today
from tabard.org.reach import Reach, reach

MOST = 30


@question
def _open(within: Reach, person: int, path: str) -> Any:
    open_ones = Q(decided_at=None, answer_by__gt=clock.now()) | Q(grant__isnull=False, reviewed_at=None)
    rows = below(Emergency.objects.filter(open_ones), path)
    mine = within.of(person).narrow(rows, unit="unit", own="second")
    return mine.order_by("-id").values_list("pk")[:MOST]


@today
def emergencies(by: Actor, scope: Any) -> Iterable[Need]:
    """Those that wait for my yes; those that hold, and those nobody has looked at, for who reviews them."""
    found = _open.rows(reach(by, "emergency.review").places(), by.person_id or 0, path_of(scope))
    for each in those(Emergency, found, "person", "unit", "grant"):
        if each.state == "asked":
            if each.second_id == by.person_id:
                title = _("%(person)s asks for owner rights on %(unit)s")
                yield _need(each, title, _("It needs your yes."), _("Answer"), "now", each.answer_by)
        elif not permissions.may(by, "emergency.review", each.place()):
            continue
        elif each.state == "running":
            title = _("%(person)s has owner rights on %(unit)s")
            until = each.grant.ends_at if each.grant else None
            yield _need(each, title, _("It is an emergency."), _("Look"), "now", until)
        elif each.person_id != by.person_id:
            title = _("%(person)s had owner rights on %(unit)s")
            yield _need(each, title, _("Nobody has looked yet at what was done."), _("Review"), "today", None)


def _need(each: Emergency, title: str, why: str, do: str, group: Any, due: Any) -> Need:
    return Need(
        group=group,
        state="bad" if group == "now" else "warn",
        title=title % {"person": each.person, "unit": each.unit},
        why=f"{why} {each.reason}",
        do=do,
        url=reverse("emergency", args=[each.pk]),
        unit=each.unit,
        due=due,
    )
