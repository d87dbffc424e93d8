"""What is read of the library."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.kernel.actor import Actor
from tabard.kernel.errors import Missing
from tabard.kernel.narrowing import folded_in
from tabard.kernel.query import Column, Listing, Page, Sort
from tabard.library.models import Asset
from tabard.org.models import Unit

ASSETS: Listing[Asset] = Listing(
    name="assets",
    sorts=(
        Sort("newest", gettext_lazy("Newest"), ("-added_at",)),
        Sort("name", gettext_lazy("Name"), ("name",)),
    ),
    search=folded_in("search"),
    columns=(
        Column(gettext_lazy("Name"), lambda a: a.name),
        Column(gettext_lazy("Unit"), lambda a: a.unit.name),
        Column(gettext_lazy("Alt text"), lambda a: a.alt),
        Column(gettext_lazy("Width"), lambda a: a.width),
        Column(gettext_lazy("Height"), lambda a: a.height),
        Column(gettext_lazy("Bytes"), lambda a: a.size),
    ),
)


def visible(by: Actor, scope: Unit | None) -> QuerySet[Asset]:
    """The assets that `by` may see in `scope`."""
    rows = Asset.objects.visible_to(by).select_related("unit", "added_by")
    found: QuerySet[Any] = rows.filter(unit__path__startswith=scope.path) if scope else rows
    return found


def assets(by: Actor, scope: Unit | None, params: Mapping[str, list[str]]) -> Page[Asset]:
    """A page of the library."""
    return ASSETS.page(by, visible(by, scope), params)


def asset(by: Actor, asset_id: int) -> Asset:
    """One asset. `Missing` if there is none, or not for `by`."""
    found = visible(by, None).filter(pk=asset_id).first()
    if found is None:
        raise Missing(_("There is no such picture, or it is not yours to see."))
    return found
