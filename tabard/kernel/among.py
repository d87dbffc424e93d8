"""`unit__among=ids`: the same rows as `__in`, by one list instead of as many values as there are ids.

What somebody may see is asked with every page, of all units their grants reach. Django makes a parameter of
each, and the driver writes each by itself.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import BigAutoField, BigIntegerField, ForeignKey, Lookup


@BigAutoField.register_lookup
@BigIntegerField.register_lookup
@ForeignKey.register_lookup
class Among(Lookup):  # type: ignore[type-arg]  # generic for mypy alone
    """`column = ANY (ids)`; nothing is asked where there are none."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        if not self.rhs:
            raise EmptyResultSet
        column, of_column = self.process_lhs(compiler, connection)
        return f"{column} = ANY (%s::bigint[])", [*of_column, list(self.rhs)]
