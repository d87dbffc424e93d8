"""Who has which credential out, who waits for it, and who had it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.kernel import text
from tabard.kernel.actor import Actor
from tabard.kernel.narrowing import ids_of, ways
from tabard.kernel.query import Column, Filter, Listing, Page, Sort
from tabard.org.models import Unit
from tabard.safety.models import CheckOut, Credential
from tabard.safety.models.credentials import too_long


def _search(rows: QuerySet[Any], words: str) -> QuerySet[Any]:
    for word in text.folded(words).split():
        rows = rows.filter(
            Q(credential__search__contains=word)
            | Q(person__search__contains=word)
            | Q(reason__icontains=word)
        )
    return rows


def _past() -> Q:
    return Q(ended_at__isnull=False) | Q(taken_at__isnull=False) & too_long()


CHECK_OUTS: Listing[CheckOut] = Listing(
    name="check_outs",
    sorts=(
        Sort("newest", gettext_lazy("Newest"), ("-id",)),
        Sort("oldest", gettext_lazy("Oldest"), ("id",)),
    ),
    filters=(
        ways(
            "state",
            gettext_lazy("State"),
            {
                "out": (gettext_lazy("Has it"), lambda: Q(taken_at__isnull=False) & ~_past()),
                "waiting": (gettext_lazy("Waits for it"), lambda: Q(taken_at=None, ended_at=None)),
                "over": (gettext_lazy("Over"), _past),
            },
        ),
        ways(
            "emergency",
            gettext_lazy("In an emergency"),
            {
                "yes": (gettext_lazy("yes"), lambda: Q(emergency=True)),
                "no": (gettext_lazy("no"), lambda: Q(emergency=False)),
            },
        ),
        Filter("person", gettext_lazy("Person"), ids_of("person")),
        Filter("credential", gettext_lazy("Credential"), ids_of("credential")),
    ),
    search=_search,
    columns=(
        Column(gettext_lazy("Credential"), lambda c: c.credential.name),
        Column(gettext_lazy("Person"), lambda c: c.person.name),
        Column(gettext_lazy("What for"), lambda c: c.reason),
        Column(gettext_lazy("In an emergency"), lambda c: _("yes") if c.emergency else _("no")),
        Column(gettext_lazy("Asked for (UTC)"), lambda c: c.asked_at.isoformat()),
        Column(gettext_lazy("Taken (UTC)"), lambda c: c.taken_at and c.taken_at.isoformat()),
        Column(gettext_lazy("Until (UTC)"), lambda c: c.until and c.until.isoformat()),
        Column(gettext_lazy("Ended (UTC)"), lambda c: c.ended_at and c.ended_at.isoformat()),
        Column(gettext_lazy("How it ended"), lambda c: c.get_ended_how_display()),
    ),
)


def visible_check_outs(by: Actor, scope: Unit | None) -> QuerySet[Any]:
    """Those of credentials that `by` may know of, forgotten ones included."""
    there = Credential.objects.visible_to(by)
    if scope is not None:
        below = Q(unit__path__startswith=scope.path) | Q(channel__unit__path__startswith=scope.path)
        there = there.filter(below)
    rows: QuerySet[Any] = CheckOut.objects.filter(credential__in=there.values("pk"))
    return rows.select_related(
        "person", "ended_by", "credential__unit", "credential__channel__unit", "credential__channel__platform"
    )


def check_outs(by: Actor, scope: Unit | None, params: Mapping[str, list[str]]) -> Page[CheckOut]:
    """A page of them, the newest first."""
    return CHECK_OUTS.page(by, visible_check_outs(by, scope), params)
