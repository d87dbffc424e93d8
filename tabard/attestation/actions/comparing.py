"""A round beside the one before: what is new, what has changed and how, and what is gone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet

from tabard.attestation import rules
from tabard.attestation.kinds import Asked, Kind, Thing
from tabard.attestation.models import Item, Round, Sheet
from tabard.kernel.actions import step
from tabard.kernel.bulk import among

# How many things that are gone a sheet names.
MOST_GONE = 200


@step
def compared(what: Kind, asked: Sequence[tuple[Sheet, Asked]]) -> list[Item]:
    """The items of a round, each beside how it was answered the last time."""
    before = _last(what, asked)
    items = [_item(what, sheet, each, before.get(each.thing)) for sheet, each in asked]
    changed = {before[i.thing, i.thing_id].pk: i for i in items if i.known == 1}
    for pk, then in Item.objects.filter(pk__in=changed).values_list("pk", "facts"):
        item = changed[pk]
        assert item.last is not None
        item.last["changed"] = rules.differences(then, item.facts, what.passing)
    return items


@step
def missed(made: Round, sheets: Sequence[Sheet], things: set[Thing]) -> None:
    """Write on the first sheet of each unit what was asked there the last time and is not there any more."""
    if made.scope:
        return
    first: dict[int, Sheet] = {}
    for sheet in sheets:
        first.setdefault(sheet.unit_id, sheet)
    for unit, thing, thing_id, title, outcome in _of_last_rounds(made.kind, first):
        gone = first[unit].gone
        if (thing, thing_id) not in things and len(gone) < MOST_GONE:
            gone.append({"title": title, "said": outcome})


def _of_last_rounds(kind: str, units: Mapping[int, Sheet]) -> Iterable[tuple[int, str, int, str, str]]:
    """Unit, thing, id, title and outcome of what the last whole round that ended asked about each unit."""
    ended = Sheet.objects.filter(unit__in=units, round__kind=kind, round__state="closed", round__scope={})
    last: Any = ended.order_by("unit", "-round").distinct("unit").values_list("unit", "round")
    latest = set(last)
    rounds = Item.objects.filter(sheet__round__in={r for _unit, r in latest}, sheet__unit__in=units)
    fields = ("sheet__unit", "thing", "thing_id", "title", "outcome", "sheet__round")
    for *found, of in rounds.order_by("title", "id").values_list(*fields):
        if (found[0], of) in latest:
            yield tuple(found)


def _last(what: Kind, asked: Sequence[tuple[Sheet, Asked]]) -> dict[Thing, Item]:
    """How each thing was answered the last time, by people."""
    ids: dict[str, list[int]] = defaultdict(list)
    for _sheet, each in asked:
        ids[each.thing[0]].append(each.thing[1])
    found: dict[Thing, Item] = {}
    for thing, numbers in ids.items():
        rows: QuerySet[Item] = Item.objects.filter(
            thing=thing, thing_id__in=among(numbers), answered_at__isnull=False, sheet__round__kind=what.name
        )
        rows = rows.exclude(answered_name="").order_by("thing_id", "-answered_at").distinct("thing_id")
        found |= {(i.thing, i.thing_id): i for i in rows.defer("facts", "given")}
    return found


def _item(what: Kind, sheet: Sheet, asked: Asked, last: Item | None) -> Item:
    gist = rules.gist(what.name, asked.thing, asked.facts, what.passing)
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
