"""The beginning of a round: what is asked whom, frozen as it stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from tabard.attestation import rules
from tabard.attestation.answering import Lines
from tabard.attestation.events import Waits
from tabard.attestation.kinds import Asked, Kind, kind
from tabard.attestation.models import Item, Round, Sheet
from tabard.kernel import clock
from tabard.kernel.actions import step
from tabard.kernel.actor import Actor
from tabard.kernel.events import emit
from tabard.org.models import Person, Unit


@step
def ask(by: Actor, made: Round) -> int:
    """Write the sheets of a round and tell those who answer; returns how many items there are."""
    what = kind(made.kind)
    elsewhere = _asked_elsewhere(made)
    found = [a for a in what.ask(made.unit) if a.unit_id not in elsewhere]
    units = {u.pk: u for u in Unit.objects.open().filter(pk__in={a.unit_id for a in found})}
    lines = Lines(units.values())
    by_sheet: dict[tuple[int, int | None], list[Asked]] = defaultdict(list)
    for each in found:
        if each.unit_id in units:
            who = rules.answerer(lines.of(each.unit_id), lines.owners, each.about_id)
            by_sheet[each.unit_id, who].append(each)
    sheets = [Sheet(round=made, unit_id=unit, person_id=who) for unit, who in by_sheet]
    sheets.sort(key=lambda s: (units[s.unit_id].path, s.person_id or 0))
    Sheet.objects.bulk_create(sheets, batch_size=1000)
    asked = [(sheet, a) for sheet in sheets for a in by_sheet[sheet.unit_id, sheet.person_id]]
    before = _last(what, asked)
    Item.objects.bulk_create((_item(what, s, a, before) for s, a in asked), batch_size=1000)
    tell(by, made, sheets, "asked", None)
    return len(asked)


def _asked_elsewhere(made: Round) -> set[int]:
    """Units that another open round of the same kind asks about already."""
    paths = Round.objects.filter(kind=made.kind, state="open").exclude(pk=made.pk)
    found: set[int] = set()
    for path in paths.values_list("unit__path", flat=True):
        found |= set(Unit.objects.filter(path__startswith=path).values_list("pk", flat=True))
    return found


def _last(what: Kind, asked: Sequence[tuple[Sheet, Asked]]) -> dict[tuple[str, int], Item]:
    """How each thing was answered the last time, by people."""
    ids: dict[str, list[int]] = defaultdict(list)
    for _sheet, each in asked:
        ids[each.thing[0]].append(each.thing[1])
    found: dict[tuple[str, int], Item] = {}
    for thing, numbers in ids.items():
        rows: QuerySet[Item] = Item.objects.filter(
            thing=thing, thing_id__in=numbers, answered_at__isnull=False, sheet__round__kind=what.name
        )
        rows = rows.exclude(choice="").order_by("thing_id", "-answered_at").distinct("thing_id")
        found |= {(i.thing, i.thing_id): i for i in rows.defer("facts")}
    return found


def _item(what: Kind, sheet: Sheet, asked: Asked, before: dict[tuple[str, int], Item]) -> Item:
    gist = rules.gist(what.name, asked.thing, asked.facts, what.passing)
    last = before.get(asked.thing)
    told = last.answered_at.isoformat(timespec="seconds") if last and last.answered_at else ""
    return Item(
        sheet=sheet,
        thing=asked.thing[0],
        thing_id=asked.thing[1],
        title=asked.title[:300],
        facts=asked.facts,
        about_id=asked.about_id,
        fingerprint=rules.asked(what.name, asked.thing, asked.title[:300], asked.facts),
        gist=gist,
        known=0 if last is None else 2 if last.gist == gist else 1,
        last={"choice": last.choice, "by": last.answered_name, "at": told} if last else None,
    )


@step
def tell(by: Actor, made: Round, sheets: Sequence[Sheet], what: str, days: int | None) -> int:
    """Write on each sheet that those who may answer it were told, and tell each of them once."""
    waiting: dict[int, list[Sheet]] = defaultdict(list)
    for sheet in sheets:
        for person in [sheet.person_id, *sheet.also]:
            if person is not None:
                waiting[person].append(sheet)
    names = dict(Person.objects.filter(pk__in=waiting).values_list("pk", "name"))
    now = clock.now().isoformat(timespec="seconds")
    for sheet in sheets:
        to = [names[p] for p in [sheet.person_id, *sheet.also] if p in names]
        line: dict[str, Any] = {"what": what, "at": now, "to": to, "days": days}
        sheet.told = [*sheet.told, line]
    Sheet.objects.bulk_update(sheets, ["told", "also"], batch_size=1000)
    for person, theirs in waiting.items():
        emit(by, Waits(person, len(theirs), made.pk, theirs[0].pk, days))
    return len(waiting)
