"""The list of campaigns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.kernel import clock, text
from tabard.kernel.actor import Actor
from tabard.kernel.query import Choice, Column, Filter, Listing, Page, Sort
from tabard.org.models import Unit
from tabard.posts.models import Campaign
from tabard.posts.queries import campaigns as visible_campaigns


def _search(rows: QuerySet[Campaign], words: str) -> QuerySet[Campaign]:
    for word in words.split():
        rows = rows.filter(Q(name__icontains=word) | Q(unit__search__contains=text.folded(word)))
    return rows


def _when(rows: QuerySet[Campaign], values: list[str]) -> QuerySet[Campaign]:
    """A campaign with one day left open has no end, or no beginning, there."""
    today = clock.now().date()
    begun = Q(starts_on__lte=today) | Q(starts_on=None, ends_on__isnull=False)
    which = {
        "now": begun & (Q(ends_on__gte=today) | Q(ends_on=None)),
        "later": Q(starts_on__gt=today),
        "over": Q(ends_on__lt=today),
        "open": Q(starts_on=None, ends_on=None),
    }
    found = Q(pk__in=[])
    for value in values:
        found |= which.get(value, Q(pk__in=[]))
    return rows.filter(found)


CAMPAIGNS: Listing[Campaign] = Listing(
    name="campaigns",
    sorts=(
        Sort("name", gettext_lazy("Name"), ("name",)),
        Sort("newest", gettext_lazy("Newest"), ("-id",)),
    ),
    filters=(
        Filter(
            "when",
            gettext_lazy("When"),
            _when,
            lambda by: [
                Choice("now", _("Running")),
                Choice("later", _("To come")),
                Choice("over", _("Over")),
                Choice("open", _("Without days")),
            ],
        ),
    ),
    search=_search,
    columns=(
        Column(gettext_lazy("Name"), lambda c: c.name),
        Column(gettext_lazy("Unit"), lambda c: c.unit.name),
        Column(gettext_lazy("First day"), lambda c: c.starts_on and c.starts_on.isoformat()),
        Column(gettext_lazy("Last day"), lambda c: c.ends_on and c.ends_on.isoformat()),
    ),
)


def campaigns(by: Actor, scope: Unit | None, params: Mapping[str, list[str]]) -> Page[Campaign]:
    """A page of campaigns."""
    rows: QuerySet[Any] = visible_campaigns(by, scope)
    return CAMPAIGNS.page(by, rows, params)
