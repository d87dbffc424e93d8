"""Lists: filters in the address, search, sorting, keyset paging and CSV, the same for screen and API.

An app declares one `Listing` per list in its `queries.py`; the number of database queries does not
depend on the number of rows, and no page is ever reached by counting off the ones before it.
"""

from __future__ import annotations

import base64
import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import F, Model, OrderBy, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from tabard.kernel.actor import Actor
from tabard.kernel.errors import Invalid
from tabard.kernel.search import read_in_order
from tabard.kernel.text import number

M = TypeVar("M", bound=Model)
Text = str | Promise
PAGE = 50
MOST = 200
COUNTED = 1_000
NEAR = 20_000  # rows among which a common word is looked for first
COMMON = 100  # with so many of them, a page of those found is soon together when read in order


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

    `counted`: up to how many its rows are counted; beyond it says "more than".
    """

    name: str
    sorts: tuple[Sort, ...]
    filters: tuple[Filter[M], ...] = ()
    columns: tuple[Column[M], ...] = ()
    search: Callable[[QuerySet[M], str], QuerySet[M]] | None = None
    counted: int = COUNTED

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
    ) -> Page[M]:
        """The page that `params` ask for: filters, `q`, `sort`, `after` or `before`, `size`.

        `drawn` says what of a row is read once it is known which rows they are, with all that hangs on them;
        without it they are read as `rows` are. It needs no right of its own: only what is in `rows` is asked
        for. `carried`: what was worked out of `rows` to find them, and is not worked out again to draw them.
        `near`: in order, what `params` narrow `rows` to at least. A common word is looked for at its
        beginning first; without it, among the newest rows of all.
        """
        whole, rows = rows, self.narrow(rows, params)
        there, common = self._there(rows, near, searched=bool(_one(params, "q")))
        count = len(there)
        if rows is not whole and count <= COUNTED:
            # Few are looked up one by one: walking a large table in order until 50 of them have come by
            # would read nearly all of it.
            rows = whole.filter(pk__in=there)
        sort = self._sort(_one(params, "sort"))
        size = min(number(_one(params, "size")) or size, MOST)
        after, before = _one(params, "after"), _one(params, "before")
        back = bool(before) and not after
        keys = _turned(sort.whole) if back else sort.whole
        found = rows.order_by(*keys)
        if cursor := after or before:
            found = _after(found, keys, cursor)
        # Which they are is found in narrow rows; only then are these few read with all that hangs on them.
        many = bool(_one(params, "q")) and count > COUNTED and sort is not self.sorts[0]
        # In one question the planner would join the whole table first, as soon as it has nine tables or more.
        names = list(dict.fromkeys([*(key.lstrip("-") for key in sort.whole), *carried]))
        few = found.order_by(*(_apart(keys) if many else keys)).values(*names)[: size + 1]
        with read_in_order() if common and not many else nullcontext():
            places = list(few)
        more, places = len(places) > size, places[:size]
        if back:
            places.reverse()
        read = whole.order_by() if drawn is None else drawn
        got = _in_order(read, {place["pk"]: {name: place[name] for name in carried} for place in places})
        return Page(
            rows=got,
            older=_write(places[-1], sort) if places and (more or back) else None,
            newer=_write(places[0], sort) if places and (after or (back and more)) else None,
            count=min(count, self.counted),
            more_than_counted=count > self.counted,
            sort=sort.name,
            search=_one(params, "q"),
            active=self._active(by, params),
        )

    def _there(
        self, rows: QuerySet[M], near: QuerySet[M] | None, *, searched: bool
    ) -> tuple[list[Any], bool]:
        """The first ids, to count them, and whether what is searched for is common.

        That shows among the newest rows alone; the index of words would first put together all that have it.
        """
        if searched and self.counted == COUNTED:
            first = _beginning(rows, near)
            with read_in_order():
                there = _ids(first, self.counted + 1)
            if len(there) > self.counted:
                return there, True
            return _ids(rows, self.counted + 1), len(there) > COMMON
        return _ids(rows, self.counted + 1), False

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


def _beginning(rows: QuerySet[M], near: QuerySet[M] | None) -> QuerySet[M]:
    """Those of `rows` that are among the newest, or at the beginning of `near`."""
    if near is None:
        newest = rows.model._base_manager.order_by("-pk").values_list("pk", flat=True).first() or 0
        return rows.filter(pk__gt=newest - NEAR)
    key = str(near.query.order_by[0])
    name = key.lstrip("-")
    last = list(near.values_list(name, flat=True)[NEAR : NEAR + 1])
    return rows.filter(**{f"{name}__{'gte' if key != name else 'lte'}": last[0]}) if last else rows


def _ids(rows: QuerySet[Any], most: int) -> list[Any]:
    return list(rows.order_by().values_list("pk", flat=True)[:most])


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


def _turned(keys: Sequence[str]) -> tuple[str, ...]:
    return tuple(k[1:] if k.startswith("-") else "-" + k for k in keys)


def _apart(keys: Sequence[str]) -> list[OrderBy]:
    """The same order in a form that no index has.

    Words and titles go together: walking titles in order until words come by can mean nearly all of them.
    Finding by the words and sorting what is found takes as long as there are finds, and no longer.
    """
    return [
        OrderBy(Coalesce(F(name), F(name)), descending=key.startswith("-"))
        for key, name in ((key, key.lstrip("-")) for key in keys)
    ]


def _after(rows: QuerySet[M], keys: Sequence[str], cursor: str) -> QuerySet[M]:
    """The rows after a place; one of another order is refused as any damaged one."""
    values = _read(cursor, len(keys))
    try:
        return rows.filter(_beyond(keys, values))
    except (TypeError, ValueError, ValidationError) as error:
        raise _damaged() from error


def _beyond(keys: Sequence[str], values: Sequence[Any]) -> Q:
    """Rows after the one with `values` in the order of `keys`."""
    found, same = Q(), Q()
    for position, (key, value) in enumerate(zip(keys, values, strict=True)):
        name = key.lstrip("-")
        step = Q(**{f"{name}__{'lt' if key.startswith('-') else 'gt'}": value})
        found |= same & step
        if position == 0:
            # Lets the database start in the index at the right place.
            first = Q(**{f"{name}__{'lte' if key.startswith('-') else 'gte'}": value})
        same &= Q(**{name: value})
    return first & found


def _write(place: Mapping[str, Any], sort: Sort) -> str:
    """The place of a row in the order, as the address of a page says it."""
    values = [place[key.lstrip("-")] for key in sort.whole]
    # To the microsecond: rows of the same millisecond are else passed over, or come again and again.
    values = [{"t": v.isoformat()} if isinstance(v, (datetime, date)) else v for v in values]
    return base64.urlsafe_b64encode(json.dumps(values, cls=DjangoJSONEncoder).encode()).decode().rstrip("=")


def _read(cursor: str, length: int) -> list[Any]:
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(values, list) or len(values) != length:
            raise ValueError(cursor)
        return [_value(v) for v in values]
    except (ValueError, TypeError) as error:
        raise _damaged() from error


def _damaged() -> Invalid:
    return Invalid({"after": [_("This page address is damaged. Start again from the first page.")]})


def _value(value: Any) -> Any:
    if isinstance(value, dict):
        text = value.get("t")
        if not isinstance(text, str):
            raise TypeError(value)
        return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
    if not isinstance(value, (str, int, float, bool)) or (isinstance(value, str) and "\x00" in value):
        raise TypeError(value)
    return value
