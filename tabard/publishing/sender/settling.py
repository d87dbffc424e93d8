"""Writing down what became of deliveries: many in one transaction, again and again until it is written."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

import psycopg

from tabard.publishing.sender.carry import Carried, Outcome
from tabard.publishing.sender.ledger import Ledger

log = logging.getLogger("tabard.sender")
GATHER_S = 0.03


class Settling:
    """A queue of outcomes. What it holds is only in memory: until written, the row says `sending`."""

    def __init__(self, ledger: Ledger, freed: Callable[[list[int]], None]) -> None:
        self.ledger, self.freed = ledger, freed
        self.waiting: list[tuple[Carried, Outcome]] = []
        self.there = asyncio.Event()

    def put(self, carried: Carried, outcome: Outcome) -> None:
        self.waiting.append((carried, outcome))
        self.there.set()

    async def run(self) -> None:
        while True:
            await self.there.wait()
            await asyncio.sleep(GATHER_S)
            await self._write()

    async def drain(self) -> None:
        """Write what is left, trying for a while if the database is away."""
        for _try in range(20):
            if not self.waiting:
                return
            await self._write()

    async def _write(self) -> None:
        batch, self.waiting = self.waiting[:500], self.waiting[500:]
        if not self.waiting:
            self.there.clear()
        if not batch:
            return
        try:
            await self.ledger.settle(batch)
        except (psycopg.OperationalError, psycopg.InterfaceError, OSError) as error:
            log.warning("cannot write what became of %s deliveries, trying again: %s", len(batch), error)
            self.waiting = batch + self.waiting
            self.there.set()
            await asyncio.sleep(1)
            return
        self.freed([carried.row["channel_id"] for carried, _outcome in batch])
