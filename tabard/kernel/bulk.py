"""Writing and naming thousands of rows at once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import attrgetter
from typing import Any

from django.db import connection
from django.db.models import Field, JSONField, Model
from django.db.models.expressions import DatabaseDefault, RawSQL


def among(ids: Iterable[int]) -> RawSQL:
    """Numbers of rows for `pk__in=`: one array, where Django writes each number as a value of its own."""
    return RawSQL("SELECT unnest(%s::bigint[])", ["{" + ",".join(map(str, ids)) + "}"])


def insert(rows: Sequence[Model]) -> None:
    """New rows of one model, in the transaction that is running. They do not learn their ids.

    By COPY, as Django's own way spends five times as long on making text of them as the database on writing
    them. Constraints, triggers and defaults hold as for any other row.
    """
    if not rows:
        return
    model = type(rows[0])
    fields, columns = [], []
    for field in model._meta.concrete_fields:
        values = _values(field, rows)
        if values is not None:
            fields.append(field)
            columns.append(values)
    _send(model, fields, columns)


def insert_values(model: type[Model], names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """The same for whoever makes no objects of them, which costs more than writing them: values of the named
    fields. The others are filled in by the database."""
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    columns = [
        _texts(values, (field.encoder or json.JSONEncoder)().encode)
        if isinstance(field, JSONField)
        else values
        for field, values in zip(fields, zip(*rows, strict=True), strict=False)
    ]
    if rows:
        _send(model, fields, columns)


def _send(model: type[Model], fields: Sequence[Field[Any, Any]], columns: Sequence[Iterable[Any]]) -> None:
    named = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    table = connection.ops.quote_name(model._meta.db_table)
    asked = f"COPY {table} ({named}) FROM STDIN"
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(asked) as copy:
        for row in zip(*columns, strict=True):
            copy.write_row(row)


def _values(field: Field[Any, Any], rows: Sequence[Model]) -> Iterable[Any] | None:
    """A column; nothing where the database fills it in."""
    if type(field).pre_save is Field.pre_save:
        values = list(map(attrgetter(field.attname), rows))
    else:
        values = [field.pre_save(row, True) for row in rows]
    unset = None if field.primary_key else DatabaseDefault
    left = sum(value is None if unset is None else isinstance(value, unset) for value in values)
    if left:
        if left != len(values):
            raise ValueError(f"{field.name} is given for some of these rows and left open for others")
        return None
    if isinstance(field, JSONField):
        written = json.JSONEncoder if field.encoder is None else field.encoder
        return _texts(values, written().encode)
    return values


def _texts(values: Sequence[Any], encode: Callable[[Any], str]) -> Iterator[str | None]:
    """Each as JSON; what stands in many rows is written as text once."""
    known: dict[int, str | None] = {id(None): None}
    for value in values:
        if id(value) not in known:
            known[id(value)] = encode(value)
        yield known[id(value)]
