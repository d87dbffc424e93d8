"""What is read of the library."""

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
from tabard.library.models import Asset
from tabard.org.models import Unit

KINDS = {
    "image": gettext_lazy("Picture"),
    "animation": gettext_lazy("Moving picture"),
    "video": gettext_lazy("Video"),
    "document": gettext_lazy("Document"),
}
# What may have been taken out of a file, as the page of the file says it.
HIDDEN = {
    "place": gettext_lazy("where it was taken"),
    "device": gettext_lazy("with what it was taken"),
    "measured": gettext_lazy("what a device measured meanwhile"),
    "attached": gettext_lazy("attached files"),
}
ASSETS: Listing[Asset] = Listing(
    name="assets",
    sorts=(
        Sort("newest", gettext_lazy("Newest"), ("-added_at",)),
        Sort("name", gettext_lazy("Name"), ("name",)),
    ),
    search=folded_in("search"),
    filters=(Filter("kind", gettext_lazy("Kind"), any_of("kind"), named(KINDS)),),
    columns=(
        Column(gettext_lazy("Name"), lambda a: a.name),
        Column(gettext_lazy("Unit"), lambda a: a.unit.name),
        Column(gettext_lazy("Kind"), lambda a: KINDS.get(a.kind, a.kind)),
        Column(gettext_lazy("Alt text"), lambda a: a.alt),
        Column(gettext_lazy("Width"), lambda a: a.width),
        Column(gettext_lazy("Height"), lambda a: a.height),
        Column(gettext_lazy("Seconds"), lambda a: a.seconds or ""),
        Column(gettext_lazy("Pages"), lambda a: a.pages or ""),
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
        raise Missing(_("There is no such file, or it is not yours to see."))
    return found
