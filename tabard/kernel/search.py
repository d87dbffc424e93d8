"""Finding words in large tables: PostgreSQL's own full text index, with no language and no extension.

A row is found by the beginnings of its words. The column holds `text.searchable`, so accents and case do
not matter, and in a script that does not part its words every sign is one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import reduce
from operator import or_
from typing import Any, TypeVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db import connection, transaction
from django.db.models import Model, Q, QuerySet

from tabard.kernel import text

M = TypeVar("M", bound=Model)


def words_index(name: str, *fields: str) -> GinIndex:
    """The index that `with_words` uses. New rows go in at once: pending ones slow every reader."""
    return GinIndex(SearchVector(*fields, config="simple"), name=name, fastupdate=False)


def with_words(rows: QuerySet[M], typed: str, *fields: str, folded: bool = True) -> QuerySet[M]:
    """The rows that have all the words of `typed`, in any order. `folded`: whether the columns are."""
    words = [text.searchable(word) if folded else text.words(word) for word in typed.split()]
    wanted = query_of(words)
    if not wanted:
        return rows.none()
    vector: Any = SearchVector(*fields, config="simple")
    query = SearchQuery(wanted, config="simple", search_type="raw")
    found: QuerySet[M] = rows.alias(words_=vector).filter(words_=query)
    for word in words:
        # Where rows are read in their order and not through the index, comparing signs is a hundred times
        # cheaper than taking a text apart into words; most rows need no more.
        for piece in [word] if folded else word.split():
            how = "contains" if folded else "icontains"
            found = found.filter(reduce(or_, (Q(**{f"{field}__{how}": piece}) for field in fields)))
    return found


def query_of(words: list[str]) -> str:
    """`soup`, `東 京` as `'soup':* & ('東' <-> '京':*)`: what was one word stays together."""
    phrases = ["(" + " <-> ".join(f"'{piece}'" for piece in w.split()) + ":*)" for w in words if w]
    return " & ".join(phrases)


@contextmanager
def read_in_order() -> Iterator[None]:
    """Queries inside walk an index in its order until they have enough: for words known to be common.

    PostgreSQL takes rows with several words for very rare and would put them all together first: among ten
    million that is half a minute.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_bitmapscan TO off; SET LOCAL enable_seqscan TO off")
        yield
        cursor.execute("SET LOCAL enable_bitmapscan TO DEFAULT; SET LOCAL enable_seqscan TO DEFAULT")
