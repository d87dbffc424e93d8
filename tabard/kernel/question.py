"""Questions that are asked with every page, put into SQL once.

To put a query set together and to write it as SQL takes a millisecond or two; to answer a small question the
database takes a tenth of that. Today and a hand-over ask some forty, to most of which the answer is: nothing.
A question keeps its SQL for each shape in which it was asked, and fills in what changes from one time to the
next: whole numbers (ids) and the time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Model, QuerySet

from tabard.kernel import clock

# What stands in a question for the first number, the next one, and this moment, while it is put into SQL.
FIRST = 2_000_000_000
MOMENT = datetime(1000, 1, 1, tzinfo=UTC)
LONGEST = timedelta(days=400 * 365)  # how far from now a time in a question may lie
NUMBERS = 100_000
KEPT = 512  # shapes of a question

Given = tuple[Any, ...]
# A value of the SQL: of the numbers that are given and of this moment.
Filled = Callable[[list[int], datetime], Any]
M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Written:
    """SQL, what is filled into it, and how what comes back is read: by column, as the fields say."""

    sql: str
    values: tuple[Filled, ...]
    readers: dict[int, tuple[list[Callable[..., Any]], Any]]
    names: tuple[str, ...]


class Question:
    """What `build(*given)` asks, a query set of plain columns.

    Numbers among `given`, in tuples too, may differ each time. Everything else is part of the shape, and
    must be hashable and seldom differ: a reach, the path of a unit. `build` takes the time from the `clock`,
    adds to it and subtracts at most, and asks nothing itself.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]]) -> None:
        self._build = build
        self._written = lru_cache(maxsize=KEPT)(self._write)

    def __call__(self, *given: Any) -> QuerySet[Any, Any]:
        """The query set itself, for whoever has more to ask of it."""
        return self._build(*given)

    def rows(self, *given: Any) -> list[Any]:
        """The answer: a tuple for each row, or the value where there is one column."""
        found, _names = self._ask(given)
        return [row[0] for row in found] if found and len(found[0]) == 1 else found

    def models(self, model: type[M], *given: Any) -> list[M]:
        """The rows as `model`, with the fields that are asked for; the others are read when they are used."""
        found, names = self._ask(given)
        return [model.from_db(connection.alias, names, row) for row in found]

    def count(self, *given: Any) -> int:
        """How many rows there are."""
        return counts([(self, given)])[0]

    def put(self, *given: Any) -> tuple[str, list[Any]] | None:
        """Its SQL and the values; None if nothing can be found, whatever there is."""
        numbers: list[int] = []
        written = self._written(tuple(_shape(value, numbers) for value in given))
        return _put(written, numbers) if written else None

    def _ask(self, given: Given) -> tuple[list[Any], tuple[str, ...]]:
        numbers: list[int] = []
        written = self._written(tuple(_shape(value, numbers) for value in given))
        if written is None:
            return [], ()
        with connection.cursor() as cursor:
            cursor.execute(*_put(written, numbers))
            found = cursor.fetchall()
        return _read(found, written) if written.readers else found, written.names

    def _write(self, shape: Given) -> Written | None:
        numbers = iter(range(FIRST, FIRST + NUMBERS))
        with clock.standing(MOMENT):
            rows = self._build(*(_stand_in(value, numbers) for value in shape))
            compiler: Any = rows.query.get_compiler(connection=connection)
            try:
                sql, values = compiler.as_sql()
            except EmptyResultSet:
                return None
        if _has_number(sql):
            raise LookupError(f"a number stands in the SQL itself, where it cannot be filled in: {sql}")
        readers = compiler.get_converters([each[0] for each in compiler.select])
        return Written(sql, tuple(map(_filled, values)), readers, tuple(rows.query.values_select))


def question(build: Callable[..., QuerySet[Any, Any]]) -> Question:
    """`build` as a question."""
    return Question(build)


def below(rows: QuerySet[Any, Any], path: str, unit: str = "unit") -> Any:
    """Of `rows` those whose `unit` is the one at `path` or below it; all of them if it is empty."""
    return rows.filter(**{f"{unit}__path__startswith": path}) if path else rows


def path_of(scope: Any) -> str:
    """The path of a scope, as questions take it: empty for the whole organisation."""
    return scope.path if scope is not None else ""


def counts(asked: Iterable[tuple[Question, Given]]) -> list[int]:
    """How many rows each finds, with one question for all."""
    parts = [each.put(*given) for each, given in asked]
    there = [part for part in parts if part]
    if not there:
        return [0] * len(parts)
    # Texts of query sets, with their values apart.
    each = [f"(SELECT COUNT(*) FROM ({text}) found)" for text, _values in there]  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(each), [value for _text, values in there for value in values])
        found = iter(cursor.fetchone() or ())
    return [next(found) if part else 0 for part in parts]


def _put(written: Written, numbers: list[int]) -> tuple[str, list[Any]]:
    now = clock.now()
    return written.sql, [value(numbers, now) for value in written.values]


def _read(found: list[Any], written: Written) -> list[Any]:
    """The rows with each value as its field reads it."""
    rows = [list(row) for row in found]
    for column, (readers, field) in written.readers.items():
        for row in rows:
            for reader in readers:
                row[column] = reader(row[column], field, connection)
    return [tuple(row) for row in rows]


class _Number:
    """Where a number is filled in."""


_NUMBER = _Number()


def _shape(value: Any, numbers: list[int]) -> Any:
    """`value` without the numbers in it, which are put down in `numbers`."""
    if isinstance(value, int) and not isinstance(value, bool):
        numbers.append(value)
        return _NUMBER
    if isinstance(value, tuple):
        return tuple(_shape(each, numbers) for each in value)
    return value


def _stand_in(value: Any, numbers: Any) -> Any:
    if value is _NUMBER:
        return next(numbers)
    return tuple(_stand_in(each, numbers) for each in value) if isinstance(value, tuple) else value


def _filled(value: Any) -> Filled:
    """How `value`, as it was written with what stands in, is written each time."""
    if isinstance(value, datetime) and abs(value - MOMENT) < LONGEST:
        later = value - MOMENT
        return lambda numbers, now: now + later
    if type(value) is date and abs(value - MOMENT.date()) < LONGEST:
        days = value - MOMENT.date()
        return lambda numbers, now: now.date() + days
    if isinstance(value, int) and FIRST <= value < FIRST + NUMBERS:
        return lambda numbers, now: numbers[value - FIRST]
    if isinstance(value, list | tuple):
        each = [_filled(one) for one in value]
        return lambda numbers, now: [one(numbers, now) for one in each]
    if isinstance(value, str) and _has_number(value):
        raise LookupError(f"a number of a question became {value!r}, which cannot be filled in")
    return lambda numbers, now: value


def _has_number(text: str) -> bool:
    return str(FIRST)[:5] in text and any(
        FIRST <= int(found) < FIRST + NUMBERS for found in re.findall(r"\d{10}", text)
    )
