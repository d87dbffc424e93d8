"""What is read of doubts: the list, and one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.kernel.actor import Actor
from tabard.kernel.errors import Missing
from tabard.kernel.narrowing import any_of, folded_in, named
from tabard.kernel.query import Column, Filter, Listing, Page, Sort
from tabard.org.models import Unit
from tabard.register.models import Doubt

STATES = {"open": gettext_lazy("To decide"), "done": gettext_lazy("Decided")}


def _state(rows: QuerySet[Doubt], values: list[str]) -> QuerySet[Doubt]:
    return rows.filter(decided_at__isnull="open" in values) if len(set(values)) == 1 else rows


DOUBTS: Listing[Doubt] = Listing(
    name="doubts",
    sorts=(
        Sort("newest", gettext_lazy("Newest"), ("-id",)),
        Sort("oldest", gettext_lazy("Oldest"), ("id",)),
    ),
    filters=(
        Filter("state", gettext_lazy("State"), _state, named(STATES)),
        Filter("kind", gettext_lazy("Kind"), any_of("kind"), named(Doubt.Kind.choices)),
    ),
    search=folded_in("channel__search", sign="@"),
    columns=(
        Column(gettext_lazy("Channel"), lambda d: str(d.channel)),
        Column(gettext_lazy("Handle"), lambda d: d.channel.handle),
        Column(gettext_lazy("Platform"), lambda d: d.channel.platform.name),
        Column(gettext_lazy("Unit"), lambda d: d.channel.unit.name),
        Column(gettext_lazy("Doubt"), lambda d: d.get_kind_display()),
        Column(gettext_lazy("Said by"), lambda d: d.said_by and d.said_by.name),
        Column(gettext_lazy("Note"), lambda d: d.words),
        Column(gettext_lazy("Since (UTC)"), lambda d: d.said_at.isoformat(timespec="seconds")),
        Column(gettext_lazy("Decision"), lambda d: d.get_decision_display()),
        Column(gettext_lazy("Decided by"), lambda d: d.decided_by and d.decided_by.name),
        Column(gettext_lazy("Why"), lambda d: d.decided_words),
    ),
)


def visible(by: Actor, scope: Unit | None) -> QuerySet[Any]:
    """Doubts about channels that `by` may see in `scope`."""
    rows: QuerySet[Any] = Doubt.objects.visible_to(by)
    if scope is not None:
        rows = rows.filter(channel__unit__path__startswith=scope.path)
    return rows.select_related("channel__unit", "channel__platform", "said_by", "decided_by")


def doubts(by: Actor, scope: Unit | None, params: Mapping[str, list[str]]) -> Page[Doubt]:
    """A page of doubts."""
    return DOUBTS.page(by, visible(by, scope), params)


def doubt(by: Actor, doubt_id: int) -> Doubt:
    """One doubt. `Missing` if there is none, or not for `by`."""
    rows = visible(by, None).select_related(
        "channel__unit", "channel__platform", "said_by", "decided_by", "item__sheet__round__unit"
    )
    found: Doubt | None = rows.filter(pk=doubt_id).first()
    if found is None:
        raise Missing(_("There is no such doubt, or it is not yours to see."))
    return found
