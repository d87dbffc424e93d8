"""A database for one test alone, where changes are committed and other processes can see them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from django.db import connections


@contextmanager
def own_database() -> Iterator[str]:
    """Copy the empty test database, use the copy, drop it; the value is its address for DATABASE_URL.

    Django's own way, emptying all tables after the test, cannot be: the audit log refuses to be emptied.
    """
    ours: Any = connections["default"]
    usual = ours.settings_dict["NAME"]
    name = f"{usual}_own"
    _leave(ours)
    _maintain(
        ours, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', f'CREATE DATABASE "{name}" TEMPLATE "{usual}"'
    )
    ours.settings_dict["NAME"] = name
    try:
        yield urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
    finally:
        _leave(ours)
        ours.settings_dict["NAME"] = usual
        _maintain(ours, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _leave(ours: Any) -> None:
    ours.close()
    ours.close_pool()


def _maintain(ours: Any, *statements: str) -> None:
    with ours._nodb_cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
