"""The sender's own connections to the database: asynchronous, few, and mended after the server was away."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import psycopg
from procrastinate.contrib.django.utils import connector_params
from psycopg import AsyncConnection
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool, PoolTimeout

Database = AsyncConnection[dict[str, Any]]
Row = Mapping[str, Any]
# What is raised while the database is away, restarts, or is full: tried again, nothing is given up for it.
AWAY = (psycopg.OperationalError, psycopg.InterfaceError, PoolTimeout, OSError)
SIZE = 12


class Connections:
    """A few connections of one process. `params` are psycopg's."""

    def __init__(self, params: dict[str, Any]) -> None:
        self.params = {**params, "application_name": "tabard sender"}
        self.pool: AsyncConnectionPool[Database] = AsyncConnectionPool(
            kwargs={**self.params, "row_factory": dict_row}, min_size=2, max_size=SIZE, open=False, timeout=20
        )

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Database]:
        async with self.pool.connection() as db, db.transaction():
            yield db

    @asynccontextmanager
    async def session(self) -> AsyncIterator[Database]:
        """One connection for locks that outlive transactions."""
        async with self.pool.connection() as db:
            await db.set_autocommit(True)
            yield db
            await db.set_autocommit(False)

    async def mend(self) -> None:
        """Throw away connections that no longer work."""
        with contextlib.suppress(*AWAY):
            await self.pool.check()


@asynccontextmanager
async def open_connections() -> AsyncIterator[Connections]:
    """Connections to Django's database, for as long as it is entered."""
    params = {name: value for name, value in connector_params().items() if name != "pool"}
    made = Connections(params)
    async with made.pool:
        yield made


async def rows(db: Database, query: str, values: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
    """What a query gives."""
    found: list[dict[str, Any]] = await (await db.execute(query, values or {})).fetchall()
    return found
