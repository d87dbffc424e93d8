"""Which rows stand on a page, found in narrow rows: only then are these few read with all that hangs on them.

In one question the planner would join the whole table first, as soon as it has nine tables or more.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, OrderBy, QuerySet
from django.db.models.functions import Coalesce

from tabard.kernel.cursor import after
from tabard.kernel.search import read_in_order

FEW = 1_000  # so many are rather looked up one by one than come by on a walk through all
TOGETHER = 200  # counted no further, a list is counted on the walk that finds its page
SMALL = 50_000  # of so many rows, all that have a word are found as soon as a page of them
Place = dict[str, Any]


@dataclass(frozen=True)
class Part:
    """Rows to which an index leads in the order of the page: those of one unit, or all. `rows` are wanted.

    `near`: without all that narrows `rows`.
    """

    near: QuerySet[Any]
    rows: QuerySet[Any]


@dataclass(frozen=True)
class Wanted:
    """A page: of `rows`, which are `whole` narrowed, in the order of `keys`, `size` of them after `cursor`.

    `names`: what is read of each. `counted`: up to how many are counted. `parts` are together all of `rows`.
    """

    whole: QuerySet[Any]
    rows: QuerySet[Any]
    keys: tuple[str, ...]
    names: tuple[str, ...]
    cursor: str
    size: int
    counted: int
    parts: tuple[Part, ...] = ()

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


def places(wanted: Wanted) -> Places:
    """The page, and how many rows there are."""
    return _together(wanted) if wanted.counted <= TOGETHER else _apart(wanted)


def _together(wanted: Wanted) -> Places:
    """The page and the count by one walk in order, for lists that are counted no further than a few pages."""
    most = max(wanted.counted, wanted.size) + 1
    sources = [part.rows for part in wanted.parts] or [wanted.rows]
    page = list(_first([wanted.on(rows) for rows in sources], wanted.keys, wanted.names, most))
    count = len(page)
    if wanted.cursor:
        ordered = [rows.order_by(*wanted.keys) for rows in sources]
        count = _first(ordered, wanted.keys, wanted.names, most).count()
    return Places(page[: wanted.size + 1], min(count, wanted.counted), uncounted=count > wanted.counted)


def _apart(wanted: Wanted, *, sorted_: bool = False) -> Places:
    """The rows are counted, and then those of the page found; few are found by their ids.

    `sorted_`: they are sorted rather than read in order, as no index leads to them in it.
    """
    count = 0
    if wanted.rows is not wanted.whole:
        there = list(wanted.rows.order_by().values_list("pk", flat=True)[: FEW + 1])
        count = len(there)
        if count <= FEW:
            few = wanted.whole.filter(pk__in=there)
            return Places(_walked(wanted, few), count, uncounted=False)
    if count <= wanted.counted:
        count = wanted.rows.order_by()[: wanted.counted + 1].count()
    uncounted = count > wanted.counted
    page = _walked(wanted, wanted.rows, sorted_=sorted_ and uncounted)
    return Places(page, min(count, wanted.counted), uncounted=uncounted)


def with_words(wanted: Wanted, *, first: bool, most: int) -> Places:
    """The page of a search by words.

    A page of a common word is soon together when rows are read in order; the index of words would first put
    together all that have it. So it is looked for among the first `most` of the parts, or among the newest of
    all. Found there, nobody counts how many there are besides.
    `first`: whether the order is the one in which the list is mostly read.
    """
    page: list[Place] = []
    if wanted.parts:
        with read_in_order():
            page = list(_first(_until(wanted, most), wanted.keys, wanted.names, wanted.size + 1))
    elif first and _guessed(wanted.whole) > SMALL:
        with read_in_order():
            if _newest(wanted.rows, most).order_by()[: wanted.size + 1].count() > wanted.size:
                page = _walked(wanted, wanted.rows)
    if len(page) > wanted.size:
        return Places(page, wanted.size, uncounted=True)
    return _apart(wanted, sorted_=not first)


def _first(
    sources: Sequence[QuerySet[Any]], keys: Sequence[str], names: Sequence[str], most: int, *, skip: int = 0
) -> QuerySet[Any]:
    """The first `most` of `sources` together; each is in the order of `keys`, and begins after `skip`."""
    # A union leaves out what can have no rows, and of one that is left neither order nor end can be changed.
    some = [rows for rows in sources if not rows.query.is_empty()] or list(sources[:1])
    one, *others = [rows.values(*names)[skip : skip + most] for rows in some]
    return one.union(*others).order_by(*keys)[:most] if others else one


def _until(wanted: Wanted, most: int) -> list[QuerySet[Any]]:
    """Of each part what comes after the cursor, and no later in order than the first `most` of all."""
    key, name = wanted.keys[0], wanted.keys[0].lstrip("-")
    near = [wanted.on(part.near) for part in wanted.parts]
    names = [key.lstrip("-") for key in wanted.keys]
    last = list(_first(near, wanted.keys, names, 1, skip=most // len(near)))
    until = {f"{name}__{'lte' if key == name else 'gte'}": last[0][name]} if last else {}
    return [wanted.on(part.rows).filter(**until) for part in wanted.parts]


def _walked(wanted: Wanted, rows: QuerySet[Any], *, sorted_: bool = False) -> list[Place]:
    found = wanted.on(rows)
    if sorted_:
        found = found.order_by(*_by_no_index(wanted.keys))
    return list(found.values(*wanted.names)[: wanted.size + 1])


def _newest(rows: QuerySet[Any], most: int) -> QuerySet[Any]:
    newest = rows.model._base_manager.order_by("-pk").values_list("pk", flat=True).first() or 0
    return rows.filter(pk__gt=newest - most)


def _guessed(rows: QuerySet[Any]) -> int:
    """How many they are, as the database guesses when it plans to read them."""
    plan = json.loads(rows.order_by().values("pk").explain(format="json"))
    return int(plan[0]["Plan"]["Plan Rows"])


def _by_no_index(keys: Sequence[str]) -> list[OrderBy]:
    """The same order in a form that no index has.

    Words and titles go together: walking titles in order until words come by can mean nearly all of them.
    Finding by the words and sorting what is found takes as long as there are finds, and no longer.
    """
    return [
        OrderBy(Coalesce(F(name), F(name)), descending=key.startswith("-"))
        for key, name in ((key, key.lstrip("-")) for key in keys)
    ]
