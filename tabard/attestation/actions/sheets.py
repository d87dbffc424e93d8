"""Answering: item by item, signed for the whole sheet, handed on to somebody else, or ended by time."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tabard.attestation import rules
from tabard.attestation.actions.asking import tell
from tabard.attestation.actions.ending import finish
from tabard.attestation.kinds import kind
from tabard.attestation.models import Item, Round, Sheet, acting_for
from tabard.attestation.states import SHEET
from tabard.kernel import clock, permissions, text
from tabard.kernel.actions import action, note, step
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Denied, IllegalMove, Invalid
from tabard.kernel.states import move
from tabard.org.models import Person

OVER = "over"


@action(
    "item.answer",
    may="own.reviews",
    on=Item,
    says=gettext_lazy("%(who)s answered “%(answer)s”: %(what)s"),
    lock=False,
)
def answer(
    by: Actor,
    item: Item,
    *,
    choice: str,
    words: str = "",
    role_id: int | None = None,
    ends_at: datetime | None = None,
) -> Item:
    """Answer one item. What was decided is done at once; keeping can be changed until the sheet is signed."""
    sheet = _open_sheet(by, item.sheet_id)
    item = Item.objects.select_for_update().get(pk=item.pk)
    item.sheet = sheet
    what = kind(sheet.round.kind)
    chosen = what.choice(choice)
    if item.about_id is not None and item.about_id == by.person_id:
        raise Denied(_("This is about yourself. Somebody else has to answer it."))
    if item.choice and (item.choice == OVER or what.choice(item.choice).final):
        raise IllegalMove(_("This was answered, and what was decided has been done."))
    if not chosen.final:
        item.outcome = ""
    elif (item.thing, item.thing_id) in what.over([(item.thing, item.thing_id)]):
        raise IllegalMove(_("There is nothing left to decide: it has ended already."))
    else:
        item.outcome = what.act(by, item, choice, {"role_id": role_id, "ends_at": ends_at})[:500]
    item.choice, item.note = choice, text.prose(words)[:500]
    item.answered_at, item.answered_by_id, item.answered_name = clock.now(), by.person_id, by.name[:120]
    item.save()
    note(answer=str(chosen.label), outcome=item.outcome)
    return item


@action("sheet.sign", may="own.reviews", on=Sheet, says=gettext_lazy("%(who)s signed %(what)s"), lock=False)
def sign(by: Actor, sheet: Sheet) -> Sheet:
    """Put one's name under all answers of a sheet. When the last one is signed, the round is over."""
    made = Round.objects.select_for_update().get(pk=sheet.round_id)
    sheet = _open_sheet(by, sheet.pk)
    sheet.round = made
    _mark_over(sheet)
    left = sheet.items.filter(answered_at=None).count()
    if left:
        said = ngettext("%(n)s item has no answer yet.", "%(n)s items have no answer yet.", left)
        raise Invalid({"": [said % {"n": left}]})
    sheet.fingerprint = fingerprint(sheet)
    move(
        sheet,
        SHEET,
        "signed",
        fingerprint=sheet.fingerprint,
        signed_at=clock.now(),
        signed_by_id=by.person_id,
        signed_name=by.name[:120],
    )
    if not made.sheets.filter(state="open").exists():
        finish(by, made)
    return sheet


@action(
    "sheet.hand_on",
    may="own.reviews",
    on=Sheet,
    says=gettext_lazy("%(who)s handed %(what)s on to %(to)s"),
    lock=False,
)
def hand_on(by: Actor, sheet: Sheet, *, to: Person) -> Sheet:
    """Let somebody else answer in one's place. Also open to whoever runs reviews there."""
    sheet = _open_sheet(by, sheet.pk, or_may="reviews.run")
    if not to.is_active or to.pk == sheet.person_id:
        raise Invalid({"to": [_("Choose somebody else who is here.")]})
    if sheet.items.filter(about=to, answered_at=None).exists():
        raise Invalid({"to": [_("%(person)s is asked about here and cannot answer.") % {"person": to}]})
    sheet.person = to
    sheet.save(update_fields=["person"])
    tell(by, sheet.round, [sheet], "handed on", None)
    note(to=to.name)
    return sheet


@step
def end_sheet(by: Actor, sheet: Sheet) -> None:
    """A sheet whose time is over: what has no answer gets the one that was announced."""
    what = kind(sheet.round.kind)
    _mark_over(sheet)
    items, announced = list(_unanswered(sheet)), sheet.round.unanswered
    outcomes = what.lapse(by, items) if announced else {}
    alike: dict[tuple[str, str], list[int]] = defaultdict(list)
    for item in items:
        item.sheet, choice, said = sheet, announced, outcomes.get(item.pk, "")
        if announced and not said:
            try:
                said = what.act(by, item, announced, {"unanswered": True})
            except (Invalid, Denied, IllegalMove) as error:
                choice, said = "", str(error)
        alike[choice, said[:500]].append(item.pk)
    for (choice, said), pks in alike.items():
        Item.objects.filter(pk__in=pks).update(choice=choice, outcome=said, answered_at=clock.now())
    move(sheet, SHEET, "lapsed", fingerprint=fingerprint(sheet))


def fingerprint(sheet: Sheet) -> str:
    """What the answers of a sheet come to, as rules.signed has it."""
    return rules.signed(answered(item) for item in sheet.items.iterator(2000))


def answered(item: Item) -> list[Any]:
    """One line of what a signature is over."""
    at = item.answered_at.isoformat() if item.answered_at else ""
    return [item.pk, item.fingerprint, item.choice, item.note, item.outcome, item.answered_name, at]


def _unanswered(sheet: Sheet) -> QuerySet[Item]:
    return sheet.items.filter(answered_at=None).select_related("about").order_by("id")


def _mark_over(sheet: Sheet) -> None:
    """What has ended by itself needs no answer any more."""
    found = list(_unanswered(sheet))
    over = kind(sheet.round.kind).over([(i.thing, i.thing_id) for i in found])
    gone = [i.pk for i in found if (i.thing, i.thing_id) in over]
    sheet.items.filter(pk__in=gone).update(
        choice=OVER, outcome=_("It had ended already."), answered_at=clock.now()
    )


def _open_sheet(by: Actor, sheet_id: int, *, or_may: str = "") -> Sheet:
    """The sheet, locked; refused unless it is open and `by` answers it."""
    sheet = Sheet.objects.select_for_update(of=("self",)).select_related("round", "unit").get(pk=sheet_id)
    theirs = bool(by.person_id) and bool({sheet.person_id, *sheet.also} & set(acting_for(by)))
    if not theirs and not (or_may and permissions.may(by, or_may, sheet.place())):
        hidden = not permissions.may(by, "reviews.see", sheet.place())
        raise Denied(_("Somebody else is asked here."), hidden=hidden)
    if sheet.state != "open":
        raise IllegalMove(_("This sheet is closed."))
    return sheet
