"""The gate before the call that shows: checked again, armed, and out before any hold can commit."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time

import psycopg

from tabard.publishing.sender.carry import Carried
from tabard.publishing.sender.ledger import Ledger

log = logging.getLogger("tabard.sender")

# What was armed leaves within this time or not at all; a hold waits longer than that for senders.
LEAVE_WITHIN_S = 2.0
GATHER_S = 0.01
GATES = 3


class Gate:
    """Arms deliveries in small batches: one transaction for all that are ready in the same moment."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.ready: asyncio.Queue[Carried] = asyncio.Queue()

    async def arm(self, carried: Carried) -> float | None:
        """Wait for the gate. The moment (monotonic) until which it may leave, or None if it may not."""
        await self.ready.put(carried)
        return await carried.armed

    async def run(self) -> None:
        await asyncio.gather(*(self._gate() for _each in range(GATES)))

    async def _gate(self) -> None:
        while True:
            batch = [await self.ready.get()]
            await asyncio.sleep(GATHER_S)
            while not self.ready.empty() and len(batch) < 200:
                batch.append(self.ready.get_nowait())
            batch = [c for c in batch if not c.armed.done()]
            try:
                await self._through(batch)
            except (psycopg.Error, OSError) as error:
                log.warning("the gate is shut, trying again: %s", error)
                await asyncio.sleep(1)
                for carried in batch:
                    if not carried.armed.done():
                        self.ready.put_nowait(carried)

    async def _through(self, batch: list[Carried]) -> None:
        async with self.ledger.leaving() as db:
            leave_by = time.monotonic() + LEAVE_WITHIN_S
            may_go = await self.ledger.arm(batch, db)
            going = [c for c in batch if c.id in may_go]
            for carried in batch:
                if not carried.armed.done():
                    carried.armed.set_result(leave_by if carried.id in may_go else None)
            if going:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(_all_left(going), leave_by - time.monotonic())


async def _all_left(going: list[Carried]) -> None:
    for carried in going:
        await carried.left.wait()
