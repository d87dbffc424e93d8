"""Reads of what hangs on a row just what is drawn of it.

A row of a list stands beside its unit, its channel, a person or two. Read whole, these bring a hundred
columns of which six are shown, and putting such a question together takes longer than answering it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, TypeVar

from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)
# For searching in the database, never read.
UNREAD = {"search"}


def beside(rows: QuerySet[M], *paths: str, own: tuple[str, ...] = ()) -> QuerySet[M]:
    """`rows` with what is drawn of the things at `paths`: `beside(rows, "unit", "channel__platform")`.

    A model names in `SHOWN` what is drawn of it beside something else; one that does not comes whole.
    `own`: the columns of the rows themselves, when not all are drawn. What is left out is asked for when it
    is used after all, with a question for each row.
    """
    return rows.select_related(*paths).only(*_names(rows.model, paths, own))


def few(rows: QuerySet[M], most: int, *paths: str) -> list[M]:
    """The first `most` of `rows`, in their order, each with what is drawn of the things at `paths`.

    Which they are is asked first. Mostly there are none, and then the wide question is never put together.
    """
    return those(rows.model, list(rows.values_list("pk", flat=True)[:most]), *paths)


def those(model: type[M], ids: list[int], *paths: str, own: tuple[str, ...] = ()) -> list[M]:
    """The rows with these ids, in their order, each with what is drawn of the things at `paths`."""
    if not ids:
        return []
    there = {row.pk: row for row in beside(model._base_manager.filter(pk__in=ids), *paths, own=own)}
    return [there[pk] for pk in ids if pk in there]


@lru_cache(maxsize=1024)
def _names(model: type[Model], paths: tuple[str, ...], own: tuple[str, ...]) -> tuple[str, ...]:
    names = dict.fromkeys(own or _columns(model))
    for path in paths:
        there: Any = model
        walked = ""
        for step in path.split("__"):
            names[walked + step] = None
            there = there._meta.get_field(step).related_model
            walked += step + "__"
            names.update(dict.fromkeys(walked + name for name in getattr(there, "SHOWN", _columns(there))))
    return tuple(names)


def _columns(model: type[Model]) -> tuple[str, ...]:
    return tuple(field.name for field in model._meta.concrete_fields if field.name not in UNREAD)
