"""The beginning of a round: what is asked whom, frozen as it stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from tabard.attestation import rules
from tabard.attestation.actions.comparing import compared, missed
from tabard.attestation.answering import Lines, standing_in
from tabard.attestation.events import Waits
from tabard.attestation.kinds import Asked, Thing, kind
from tabard.attestation.models import Item, Round, Sheet
from tabard.kernel import clock
from tabard.kernel.actions import step
from tabard.kernel.actor import Actor
from tabard.kernel.bulk import insert
from tabard.kernel.events import emit
from tabard.org.models import Person, Unit
from tabard.org.policies import holding_in


@step
def ask(by: Actor, made: Round) -> int:
    """Write the sheets of a round and tell those who answer; returns how many items there are."""
    what = kind(made.kind)
    elsewhere = _asked_elsewhere(made)
    found = [a for a in what.ask(made.unit, made.scope) if a.thing not in elsewhere]
    units = {u.pk: u for u in Unit.objects.open().filter(pk__in={a.unit_id for a in found})}
    lines = Lines(units.values())
    by_sheet: dict[tuple[int, int | None], list[Asked]] = defaultdict(list)
    for each in found:
        if each.unit_id in units:
            who = rules.answerer(lines.of(each.unit_id), lines.owners, each.about_id)
            by_sheet[each.unit_id, who].append(each)
    sheets = [Sheet(round=made, unit_id=unit, person_id=who) for unit, who in by_sheet]
    sheets.sort(key=lambda s: (units[s.unit_id].path, s.person_id or 0))
    stricter = holding_in(units.values(), what.by_policy)
    for sheet in sheets:
        sheet.unanswered = what.stricter(made.unanswered, stricter[sheet.unit_id])
        sheet.total = len(by_sheet[sheet.unit_id, sheet.person_id])
    missed(made, sheets, {a.thing for a in found})
    Sheet.objects.bulk_create(sheets, batch_size=1000)
    asked = [(sheet, a) for sheet in sheets for a in by_sheet[sheet.unit_id, sheet.person_id]]
    insert(compared(what, asked))
    tell(by, made, sheets, "asked", None)
    return len(asked)


def _asked_elsewhere(made: Round) -> set[Thing]:
    """What another open round of the same kind asks about already."""
    there = Item.objects.filter(sheet__round__kind=made.kind, sheet__round__state="open")
    return set(there.exclude(sheet__round=made).values_list("thing", "thing_id"))


@step
def tell(by: Actor, made: Round, sheets: Sequence[Sheet], what: str, days: int | None) -> int:
    """Write on each sheet that those who may answer it were told, and tell each of them once."""
    instead = standing_in({p for s in sheets for p in (s.person_id, *s.also) if p is not None})
    waiting: dict[int, list[Sheet]] = defaultdict(list)
    for sheet in sheets:
        for person in _asked_here(sheet, instead):
            waiting[person].append(sheet)
    names = dict(Person.objects.filter(pk__in=waiting, is_active=True).values_list("pk", "name"))
    now = clock.now().isoformat(timespec="seconds")
    for sheet in sheets:
        to = [names[p] for p in _asked_here(sheet, instead) if p in names]
        line: dict[str, Any] = {"what": what, "at": now, "to": to, "days": days}
        sheet.told = [*sheet.told, line]
    Sheet.objects.bulk_update(sheets, ["told", "also"], batch_size=1000)
    for person in names:
        emit(by, Waits(person, len(waiting[person]), made.pk, waiting[person][0].pk, days))
    return len(names)


def _asked_here(sheet: Sheet, instead: Mapping[int, list[int]]) -> list[int]:
    """Whoever may answer a sheet, each once: those who are asked, and those who stand in for them now."""
    asked = [person for person in (sheet.person_id, *sheet.also) if person is not None]
    return list(dict.fromkeys([*asked, *(other for person in asked for other in instead.get(person, ()))]))
