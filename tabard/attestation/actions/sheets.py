"""Answering: item by item, signed for the whole sheet, or handed on to somebody else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tabard.attestation import rules
from tabard.attestation.actions.asking import tell
from tabard.attestation.actions.ending import finish
from tabard.attestation.answering import Lines
from tabard.attestation.given import kept, line, meant
from tabard.attestation.kinds import Kind, kind
from tabard.attestation.models import Item, Round, Sheet, acting_for
from tabard.attestation.states import SHEET
from tabard.kernel import clock, permissions, text
from tabard.kernel.actions import action, note
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Denied, IllegalMove, Invalid
from tabard.kernel.states import move
from tabard.org.models import Person

OVER, ADDED = "over", "added"


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
    given: Mapping[str, Any] | None = None,
    zone: str = "UTC",
) -> Item:
    """Answer one item; `given` is what the answer says besides, with wall clocks in `zone`.

    What was decided is done at once. What is not final can be answered anew until the sheet is signed.
    """
    sheet = _open_sheet(by, item.sheet_id)
    item = Item.objects.select_for_update().get(pk=item.pk)
    item.sheet = sheet
    what = kind(sheet.round.kind)
    chosen = what.choice(choice)
    if item.about_id is not None and item.about_id == by.person_id:
        raise Denied(_("This is about yourself. Somebody else has to answer it."))
    if is_decided(what, item):
        raise IllegalMove(_("This was answered, and what was decided has been done."))
    words = text.prose(words)[:500]
    if chosen.noted and not words:
        raise Invalid({"note": [_("Say why, for those who work it off.")]})
    said = meant(chosen.carries, given or {}, zone)
    _carry_out(by, what, item, choice, said | {"words": words})
    item.given = item.given | kept(said)
    item.choice, item.note = choice, words
    if item.answered_at is None:
        sheet.answered += 1
        sheet.save(update_fields=["answered"])
    item.answered_at, item.answered_by_id, item.answered_name = clock.now(), by.person_id, by.name[:120]
    item.save()
    note(answer=str(chosen.label), outcome=item.outcome)
    return item


def _carry_out(by: Actor, what: Kind, item: Item, choice: str, given: Mapping[str, Any]) -> None:
    before = item.given.get("changed", {})
    item.outcome, item.given = "", {"changed": before} if before else {}
    if not what.choice(choice).acts:
        return
    if (item.thing, item.thing_id) in what.over([(item.thing, item.thing_id)]):
        raise IllegalMove(_("There is nothing left to decide: it has ended already."))
    done = what.act(by, item, choice, given)
    item.outcome = done.said[:500]
    if changed := {**before, **done.changed}:
        item.given = {"changed": changed}


@action(
    "sheet.add",
    may="own.reviews",
    on=Sheet,
    says=gettext_lazy("%(who)s named what nobody asked about: %(what)s"),
    lock=False,
)
def add_item(
    by: Actor, sheet: Sheet, *, given: Mapping[str, Any], words: str = "", zone: str = "UTC"
) -> Item:
    """Name something that belongs on the sheet and that nobody asked about, where the kind knows how."""
    sheet = _open_sheet(by, sheet.pk)
    what = kind(sheet.round.kind)
    if what.adding is None:
        raise IllegalMove(_("Nothing can be added to this review."))
    said = meant(what.adding.carries, given, zone)
    made = what.adding.make(by, sheet, said)
    item = Item(sheet=sheet, thing=made.thing[0], thing_id=made.thing[1], title=made.title[:300])
    item.facts, item.about_id = made.facts, made.about_id
    item.fingerprint = rules.asked(what.name, made.thing, item.title, made.facts)
    item.gist = rules.gist(what.name, made.thing, made.facts, what.passing)
    item.choice, item.given, item.note = ADDED, kept(said), line(words, zone)
    item.outcome = _("It is proposed.")
    item.answered_at, item.answered_by_id, item.answered_name = clock.now(), by.person_id, by.name[:120]
    item.save()
    what.adding.kept(by, item)
    sheet.total, sheet.answered = sheet.total + 1, sheet.answered + 1
    sheet.save(update_fields=["total", "answered"])
    return item


@action(
    "sheet.sign",
    may="own.reviews",
    on=Sheet,
    says=gettext_lazy("%(who)s signed %(what)s"),
    lock=False,
    step_up=True,
)
def sign(by: Actor, sheet: Sheet) -> Sheet:
    """Put one's name under all answers of a sheet. When the last one is signed, the round is over."""
    made = Round.objects.select_for_update().get(pk=sheet.round_id)
    sheet = _open_sheet(by, sheet.pk)
    sheet.round, what = made, kind(made.kind)
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
    what.signed(by, sheet)
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
    _not_from_below(sheet, to)
    sheet.person = to
    sheet.save(update_fields=["person"])
    tell(by, sheet.round, [sheet], "handed on", None)
    note(to=to.name)
    return sheet


def _not_from_below(sheet: Sheet, to: Person) -> None:
    """Nobody judges those they work for, whoever gives them the sheet."""
    lines = Lines([to.unit, sheet.unit])
    asked = sheet.items.exclude(about=None)
    above = asked.filter(about__in=rules.superiors(lines.of(to.unit_id), to.pk)).select_related("about")
    if judged := above.first():
        said = _("%(person)s works for %(superior)s, who is asked about here, and cannot answer.")
        raise Invalid({"to": [said % {"person": to, "superior": judged.about}]})
    below = to.unit.path != sheet.unit.path and to.unit.path.startswith(sheet.unit.path)
    desks = {who for desk in lines.of(sheet.unit_id) for who in (desk.lead, desk.deputy)}
    if below and to.pk not in desks and asked.exclude(about__unit__path__startswith=to.unit.path).exists():
        said = _("%(person)s works below %(unit)s, and cannot answer about people of %(unit)s.")
        raise Invalid({"to": [said % {"person": to, "unit": sheet.unit}]})


def fingerprint(sheet: Sheet) -> str:
    """What the answers of a sheet come to, as rules.signed has it."""
    return rules.signed(answered(item) for item in sheet.items.iterator(2000))


def answered(item: Any) -> list[Any]:
    """One line of what a signature is over, of an item or a row of its values."""
    at = item.answered_at.isoformat() if item.answered_at else ""
    made = [item.pk, item.fingerprint, item.choice, item.note, item.outcome, item.answered_name, at]
    return [*made, item.given] if item.given else made


def is_decided(what: Kind, item: Item) -> bool:
    """Whether an answer was given that stands."""
    return item.choice in {OVER, ADDED} or bool(item.choice and what.choice(item.choice).final)


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
    if gone:
        sheet.answered += len(gone)
        sheet.save(update_fields=["answered"])


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
