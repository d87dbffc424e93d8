"""Lists: filters in the address, search, sorting, keyset paging and CSV, the same for screen and API.

An app declares one `Listing` per list in its `queries.py`; the number of database queries does not
depend on the number of rows, and no page is ever reached by counting off the ones before it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet
from django.utils.functional import Promise

from tabard.kernel.actor import Actor
from tabard.kernel.cursor import turned, write
from tabard.kernel.places import Part, Wanted, places, with_words
from tabard.kernel.text import number

M = TypeVar("M", bound=Model)
Text = str | Promise
PAGE = 50
MOST = 200
COUNTED = 1_000
NEAR = 20_000
FEW_PARTS = 12


@dataclass(frozen=True)
class Choice:
    value: str
    label: str


@dataclass(frozen=True)
class Filter(Generic[M]):
    """One way to narrow a list: `?name=value`, several values are "any of"."""

    name: str
    label: Text
    apply: Callable[[QuerySet[M], list[str]], QuerySet[M]]
    choices: Callable[[Actor], Sequence[Choice]] | None = None


@dataclass(frozen=True)
class Sort:
    """An order. `keys` are non-null fields, most significant first, `-` for descending; the id is added."""

    name: str
    label: Text
    keys: tuple[str, ...]

    @property
    def whole(self) -> tuple[str, ...]:
        last = "-pk" if self.keys[-1].startswith("-") else "pk"
        return (*self.keys, last)


@dataclass(frozen=True)
class Column(Generic[M]):
    """A column of the CSV."""

    label: Text
    value: Callable[[M], Any]


@dataclass(frozen=True)
class Active:
    """A filter in use: what it says, and the address without it."""

    name: str
    label: str
    value: str
    said: str


@dataclass
class Page(Generic[M]):
    """One page of a list, and how to go on."""

    rows: list[M]
    older: str | None
    newer: str | None
    count: int
    more_than_counted: bool
    sort: str
    search: str
    active: list[Active] = field(default_factory=list)


@dataclass(frozen=True)
class Listing(Generic[M]):
    """What a list can be narrowed, searched, ordered and exported by.

    `counted`: up to how many its rows are counted; beyond it says "more than". Of millions of rows in a state
    that is asked of another table, counting to a thousand takes longer than all else: `places.TOGETHER` is
    the most there.
    `near`: among how many rows a page of a common word is looked for first.
    """

    name: str
    sorts: tuple[Sort, ...]
    filters: tuple[Filter[M], ...] = ()
    columns: tuple[Column[M], ...] = ()
    search: Callable[[QuerySet[M], str], QuerySet[M]] | None = None
    counted: int = COUNTED
    near: int = NEAR

    def narrow(self, rows: QuerySet[M], params: Mapping[str, list[str]]) -> QuerySet[M]:
        """`rows` with every filter and the search of `params` applied."""
        for each in self.filters:
            values = [v for v in params.get(each.name, []) if v]
            if values:
                rows = each.apply(rows, values)
        text = _one(params, "q").replace("\x00", "").strip()[:200]
        if text and self.search:
            rows = self.search(rows, text)
        return rows

    def page(
        self,
        by: Actor,
        rows: QuerySet[M],
        params: Mapping[str, list[str]],
        *,
        size: int = PAGE,
        drawn: QuerySet[M] | None = None,
        carried: Sequence[str] = (),
        near: QuerySet[M] | None = None,
        parts: Sequence[QuerySet[M]] = (),
    ) -> Page[M]:
        """The page that `params` ask for: filters, `q`, `sort`, `after` or `before`, `size`.

        `drawn` says what of a row is read once it is known which rows they are, with all that hangs on them;
        without it they are read as `rows` are. It needs no right of its own: only what is in `rows` is asked
        for. `carried`: what was worked out of `rows` to find them, and is not worked out again to draw them.
        `near`: what `params` narrow `rows` to at least; or `parts`, which are together all of `rows`. To each
        an index leads in the first order. A common word is looked for at their beginning first; without them,
        among the newest rows of all. A few parts are read one by one, where one walk through everything would
        pass by what is in none of them.
        """
        whole, rows = rows, self.narrow(rows, params)
        sort = self._sort(_one(params, "sort"))
        first = sort is self.sorts[0]
        size = min(number(_one(params, "size")) or size, MOST)
        after, before = _one(params, "after"), _one(params, "before")
        back = bool(before) and not after
        wanted = Wanted(
            whole=whole,
            rows=rows,
            keys=turned(sort.whole) if back else sort.whole,
            names=tuple(dict.fromkeys([*(key.lstrip("-") for key in sort.whole), *carried])),
            cursor=after or before,
            size=size,
            counted=self.counted,
            parts=self._parts(rows, params, near, parts) if first else (),
        )
        if self.search and _one(params, "q") and self.counted <= COUNTED:
            found = with_words(wanted, first=first, most=self.near)
        else:
            found = places(wanted)
        more, there = len(found.places) > size, found.places[:size]
        if back:
            there.reverse()
        read = whole.order_by() if drawn is None else drawn
        return Page(
            rows=_in_order(read, {place["pk"]: {name: place[name] for name in carried} for place in there}),
            older=write(there[-1], sort.whole) if there and (more or back) else None,
            newer=write(there[0], sort.whole) if there and (after or (back and more)) else None,
            count=found.count,
            more_than_counted=found.uncounted,
            sort=sort.name,
            search=_one(params, "q"),
            active=self._active(by, params),
        )

    def _parts(
        self,
        rows: QuerySet[M],
        params: Mapping[str, list[str]],
        near: QuerySet[M] | None,
        parts: Sequence[QuerySet[M]],
    ) -> tuple[Part, ...]:
        if near is not None:
            return (Part(near, rows),)
        few = parts if len(parts) <= FEW_PARTS else ()
        return tuple(Part(part, self.narrow(part, params)) for part in few)

    def csv(self, rows: QuerySet[M], params: Mapping[str, list[str]]) -> Iterator[str]:
        """All rows as CSV lines; cells that a spreadsheet would run as a formula are made text."""
        yield self.csv_head()
        for row in self.narrow(rows, params).order_by(*self._sort(_one(params, "sort")).whole).iterator(1000):
            yield self.csv_line(row)

    def csv_of(self, rows: Iterable[Any]) -> Iterator[str]:
        """Rows that are in hand as CSV lines."""
        yield self.csv_head()
        for row in rows:
            yield self.csv_line(row)

    def csv_head(self) -> str:
        """The names of the columns, with the mark by which spreadsheets know UTF-8."""
        return "\ufeff" + _line([str(c.label) for c in self.columns])

    def csv_line(self, row: M) -> str:
        """One row; what a spreadsheet would run is made text."""
        return _line([safe_cell(c.value(row)) for c in self.columns])

    def choices(self, by: Actor) -> dict[str, Sequence[Choice]]:
        return {f.name: f.choices(by) for f in self.filters if f.choices}

    def _sort(self, name: str) -> Sort:
        return next((s for s in self.sorts if s.name == name), self.sorts[0])

    def _active(self, by: Actor, params: Mapping[str, list[str]]) -> list[Active]:
        found = []
        for each in self.filters:
            values = [v for v in params.get(each.name, []) if v]
            if not values:
                continue
            said = {c.value: c.label for c in each.choices(by)} if each.choices else {}
            found += [Active(each.name, str(each.label), v, said.get(v, v)) for v in values]
        return found


def _in_order(read: QuerySet[Any], wanted: Mapping[Any, Mapping[str, Any]]) -> list[Any]:
    """The rows of these ids in this order, each with what is given of it; what has gone is left out."""
    there = {row.pk: row for row in read.filter(pk__in=list(wanted))}
    for pk, row in there.items():
        for name, value in wanted[pk].items():
            setattr(row, name, value)
    return [there[pk] for pk in wanted if pk in there]


# What a formula begins with, and the wide forms that spreadsheets of East Asia take for the same.
_STARTS = frozenset("=+-@\uff1d\uff0b\uff0d\uff20")


def safe_cell(value: Any) -> str:
    """A cell as text that no spreadsheet takes for a formula."""
    text = "" if value is None else str(value)
    return "'" + text if text[:1] in {"\t", "\r", "\n"} or text.lstrip()[:1] in _STARTS else text


def _line(cells: Iterable[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()


def _one(params: Mapping[str, list[str]], name: str) -> str:
    values = params.get(name, [])
    return values[-1] if values else ""
