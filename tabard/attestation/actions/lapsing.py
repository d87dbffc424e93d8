"""Sheets whose time is over: what has no answer gets the one that was announced."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from tabard.attestation import rules
from tabard.attestation.actions.sheets import OVER, answered
from tabard.attestation.kinds import Kind, kind
from tabard.attestation.models import Item, Round, Sheet
from tabard.attestation.states import SHEET
from tabard.kernel import clock
from tabard.kernel.actions import step
from tabard.kernel.actor import Actor
from tabard.kernel.bulk import among
from tabard.kernel.errors import Denied, IllegalMove, Invalid
from tabard.kernel.states import move

# How an answer is written: the word for it, and what became of it.
Said = tuple[str, str]


@step
def end_sheets(by: Actor, made: Round, sheets: Sequence[Sheet]) -> None:
    """End open sheets of a round without a signature, all of them together."""
    what, by_id = kind(made.kind), {sheet.pk: sheet for sheet in sheets}
    rows = Item.objects.filter(sheet__in=by_id, answered_at=None).order_by("sheet_id", "id")
    items = list(rows.only("sheet", "thing", "thing_id"))  # the few that are carried out alone ask for more
    for item in items:
        item.sheet = by_id[item.sheet_id]
        item.sheet.round = made
    over = what.over([(item.thing, item.thing_id) for item in items])
    said: dict[Said, list[int]] = defaultdict(list)
    left = []
    for item in items:
        if (item.thing, item.thing_id) in over:
            said[OVER, _("It had ended already.")].append(item.pk)
        else:
            left.append(item)
    for item, how in _carried_out(by, what, left):
        said[how].append(item.pk)
    _write(said)
    prints = _fingerprints(by_id)
    for sheet in sheets:
        print_ = prints.get(sheet.pk) or rules.signed(())
        move(sheet, SHEET, "lapsed", fingerprint=print_, answered=sheet.total)


def _carried_out(by: Actor, what: Kind, items: Sequence[Item]) -> list[tuple[Item, Said]]:
    """What was announced, done: for many at once where the kind knows how, else one by one."""
    announced: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        announced[item.sheet.unanswered].append(item)
    found = []
    for choice, theirs in announced.items():
        outcomes = what.lapse(by, theirs, choice)
        for item in theirs:
            said = outcomes.get(item.pk, "")
            found.append(
                (item, (choice, said[:500]) if said or not choice else _alone(by, what, item, choice))
            )
    return found


def _alone(by: Actor, what: Kind, item: Item, choice: str) -> Said:
    try:
        return choice, what.act(by, item, choice, {"unanswered": True}).said[:500]
    except (Invalid, Denied, IllegalMove) as error:
        return "", str(error)[:500]


def _write(said: dict[Said, list[int]]) -> None:
    now = clock.now()
    for (choice, outcome), pks in said.items():
        Item.objects.filter(pk__in=among(pks)).update(choice=choice, outcome=outcome, answered_at=now)


def _fingerprints(sheets: dict[int, Sheet]) -> dict[int, str]:
    """What the answers of each sheet come to, as they now stand in the database."""
    fields = ("sheet_id", "pk", "fingerprint", "choice", "note", "outcome", "answered_name", "answered_at")
    rows: Any = Item.objects.filter(sheet__in=sheets).order_by("sheet_id", "id")
    lines = rows.values_list(*fields, "given", named=True).iterator(5000)
    return {
        sheet: rules.signed(answered(line) for line in theirs)
        for sheet, theirs in groupby(lines, key=lambda line: line.sheet_id)
    }
