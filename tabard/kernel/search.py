"""Finding words in large tables: PostgreSQL's own full text index, with no language and no extension.

A row is found by the beginnings of its words. The column holds `text.searchable`, so accents and case do
not matter, and in a script that does not part its words every sign is one.
"""

from __future__ import annotations

from typing import Any, TypeVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Model, QuerySet

from tabard.kernel import text

M = TypeVar("M", bound=Model)


def words_index(name: str, *fields: str) -> GinIndex:
    """The index that `with_words` uses. New rows go in at once: pending ones slow every reader."""
    return GinIndex(SearchVector(*fields, config="simple"), name=name, fastupdate=False)


def with_words(rows: QuerySet[M], typed: str, *fields: str, folded: bool = True) -> QuerySet[M]:
    """The rows that have all the words of `typed`, in any order. `folded`: whether the columns are."""
    wanted = query_of([text.searchable(word) if folded else text.words(word) for word in typed.split()])
    if not wanted:
        return rows.none()
    vector: Any = SearchVector(*fields, config="simple")
    query = SearchQuery(wanted, config="simple", search_type="raw")
    found: QuerySet[M] = rows.alias(words_=vector).filter(words_=query)
    return found


def query_of(words: list[str]) -> str:
    """`soup`, `東 京` as `'soup':* & ('東' <-> '京':*)`: what was one word stays together."""
    phrases = ["(" + " <-> ".join(f"'{piece}'" for piece in w.split()) + ":*)" for w in words if w]
    return " & ".join(phrases)
