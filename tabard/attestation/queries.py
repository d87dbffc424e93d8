"""Reading rounds: the list, one with its progress by unit, and one's sheets."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.db.models import F, Q, QuerySet, Sum
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from tabard.attestation.actions.sheets import ADDED, OVER, is_decided
from tabard.attestation.kinds import Kind, kind, kinds
from tabard.attestation.models import Item, Round, Sheet, acting_for
from tabard.kernel import text
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Missing
from tabard.kernel.narrowing import any_of, named
from tabard.kernel.query import Choice, Column, Filter, Listing, Page, Sort

STATES = {
    "planned": gettext_lazy("Planned"),
    "open": gettext_lazy("Open"),
    "closed": gettext_lazy("Closed"),
    "cancelled": gettext_lazy("Called off"),
}
SHEET_STATES = {
    "open": gettext_lazy("Open"),
    "signed": gettext_lazy("Signed"),
    "lapsed": gettext_lazy("Ended without a signature"),
    "cancelled": gettext_lazy("Called off"),
}
KNOWN = (gettext_lazy("new"), gettext_lazy("changed"), gettext_lazy("as before"))


def _of_units(rows: QuerySet[Any], words: str) -> QuerySet[Any]:
    for word in text.folded(words).split():
        rows = rows.filter(unit__search__contains=word)
    return rows


ROUNDS: Listing[Round] = Listing(
    name="rounds",
    sorts=(Sort("newest", gettext_lazy("Newest"), ("-id",)),),
    filters=(
        Filter("state", gettext_lazy("State"), any_of("state"), named(STATES)),
        Filter(
            "kind",
            gettext_lazy("Kind"),
            any_of("kind"),
            lambda by: [Choice(k.name, str(k.label)) for k in kinds()],
        ),
    ),
    search=_of_units,
)


def _answered(rows: QuerySet[Item], values: list[str]) -> QuerySet[Item]:
    return rows.filter(answered_at__isnull="no" in values) if len(set(values)) == 1 else rows


def _known(rows: QuerySet[Item], values: list[str]) -> QuerySet[Item]:
    return rows.filter(known__in=[n for n, word in enumerate(("new", "changed", "same")) if word in values])


_SORTED = json.JSONEncoder(ensure_ascii=False, sort_keys=True)


def _json(value: Any) -> str:
    return _SORTED.encode(value) if value else ""


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
        Column(gettext_lazy("Asked"), lambda i: _json(i.facts)),
        Column(gettext_lazy("Fingerprint of what was asked"), lambda i: i.fingerprint),
        Column(gettext_lazy("Answer"), lambda i: said(i)),
        Column(gettext_lazy("Note"), lambda i: i.note),
        Column(gettext_lazy("What was said besides"), lambda i: _json(i.given)),
        Column(gettext_lazy("What became of it"), lambda i: i.outcome),
        Column(gettext_lazy("Answered by"), lambda i: i.answered_name),
        Column(gettext_lazy("When (UTC)"), lambda i: i.answered_at and i.answered_at.isoformat()),
        Column(gettext_lazy("Signed by"), lambda i: i.sheet.signed_name),
        Column(gettext_lazy("Signed (UTC)"), lambda i: i.sheet.signed_at and i.sheet.signed_at.isoformat()),
        Column(gettext_lazy("Fingerprint of the sheet"), lambda i: i.sheet.fingerprint),
    ),
)

SHEETS: Listing[Sheet] = Listing(
    name="sheets",
    sorts=(
        Sort("tree", gettext_lazy("By unit"), ("unit__path",)),
        Sort("left", gettext_lazy("Most without an answer"), ("-left_n",)),
    ),
    filters=(Filter("state", gettext_lazy("State"), any_of("state"), named(SHEET_STATES)),),
    search=lambda rows, words: _of_units(rows, words),
    columns=(
        Column(gettext_lazy("Unit"), lambda s: s.unit.name),
        Column(gettext_lazy("Asked"), lambda s: s.person and s.person.name),
        Column(gettext_lazy("State"), lambda s: str(SHEET_STATES[s.state])),
        Column(gettext_lazy("Items"), lambda s: s.total),
        Column(gettext_lazy("Answered"), lambda s: s.answered),
        Column(gettext_lazy("Signed by"), lambda s: s.signed_name),
        Column(gettext_lazy("Signed (UTC)"), lambda s: s.signed_at and s.signed_at.isoformat()),
        Column(gettext_lazy("Fingerprint of the sheet"), lambda s: s.fingerprint),
    ),
)


def said(item: Item) -> str:
    """The answer in the reader's language."""
    if not item.choice:
        return ""
    return _answers(item.sheet.round.kind, get_language()).get(item.choice, item.choice)


@lru_cache(maxsize=64)
def _answers(of: str, language: str | None) -> dict[str, str]:
    """The answers of a kind in words: asked for tens of thousands of items at once."""
    what = kind(of)
    plain = {OVER: _("Ended already"), ADDED: _("Added")}
    after = {c.name: str(c.label) for c in what.consequences}
    given = {c.name: str(c.label) for c in what.choices}
    return plain | after | given


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
    sheets = Sheet.objects.visible_to(by).filter(round__in=[r.pk for r in rows]).order_by()
    sums: Any = sheets.values("round").annotate(n=Sum("total"), done=Sum("answered"))
    counts = {pk: (n, done) for pk, n, done in sums.values_list("round", "n", "done")}
    for row in rows:
        row.total, row.answered = counts.get(row.pk, (0, 0))  # type: ignore[attr-defined]


def round_of(by: Actor, round_id: int) -> Round:
    """One round, with `total` and `answered`. `Missing` if there is none, or not for `by`."""
    for found in visible(by, None).filter(pk=round_id):
        _count(by, [found])
        return found
    raise Missing(_("There is no such review, or it is not yours to see."))


def sheets_of(by: Actor, found: Round) -> QuerySet[Any]:
    """The sheets of a round that `by` sees."""
    rows = Sheet.objects.visible_to(by).filter(round=found).select_related("unit", "person", "round__unit")
    counted: QuerySet[Any] = rows.annotate(left_n=F("total") - F("answered"))
    return counted


def sheets(by: Actor, found: Round, params: Mapping[str, list[str]], size: int = 50) -> Page[Sheet]:
    """A page of a round's sheets, in the order of the tree: how far each unit is."""
    return SHEETS.page(by, sheets_of(by, found), params, size=size)


def narrowed(found: Round) -> str:
    """What a round is narrowed to besides its unit, in words."""
    scope = kind(found.kind).scope
    return scope.told(found.scope) if scope and found.scope else ""


def my_sheets(by: Actor, scope: Any = None, only: str = "") -> list[Sheet]:
    """Open sheets that `by` may answer, the most urgent first; of one kind if it is named."""
    rows = Sheet.objects.answerable(by).select_related("unit", "person", "round__unit")
    if only:
        rows = rows.filter(round__kind=only)
    if scope is not None:
        rows = rows.filter(unit__path__startswith=scope.path)
    return list(rows.order_by("round__due_at", "pk")[:200])


def sheet(by: Actor, sheet_id: int) -> Sheet:
    """One sheet, with whether it is `theirs` to answer."""
    rows = Sheet.objects.visible_to(by).select_related("unit", "person", "round__unit", "signed_by")
    for found in rows.filter(pk=sheet_id):
        asked = {found.person_id, *found.also} & set(acting_for(by) if by.person_id else [])
        found.theirs = bool(asked) and found.state == "open"  # type: ignore[attr-defined]
        return found
    raise Missing(_("There is no such sheet, or it is not yours to see."))


def items(by: Actor, found: Sheet, params: Mapping[str, list[str]]) -> Page[Item]:
    """A page of a sheet's items, new and changed ones first, each ready to be drawn."""
    page = ITEMS.page(by, found.items.all(), params, size=100)
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
    item.changed = _changed(what, item)
    # Each answer with why it is not for `by`; empty if it is.
    item.choices = [(choice, "") for choice in what.choices]
    item.own = item.about_id is not None and item.about_id == by.person_id
    item.open = item.sheet.theirs and not item.own and not is_decided(what, item)
    what.shape(by, item, known)
    item.hindered = any(why for _choice, why in item.choices)


def _changed(what: Kind, item: Item) -> list[tuple[str, str, str]]:
    """What is not as it was when it was last answered: fact, then, now."""
    found = (item.last or {}).get("changed") or {}
    return [
        (str(what.words[name]), _worded(then), _worded(now))
        for name, (then, now) in found.items()
        if name in what.words
    ]


def _worded(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(str(each) for each in value) or "–"
    return str(value) if value not in (None, "") else "–"


def _before(what: Kind, item: Item) -> str:
    if not item.last:
        return ""
    labels = {c.name: str(c.label) for c in what.choices}
    return labels.get(item.last["choice"], "")


def item(by: Actor, item_id: int) -> Any:
    """One item, ready to be drawn. `Missing` if there is none, or not for `by`."""
    for found in Item.objects.filter(pk=item_id):
        found.sheet = sheet(by, found.sheet_id)
        shape(by, found, kind(found.sheet.round.kind).context())
        return found
    raise Missing(_("There is no such item, or it is not yours to see."))


def unchanged(by: Actor, found: Sheet) -> QuerySet[Item]:
    """Items kept the last time that are as they were and have no answer yet; not those about `by`."""
    rows = found.items.filter(known=2, answered_at=None, last__choice__in=("keep", "correct"))
    return rows.exclude(about=by.person_id).select_related("about")
