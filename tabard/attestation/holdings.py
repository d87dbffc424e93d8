"""What people and units hold in rounds: sheets that wait for an answer."""

from __future__ import annotations

from itertools import groupby

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tabard.attestation.actions.asking import tell
from tabard.attestation.models import Round, Sheet
from tabard.kernel.actor import Actor
from tabard.kernel.holdings import Holding, Item, history, hold, rows

RUNNING = ("planned", "open")


def _rounds(unit: int) -> QuerySet[Round]:
    return Round.objects.filter(unit=unit, state__in=RUNNING).select_related("unit")


def _sheets(**held: int) -> QuerySet[Sheet]:
    return Sheet.objects.filter(state="open", **held).select_related("round__unit", "unit").order_by("id")


def _items(found: QuerySet[Sheet]) -> list[Item]:
    return [Item(s.pk, str(s), url=reverse("sheet", args=[s.pk])) for s in found[:500]]


def _to_somebody(by: Actor, old: int, new: int, ids: list[int] | None) -> int:
    """Whoever gets them is told at once, and by whom it is answered is kept on the sheet."""
    sheets = list(_sheets(person=old) if ids is None else _sheets(person=old).filter(pk__in=ids))
    for made, theirs in groupby(sorted(sheets, key=lambda s: s.round_id), key=lambda s: s.round):
        mine = list(theirs)
        Sheet.objects.filter(pk__in=[s.pk for s in mine]).update(person=new)
        for sheet in mine:
            sheet.person_id = new
        tell(by, made, mine, "handed on", None)
    return len(sheets)


hold(
    Holding(
        name="attestation.rounds",
        label=_("Reviews"),
        holder="unit",
        claims=("attestation.Round.unit",),
        held=lambda unit: _rounds(unit),
        items=lambda unit: [Item(r.pk, str(r), url=reverse("round", args=[r.pk])) for r in _rounds(unit)],
        hand_over=lambda by, old, new, ids: (
            rows(Round, "unit", old, ids).filter(state__in=RUNNING).update(unit=new)
        ),
    )
)
hold(
    Holding(
        name="attestation.sheets_about",
        label=_("Sheets of reviews about it"),
        holder="unit",
        claims=("attestation.Sheet.unit",),
        held=lambda unit: _sheets(unit=unit),
        items=lambda unit: _items(_sheets(unit=unit)),
        hand_over=lambda by, old, new, ids: (
            rows(Sheet, "unit", old, ids).filter(state="open").update(unit=new)
        ),
    )
)
hold(
    Holding(
        name="attestation.sheets",
        label=_("Reviews they answer"),
        holder="person",
        claims=("attestation.Sheet.person",),
        held=lambda person: _sheets(person=person),
        items=lambda person: _items(_sheets(person=person)),
        hand_over=_to_somebody,
    )
)
history(
    "attestation.Round.made_by",
    "attestation.Sheet.signed_by",
    "attestation.Item.about",
    "attestation.Item.answered_by",
)
