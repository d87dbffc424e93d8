"""What lists of every app narrow rows by: values, ids, named conditions, and words in some of the fields."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from tabard.kernel import text
from tabard.kernel.actor import Actor
from tabard.kernel.query import Choice, Filter

Text = str | Promise
# A value in the address, what it is called, and the rows it leaves; made when asked, for the time is in some.
Ways = Mapping[str, tuple[Text, Callable[[], Q]]]
NONE = Q(pk__in=[])
Apply = Callable[[QuerySet[Any], list[str]], QuerySet[Any]]


def any_of(field: str) -> Apply:
    """Rows whose `field` is one of the values."""
    return lambda rows, values: rows.filter(**{f"{field}__in": values})


def ids_of(field: str) -> Apply:
    """Rows whose `field` is one of the ids; what is no id finds nothing."""
    return lambda rows, values: rows.filter(**{f"{field}__in": text.numbers(values)})


def named(said: Mapping[str, Text] | Iterable[tuple[str, Any]]) -> Callable[[Actor], list[Choice]]:
    """Choices that are the same for everybody, in the reader's language."""
    pairs = tuple(said.items() if isinstance(said, Mapping) else said)
    return lambda by: [Choice(value, str(label)) for value, label in pairs]


def ways(name: str, label: Text, there: Ways) -> Filter[Any]:
    """`?state=open`: the rows of any of the ways that are named; of none, where none is known."""

    def apply(rows: QuerySet[Any], values: list[str]) -> QuerySet[Any]:
        found = NONE
        for value in set(values) & there.keys():
            found |= there[value][1]()
        return rows.filter(found)

    return Filter(name, label, apply, named((key, said) for key, (said, _q) in there.items()))


def ending(field: str = "ended_at") -> Filter[Any]:
    """`?state=open` or `?state=ended`, for what is over from the moment in `field` on."""
    there: Ways = {
        "open": (gettext_lazy("Open"), lambda: Q(**{field: None})),
        "ended": (gettext_lazy("Ended"), lambda: Q(**{f"{field}__isnull": False})),
    }
    return ways("state", gettext_lazy("State"), there)


def words_in(*fields: str) -> Callable[[QuerySet[Any], str], QuerySet[Any]]:
    """Every word somewhere in one of these fields, whatever its case."""

    def search(rows: QuerySet[Any], typed: str) -> QuerySet[Any]:
        for word in typed.split():
            found = NONE
            for field in fields:
                found |= Q(**{f"{field}__icontains": word})
            rows = rows.filter(found)
        return rows

    return search


def folded_in(*fields: str, sign: str = "") -> Callable[[QuerySet[Any], str], QuerySet[Any]]:
    """Rows with every typed word in one of the `fields`, which hold folded text.

    `sign`: what people write before a word and the fields do not hold, as @ before a handle.
    """

    def search(rows: QuerySet[Any], typed: str) -> QuerySet[Any]:
        for word in text.folded(typed).split():
            there = word.lstrip(sign) if sign else word
            rows = rows.filter(reduce(or_, (Q(**{f"{field}__contains": there}) for field in fields)))
        return rows

    return search
