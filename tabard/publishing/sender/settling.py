"""Writing down what became of deliveries: many in one transaction, again and again until it is written."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence

import psycopg

from tabard.publishing.sender.carry import Carried
from tabard.publishing.sender.database import AWAY
from tabard.publishing.sender.ledger import Ledger
from tabard.publishing.sender.outcome import Outcome

log = logging.getLogger("tabard.sender")
GATHER_S = 0.03
MOST = 500
Done = tuple[Carried, Outcome]


class Settling:
    """A queue of outcomes. What it holds is only in memory: until written, the row says `sending`."""

    def __init__(self, ledger: Ledger, settled: Callable[[Iterable[Carried]], None]) -> None:
        self.ledger, self.settled = ledger, settled
        self.waiting: list[Done] = []
        self.there = asyncio.Event()

    def put(self, carried: Carried, outcome: Outcome) -> None:
        self.waiting.append((carried, outcome))
        self.there.set()

    async def run(self) -> None:
        while True:
            await self.there.wait()
            await asyncio.sleep(GATHER_S)
            if not await self._write():
                await asyncio.sleep(1)

    async def drain(self, tries: int = 20) -> None:
        """Write what is left, trying for a while if the database is away."""
        for _try in range(tries):
            if not self.waiting:
                return
            if not await self._write():
                await asyncio.sleep(1)

    async def _write(self) -> bool:
        """Write a batch. False if the database is away."""
        batch, self.waiting = self.waiting[:MOST], self.waiting[MOST:]
        try:
            await self._settle(batch)
        except AWAY as error:
            log.warning("cannot write what became of %s deliveries, trying again: %s", len(batch), error)
            self.waiting = batch + self.waiting
            await self.ledger.mend()
            return False
        if not self.waiting:
            self.there.clear()
        return True

    async def _settle(self, batch: Sequence[Done]) -> None:
        """All in one transaction; if one of them cannot be written, each in its own, that one left behind."""
        if not batch:
            return
        try:
            await self.ledger.settle(batch)
        except AWAY:
            raise
        except psycopg.Error:
            if len(batch) > 1:
                for each in batch:
                    await self._settle([each])
                return
            # It is no longer held in memory: after a while it is given up as a dead sender's.
            log.exception("what became of delivery %s cannot be written", batch[0][0].id)
        self.settled([carried for carried, _outcome in batch])
