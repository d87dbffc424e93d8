"""Sheets that wait for my answers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tabard.attestation.kinds import kind
from tabard.attestation.models import Sheet, acting_for, of_any
from tabard.kernel import clock
from tabard.kernel.actor import Actor
from tabard.kernel.beside import those
from tabard.kernel.question import below, path_of, question
from tabard.kernel.today import Group, Need, today

MOST = 20


@question
def _open(people: tuple[int, ...], path: str) -> Any:
    rows = Sheet.objects.filter(of_any(people), state="open")
    return below(rows, path).order_by("round__due_at", "pk").values_list("pk")[:MOST]


@today
def waiting(by: Actor, scope: Any) -> Iterable[Need]:
    """One need per sheet; the nearer its day, the higher."""
    found = _open.rows(tuple(acting_for(by)), path_of(scope)) if by.person_id else []
    for sheet in those(Sheet, found, "round__unit", "unit"):
        what, left = kind(sheet.round.kind), sheet.total - sheet.answered
        rest = ngettext("%(n)s item without an answer.", "%(n)s items without an answer.", left)
        yield Need(
            group=_group(sheet),
            state="asked",
            title=_("%(kind)s: %(unit)s") % {"kind": what.label, "unit": sheet.unit},
            why=rest % {"n": left} if left else _("All is answered. It is yet to be signed."),
            do=_("Answer") if left else _("Sign"),
            url=reverse("sheet", args=[sheet.pk]),
            unit=sheet.unit,
            due=sheet.round.due_at,
        )


def _group(sheet: Sheet) -> Group:
    left = sheet.round.due_at - clock.now()
    if left < timedelta(days=1):
        return "now"
    return "today" if left < timedelta(days=4) else "week"
