"""The list of holds, those in force first."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.kernel import text
from tabard.kernel.actor import Actor
from tabard.kernel.narrowing import ids_of
from tabard.kernel.query import Choice, Column, Filter, Listing, Page, Sort
from tabard.org.models import Unit
from tabard.publishing.models import Hold

# What is in force sorts as if it were lifted last of all.
NOT_YET = datetime(9999, 12, 31, tzinfo=UTC)


def _search(rows: QuerySet[Hold], words: str) -> QuerySet[Hold]:
    for word in words.split():
        place = Q(unit__search__contains=text.folded(word)) | Q(channel__search__contains=text.folded(word))
        rows = rows.filter(place | Q(reason__icontains=word))
    return rows


def _in_force(rows: QuerySet[Hold], values: list[str]) -> QuerySet[Hold]:
    return rows.filter(lifted_at__isnull="force" in values) if len(set(values)) == 1 else rows


HOLDS: Listing[Hold] = Listing(
    name="holds",
    sorts=(
        Sort("force", gettext_lazy("In force first"), ("-lifted",)),
        Sort("newest", gettext_lazy("Newest"), ("-pressed_at",)),
    ),
    filters=(
        Filter(
            "state",
            gettext_lazy("State"),
            _in_force,
            lambda by: [Choice("force", _("In force")), Choice("lifted", _("Lifted"))],
        ),
        Filter("channel", gettext_lazy("Channel"), ids_of("channel")),
    ),
    search=_search,
    columns=(
        Column(gettext_lazy("Unit"), lambda h: h.unit.name),
        Column(gettext_lazy("Channel"), lambda h: h.channel),
        Column(gettext_lazy("Reason"), lambda h: h.reason),
        Column(gettext_lazy("Pressed by"), lambda h: h.pressed_by),
        Column(gettext_lazy("Pressed (UTC)"), lambda h: h.pressed_at.isoformat(timespec="seconds")),
        Column(gettext_lazy("Lifted by"), lambda h: h.lifted_by),
        Column(
            gettext_lazy("Lifted (UTC)"), lambda h: h.lifted_at and h.lifted_at.isoformat(timespec="seconds")
        ),
    ),
)


def visible_holds(by: Actor, scope: Unit | None) -> QuerySet[Hold]:
    """Holds that `by` may see; with `scope` those that cover it or are in it."""
    rows: QuerySet[Any] = Hold.objects.visible_to(by)
    if scope:
        above = [int(part) for part in scope.path.split("/") if part]
        rows = rows.filter(Q(unit__path__startswith=scope.path) | Q(unit__in=above))
    rows = rows.annotate(lifted=Coalesce("lifted_at", Value(NOT_YET)))
    return rows.select_related("unit", "channel__platform", "pressed_by", "lifted_by")


def holds(by: Actor, scope: Unit | None, params: Mapping[str, list[str]]) -> Page[Hold]:
    """A page of holds."""
    return HOLDS.page(by, visible_holds(by, scope), params)
