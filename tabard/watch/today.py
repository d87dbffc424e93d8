"""Sightings that wait for me, however many they are, and what is due in cases."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tabard.kernel.actor import Actor
from tabard.kernel.beside import few, those
from tabard.kernel.question import path_of
from tabard.kernel.today import MOST, Need, more, today
from tabard.org.reach import reach
from tabard.watch import cases, queries
from tabard.watch.models import Case

COUNTED = 1_000
FIRST = 3


@today
def to_decide(by: Actor, scope: Any) -> Iterable[Need]:
    """Those that may be impostors by name, the likeliest first; the rest in one row."""
    rows = queries.waiting(by, scope)
    ids = list(rows.values_list("pk", flat=True)[: COUNTED + 1])
    if not ids:
        return
    worst = few(rows.filter(label="impostor"), FIRST, "unit", "platform", "like")
    for found in worst:
        said = {"handle": found.handle, "platform": found.platform.name, "channel": found.like}
        yield Need(
            group="today",
            state="needs_work",
            title=_("%(handle)s on %(platform)s may be an impostor") % said,
            why=_("It looks like %(channel)s.") % said,
            do=_("Decide"),
            url=reverse("sighting", args=[found.pk]),
            unit=found.unit,
        )
    left = len(ids) - len(worst)
    if left > 0:
        many = _("More than %(n)s sightings wait") % {"n": f"{COUNTED:,}"}
        said_n = ngettext("%(n)s sighting waits", "%(n)s sightings wait", left) % {"n": left}
        title = many if len(ids) > COUNTED else said_n
        why = _("They look like channels of ours, and nobody has decided what they are.")
        yield Need(
            group="week", state="needs_work", title=title, why=why, do=_("Go through them"),
            url=reverse("watch"),
        )  # fmt: skip


@today
def my_cases(by: Actor, scope: Any) -> Iterable[Need]:
    """What is due in cases that I see to, the longest due first."""
    if not by.person_id:
        return
    found = those(Case, cases.mine.rows(by.person_id, path_of(scope)), *cases.WITH)
    for case in found[:MOST]:
        yield Need(
            group="today",
            state="needs_work",
            title=_("%(handle)s on %(platform)s: %(todo)s") % _words(case),
            why=_("A case about what looks like %(channel)s.") % _words(case)
            if case.sighting.like
            else _("A case about an account that is not ours."),
            do=_("Go on"),
            url=reverse("case", args=[case.pk]),
            unit=case.sighting.unit,
        )
    if len(found) > MOST:
        yield more("today", _("More cases wait for you"), f"{reverse('cases')}?owner={by.person_id}&due=now")


@today
def late_cases(by: Actor, scope: Any) -> Iterable[Need]:
    """Cases in which nothing has been done for a week after it was due, for whoever may decide there."""
    asked = (reach(by, "watch.decide").places(), by.person_id or 0, path_of(scope))
    found = those(Case, cases.late.rows(*asked)[: FIRST + 1], *cases.WITH)
    for case in found[:FIRST]:
        said = _words(case)
        yield Need(
            group="week",
            state="needs_work",
            title=_("%(handle)s on %(platform)s is late: %(todo)s") % said,
            why=_("%(person)s sees to it. It was due on %(day)s.") % said
            if case.owner
            else _("Nobody sees to it."),
            do=_("Look"),
            url=reverse("case", args=[case.pk]),
            unit=case.sighting.unit,
        )
    if len(found) > FIRST:
        yield more("week", _("More cases are late"), f"{reverse('cases')}?due=now")


def _words(case: Any) -> dict[str, Any]:
    sighting = case.sighting
    return {
        "handle": sighting.handle,
        "platform": sighting.platform.name,
        "channel": sighting.like,
        "todo": case.get_todo_display(),
        "person": case.owner,
        "day": date_format(case.due_on, "j F Y"),
    }
