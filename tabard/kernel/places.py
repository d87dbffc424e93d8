"""Which rows stand on a page, found in narrow rows: only then are these few read with all that hangs on them.

In one question the planner would join the whole table first, as soon as it has nine tables or more.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from operator import itemgetter
from typing import Any

from django.db.models import F, OrderBy, QuerySet
from django.db.models.functions import Coalesce

from tabard.kernel.cursor import after
from tabard.kernel.search import read_in_order

FEW = 1_000  # so many are rather looked up one by one than come by on a walk through all
SMALL = 50_000  # of so many rows, all that have a word are found as soon as a page of them
Place = dict[str, Any]


@dataclass(frozen=True)
class Wanted:
    """A page: of `rows`, which are `whole` narrowed, in the order of `keys`, `size` of them after `cursor`.

    `names`: what is read of each. `counted`: up to how many are counted.
    """

    whole: QuerySet[Any]
    rows: QuerySet[Any]
    keys: tuple[str, ...]
    names: tuple[str, ...]
    cursor: str
    size: int
    counted: int

    def on(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Those of `rows` that come after the cursor, in order."""
        found = rows.order_by(*self.keys)
        return after(found, self.keys, self.cursor) if self.cursor else found


@dataclass(frozen=True)
class Places:
    """The rows of a page, one more when there is one, and how many there are: `uncounted`, more than that."""

    places: list[Place]
    count: int
    uncounted: bool


def places(wanted: Wanted, *, apart: bool = False) -> Places:
    """The page, and how many rows there are. `apart`: no index leads to them in order."""
    narrowed = wanted.rows is not wanted.whole
    # What is worked out of a row besides its keys is worked out for those on the page alone.
    at_once = narrowed and not wanted.cursor and len(wanted.names) == len(wanted.keys)
    there = _some(wanted.rows, wanted.counted + 1, wanted.names if at_once else ())
    count = len(there)
    if count > wanted.counted:
        return Places(_walked(wanted, wanted.rows, apart=apart), wanted.counted, uncounted=True)
    if not narrowed or count > FEW:
        return Places(_walked(wanted, wanted.rows), count, uncounted=False)
    if at_once and _comparable(there, wanted.names):
        return Places(_sorted(there, wanted.keys)[: wanted.size + 1], count, uncounted=False)
    few = wanted.whole.filter(pk__in=[each["pk"] for each in there])
    return Places(_walked(wanted, few), count, uncounted=False)


def with_words(wanted: Wanted, *, first: bool, near: QuerySet[Any] | None, most: int) -> Places:
    """The page of a search by words.

    A page of a common word is soon together when rows are read in order; the index of words would first put
    together all that have it. So it is looked for among the first `most` of `near`, which is in the order of
    the page, or among the newest of all. Found there, nobody counts how many there are besides.
    `first`: whether the order is the one in which the list is mostly read.
    """
    page: list[Place] = []
    if first and near is not None:
        with read_in_order():
            page = _walked(wanted, _until(wanted.rows, wanted.on(near), wanted.keys, most))
    elif first and _guessed(wanted.whole) > SMALL:
        with read_in_order():
            if len(_some(_newest(wanted.rows, most), wanted.size + 1)) > wanted.size:
                page = _walked(wanted, wanted.rows)
    if len(page) > wanted.size:
        return Places(page, wanted.size, uncounted=True)
    return places(wanted, apart=not first)


def _walked(wanted: Wanted, rows: QuerySet[Any], *, apart: bool = False) -> list[Place]:
    found = wanted.on(rows)
    if apart:
        found = found.order_by(*_apart(wanted.keys))
    return list(found.values(*wanted.names)[: wanted.size + 1])


def _newest(rows: QuerySet[Any], most: int) -> QuerySet[Any]:
    newest = rows.model._base_manager.order_by("-pk").values_list("pk", flat=True).first() or 0
    return rows.filter(pk__gt=newest - most)


def _until(rows: QuerySet[Any], near: QuerySet[Any], keys: Sequence[str], most: int) -> QuerySet[Any]:
    """Those of `rows` that come no later in the order of `keys` than the first `most` of `near`."""
    key, name = keys[0], keys[0].lstrip("-")
    last = list(near.values_list(name, flat=True)[most : most + 1])
    return rows.filter(**{f"{name}__{'lte' if key == name else 'gte'}": last[0]}) if last else rows


def _some(rows: QuerySet[Any], most: int, names: Iterable[str] = ()) -> list[Place]:
    """The ids of up to `most` of `rows`, in no order, with what else of them is named."""
    return list(rows.order_by().values("pk", *(name for name in names if name != "pk"))[:most])


def _comparable(there: Sequence[Mapping[str, Any]], names: Sequence[str]) -> bool:
    """Whether what is named is ordered here as in the database, which texts are not."""
    return all(isinstance(row[name], (int, datetime, date)) for row in there[:1] for name in names)


def _sorted(there: list[Place], keys: Sequence[str]) -> list[Place]:
    for key in reversed(keys):
        there = sorted(there, key=itemgetter(key.lstrip("-")), reverse=key.startswith("-"))
    return there


def _guessed(rows: QuerySet[Any]) -> int:
    """How many they are, as the database guesses when it plans to read them."""
    plan = json.loads(rows.order_by().values("pk").explain(format="json"))
    return int(plan[0]["Plan"]["Plan Rows"])


def _apart(keys: Sequence[str]) -> list[OrderBy]:
    """The same order in a form that no index has.

    Words and titles go together: walking titles in order until words come by can mean nearly all of them.
    Finding by the words and sorting what is found takes as long as there are finds, and no longer.
    """
    return [
        OrderBy(Coalesce(F(name), F(name)), descending=key.startswith("-"))
        for key, name in ((key, key.lstrip("-")) for key in keys)
    ]
