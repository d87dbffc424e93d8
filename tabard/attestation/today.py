"""Sheets that wait for my answers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tabard.attestation.kinds import kind
from tabard.attestation.models import Sheet
from tabard.kernel import clock
from tabard.kernel.actor import Actor
from tabard.kernel.today import Group, Need, today

MOST = 20


@today
def waiting(by: Actor, scope: Any) -> Iterable[Need]:
    """One need per sheet; the nearer its day, the higher."""
    rows = Sheet.objects.answerable(by).select_related("round__unit", "unit")
    if scope is not None:
        rows = rows.filter(unit__path__startswith=scope.path)
    found: Any = rows.order_by("round__due_at", "pk")
    for sheet in found[:MOST]:
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
