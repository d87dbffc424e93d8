"""Reading rounds: the list, one with its progress by unit, one's sheets, and the evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.attestation import rules
from tabard.attestation.actions.sheets import OVER, answered
from tabard.attestation.kinds import Kind, kind, kinds
from tabard.attestation.models import Item, Round, Sheet, acting_for
from tabard.kernel import text
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Missing
from tabard.kernel.query import Choice, Column, Filter, Listing, Page, Sort

STATES = {
    "planned": gettext_lazy("Planned"),
    "open": gettext_lazy("Open"),
    "closed": gettext_lazy("Closed"),
    "cancelled": gettext_lazy("Called off"),
}
KNOWN = (gettext_lazy("new"), gettext_lazy("changed"), gettext_lazy("as before"))


def _of_units(rows: QuerySet[Round], words: str) -> QuerySet[Round]:
    for word in text.folded(words).split():
        rows = rows.filter(unit__search__contains=word)
    return rows


ROUNDS: Listing[Round] = Listing(
    name="rounds",
    sorts=(Sort("newest", gettext_lazy("Newest"), ("-id",)),),
    filters=(
        Filter(
            "state",
            gettext_lazy("State"),
            lambda rows, values: rows.filter(state__in=values),
            lambda by: [Choice(name, str(label)) for name, label in STATES.items()],
        ),
        Filter(
            "kind",
            gettext_lazy("Kind"),
            lambda rows, values: rows.filter(kind__in=values),
            lambda by: [Choice(k.name, str(k.label)) for k in kinds()],
        ),
    ),
    search=_of_units,
)


def _answered(rows: QuerySet[Item], values: list[str]) -> QuerySet[Item]:
    return rows.filter(answered_at__isnull="no" in values) if len(set(values)) == 1 else rows


def _known(rows: QuerySet[Item], values: list[str]) -> QuerySet[Item]:
    return rows.filter(known__in=[n for n, word in enumerate(("new", "changed", "same")) if word in values])


ITEMS: Listing[Item] = Listing(
    name="items",
    sorts=(Sort("first", gettext_lazy("New and changed first"), ("known", "title")),),
    filters=(
        Filter(
            "answered",
            gettext_lazy("Answered"),
            _answered,
            lambda by: [Choice("no", _("Without an answer")), Choice("yes", _("Answered"))],
        ),
        Filter(
            "known",
            gettext_lazy("Since the last time"),
            _known,
            lambda by: [
                Choice("new", str(KNOWN[0])),
                Choice("changed", str(KNOWN[1])),
                Choice("same", str(KNOWN[2])),
            ],
        ),
    ),
    search=lambda rows, words: rows.filter(title__icontains=words),
    columns=(
        Column(gettext_lazy("Unit"), lambda i: i.sheet.unit.name),
        Column(gettext_lazy("Item"), lambda i: i.title),
        Column(gettext_lazy("Asked"), lambda i: i.facts),
        Column(gettext_lazy("Fingerprint of what was asked"), lambda i: i.fingerprint),
        Column(gettext_lazy("Answer"), lambda i: said(i)),
        Column(gettext_lazy("Note"), lambda i: i.note),
        Column(gettext_lazy("What became of it"), lambda i: i.outcome),
        Column(gettext_lazy("Answered by"), lambda i: i.answered_name),
        Column(gettext_lazy("When (UTC)"), lambda i: i.answered_at and i.answered_at.isoformat()),
        Column(gettext_lazy("Signed by"), lambda i: i.sheet.signed_name),
        Column(gettext_lazy("Signed (UTC)"), lambda i: i.sheet.signed_at and i.sheet.signed_at.isoformat()),
        Column(gettext_lazy("Fingerprint of the sheet"), lambda i: i.sheet.fingerprint),
    ),
)

_ANSWERS = {
    "total": Count("items"),
    "answered": Count("items", filter=Q(items__answered_at__isnull=False)),
}


def said(item: Item) -> str:
    """The answer in the reader's language."""
    if not item.choice:
        return ""
    labels = {c.name: str(c.label) for c in kind(item.sheet.round.kind).choices}
    return labels.get(item.choice) or (_("Ended already") if item.choice == OVER else item.choice)


def visible(by: Actor, scope: Any) -> QuerySet[Round]:
    rows: QuerySet[Round] = Round.objects.visible_to(by).select_related("unit", "made_by")
    if scope is not None:
        below = Sheet.objects.filter(unit__path__startswith=scope.path)
        rows = rows.filter(Q(unit__path__startswith=scope.path) | Q(pk__in=below.values("round")))
    return rows


def rounds(by: Actor, scope: Any, params: Mapping[str, list[str]]) -> Page[Round]:
    """A page of rounds, each with `total` and `answered` items as far as `by` sees them, and its sheets."""
    page = ROUNDS.page(by, visible(by, scope), params)
    _count(by, page.rows)
    return page


def _count(by: Actor, rows: Sequence[Round]) -> None:
    sheets = Sheet.objects.visible_to(by).filter(round__in=[r.pk for r in rows])
    items = Item.objects.filter(sheet__in=sheets.values("pk")).order_by().values_list("sheet__round")
    counts = {
        pk: (total, done)
        for pk, total, done in items.annotate(n=Count("pk"), done=Count("answered_at")).values_list(
            "sheet__round", "n", "done"
        )
    }
    for row in rows:
        row.total, row.answered = counts.get(row.pk, (0, 0))  # type: ignore[attr-defined]


def round_of(by: Actor, round_id: int) -> Round:
    """One round, with `total` and `answered`. `Missing` if there is none, or not for `by`."""
    for found in visible(by, None).filter(pk=round_id):
        _count(by, [found])
        return found
    raise Missing(_("There is no such review, or it is not yours to see."))


def sheets_of(by: Actor, found: Round) -> list[Sheet]:
    """The sheets of a round that `by` sees, in the order of the tree, with `total` and `answered`."""
    rows = Sheet.objects.visible_to(by).filter(round=found).select_related("unit", "person", "round__unit")
    return list(rows.annotate(**_ANSWERS).order_by("unit__path", "pk"))


def my_sheets(by: Actor, scope: Any = None) -> list[Sheet]:
    """Open sheets that `by` may answer, the most urgent first."""
    rows = Sheet.objects.answerable(by).select_related("unit", "person", "round__unit")
    if scope is not None:
        rows = rows.filter(unit__path__startswith=scope.path)
    return list(rows.annotate(**_ANSWERS).order_by("round__due_at", "pk")[:200])


def sheet(by: Actor, sheet_id: int) -> Sheet:
    """One sheet, with `total`, `answered` and whether it is `theirs` to answer."""
    rows = Sheet.objects.visible_to(by).select_related("unit", "person", "round__unit", "signed_by")
    for found in rows.annotate(**_ANSWERS).filter(pk=sheet_id):
        asked = {found.person_id, *found.also} & set(acting_for(by) if by.person_id else [])
        found.theirs = bool(asked) and found.state == "open"  # type: ignore[attr-defined]
        return found
    raise Missing(_("There is no such sheet, or it is not yours to see."))


def items(by: Actor, found: Sheet, params: Mapping[str, list[str]]) -> Page[Item]:
    """A page of a sheet's items, new and changed ones first, each ready to be drawn."""
    rows = found.items.select_related("about", "answered_by")
    page = ITEMS.page(by, rows, params, size=100)
    known = kind(found.round.kind).context()
    for item in page.rows:
        item.sheet = found
        shape(by, item, known)
    return page


def shape(by: Actor, item: Any, known: Mapping[str, Any]) -> None:
    """What the card of an item needs: its answer in words, what comes before, and whether `by` answers."""
    what = kind(item.sheet.round.kind)
    item.said = said(item)
    item.known_word = KNOWN[item.known]
    item.before = _before(what, item)
    decided = bool(item.choice) and (item.choice == OVER or what.choice(item.choice).final)
    item.own = item.about_id is not None and item.about_id == by.person_id
    item.open = item.sheet.theirs and not decided and not item.own
    what.shape(item, known)


def _before(what: Kind, item: Item) -> str:
    if not item.last:
        return ""
    labels = {c.name: str(c.label) for c in what.choices}
    return labels.get(item.last["choice"], "")


def item(by: Actor, item_id: int) -> Item:
    """One item, ready to be drawn. `Missing` if there is none, or not for `by`."""
    for found in Item.objects.filter(pk=item_id).select_related("about"):
        found.sheet = sheet(by, found.sheet_id)
        shape(by, found, kind(found.sheet.round.kind).context())
        return found
    raise Missing(_("There is no such item, or it is not yours to see."))


def unchanged(by: Actor, found: Sheet) -> QuerySet[Item]:
    """Items kept the last time that are as they were and have no answer yet; not those about `by`."""
    rows = found.items.filter(known=2, answered_at=None, last__choice="keep")
    return rows.exclude(about=by.person_id).select_related("about")


def evidence_rows(by: Actor, found: Round) -> QuerySet[Item]:
    """Every item of a round that `by` sees, by unit."""
    seen = Sheet.objects.visible_to(by).filter(round=found)
    rows: QuerySet[Item] = Item.objects.filter(sheet__in=seen.values("pk"))
    return rows.select_related("sheet__unit", "sheet__round__unit")


def evidence(by: Actor, found: Round) -> dict[str, Any]:
    """Everything about a round as plain values; each sheet says whether its fingerprint still fits."""
    sheets = sheets_of(by, found)
    items: dict[int, list[Item]] = {s.pk: [] for s in sheets}
    for each in evidence_rows(by, found).order_by("id").iterator(2000):
        items[each.sheet_id].append(each)
    return {
        "round": found.pk,
        "kind": found.kind,
        "unit": found.unit.name,
        "state": found.state,
        "opened": found.opens_at.isoformat(),
        "due": found.due_at.isoformat(),
        "ended": found.ended_at.isoformat() if found.ended_at else None,
        "unanswered": found.unanswered,
        "begun_by": found.made_by.name if found.made_by else None,
        "sheets": [_sheet_out(s, items[s.pk]) for s in sheets],
    }


def _sheet_out(found: Sheet, items: list[Item]) -> dict[str, Any]:
    made = rules.signed(answered(i) for i in items)
    return {
        "sheet": found.pk,
        "unit": found.unit.name,
        "asked": found.person.name if found.person else None,
        "state": found.state,
        "told": found.told,
        "signed_by": found.signed_name or None,
        "signed_at": found.signed_at.isoformat() if found.signed_at else None,
        "fingerprint": found.fingerprint,
        "fits": made == found.fingerprint if found.fingerprint else None,
        "items": [_item_out(i) for i in items],
    }


def _item_out(item: Item) -> dict[str, Any]:
    return {
        "item": item.pk,
        "thing": item.thing,
        "thing_id": item.thing_id,
        "title": item.title,
        "asked": item.facts,
        "fingerprint": item.fingerprint,
        "last": item.last,
        "answer": item.choice,
        "said": said(item),
        "note": item.note,
        "outcome": item.outcome,
        "answered_by": item.answered_name or None,
        "answered_at": item.answered_at.isoformat() if item.answered_at else None,
    }
