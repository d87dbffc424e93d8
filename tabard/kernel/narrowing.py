"""What lists of every app narrow their rows by: conditions with a name, and words in some of the fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from tabard.kernel.query import Choice, Filter

Text = str | Promise
# A value in the address, what it is called, and the rows it leaves; made when asked, for the time is in some.
Ways = Mapping[str, tuple[Text, Callable[[], Q]]]
NONE = Q(pk__in=[])


def ways(name: str, label: Text, there: Ways) -> Filter[Any]:
    """`?state=open`: the rows of any of the ways that are named; of none, where none is known."""

    def apply(rows: QuerySet[Any], values: list[str]) -> QuerySet[Any]:
        found = NONE
        for value in set(values) & there.keys():
            found |= there[value][1]()
        return rows.filter(found)

    return Filter(
        name, label, apply, lambda by: [Choice(key, str(said)) for key, (said, _q) in there.items()]
    )


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
