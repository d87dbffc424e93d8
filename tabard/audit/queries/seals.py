"""Reading the chain: which seal an entry has, and how the whole stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from tabard.audit.chain.anchors import places
from tabard.audit.chain.verifying import LATE
from tabard.audit.kept import SEALS
from tabard.audit.models import Anchor, Check, Entry, Seal
from tabard.kernel import clock
from tabard.kernel.actor import Actor
from tabard.kernel.query import Page


def seal_of(entry: Entry) -> Seal | None:
    """The seal over an entry, with its own or the next `anchor`: a later head holds the earlier ones too."""
    found = Seal.objects.filter(last_id__gte=entry.pk).defer("leaves").order_by("number").first()
    if found:
        outside = Anchor.objects.filter(seal_id__gte=found.number, trouble="").order_by("seal_id")
        found.anchor = outside.first()  # type: ignore[attr-defined]
        found.head = bytes(found.digest).hex()  # type: ignore[attr-defined]
    return found


def seals() -> QuerySet[Seal]:
    """All seals, with what was left outside of each."""
    return Seal.objects.defer("leaves").prefetch_related("anchors")


def page(by: Actor, params: Mapping[str, list[str]]) -> Page[Seal]:
    """A page of them, each with its `head`."""
    found = SEALS.page(by, seals(), params)
    for seal in found.rows:
        seal.head = bytes(seal.digest).hex()  # type: ignore[attr-defined]
    return found


def state() -> dict[str, Any]:
    """How the chain stands: the newest seal, what waits, the last check, and the places outside."""
    newest = Seal.objects.defer("leaves").first()
    waiting = Entry.objects.filter(pk__gt=newest.last_id if newest else 0).order_by("pk")
    oldest = waiting.values_list("at", flat=True).first()
    outside = []
    for place in places():
        last = Anchor.objects.filter(where=place.name).select_related("seal").first()
        outside.append((place.name, last))
    return {
        "seal": newest,
        "waiting": waiting[:1000].count(),
        "late": bool(oldest and oldest < clock.now() - LATE),
        "check": Check.objects.first(),
        "outside": outside,
    }
