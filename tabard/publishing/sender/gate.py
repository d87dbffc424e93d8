"""The gate before the call that shows: checked again, armed, and out before any hold can commit.

One batch per platform server at a time, so that a server which takes no calls keeps nobody else waiting.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time

from tabard.publishing.sender.carry import Carried
from tabard.publishing.sender.database import AWAY
from tabard.publishing.sender.ledger import Ledger

log = logging.getLogger("tabard.sender")

# What was armed leaves within this time or not at all; a hold waits longer than that for senders.
LEAVE_WITHIN_S = 2.0
GATHER_S = 0.01
MOST = 200
# Batches under way at once; each keeps a connection to the database until its calls have left.
GATES = 6


class Gate:
    """Arms deliveries in batches: one transaction for all of a server that are ready in the same moment."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.ready: dict[str, list[Carried]] = {}
        self.running: set[asyncio.Task[None]] = set()
        self.room = asyncio.Semaphore(GATES)

    async def arm(self, carried: Carried) -> float | None:
        """Wait for the gate. The moment (monotonic) until which it may leave, or None if it may not."""
        server = carried.row["base_url"] or carried.row["platform_id"]
        if server in self.ready:
            self.ready[server].append(carried)
        else:
            self.ready[server] = [carried]
            task = asyncio.create_task(self._serve(server))
            self.running.add(task)
            task.add_done_callback(self.running.discard)
        return await carried.armed

    async def close(self) -> None:
        """Stop; who still waits at the gate is not armed."""
        for task in self.running:
            task.cancel()
        await asyncio.gather(*self.running, return_exceptions=True)

    async def _serve(self, server: str) -> None:
        """Batch after batch for one server, until nothing waits."""
        while self.ready[server]:
            await asyncio.sleep(GATHER_S)
            async with self.room:
                waiting = self.ready[server]
                batch, self.ready[server] = waiting[:MOST], waiting[MOST:]
                batch = [c for c in batch if not c.armed.done()]
                if batch:
                    await self._try(server, batch)
        del self.ready[server]

    async def _try(self, server: str, batch: list[Carried]) -> None:
        try:
            await self._through(batch)
        except AWAY as error:
            log.warning("the gate is shut, trying again: %s", error)
            await self.ledger.mend()
            await asyncio.sleep(1)
            self.ready[server] += [c for c in batch if not c.armed.done()]
        except Exception as error:  # each of them then tells its own story
            log.exception("the gate")
            for carried in batch:
                if not carried.armed.done():
                    carried.armed.set_exception(error)

    async def _through(self, batch: list[Carried]) -> None:
        async with self.ledger.leaving() as db:
            leave_by = time.monotonic() + LEAVE_WITHIN_S
            may_go = await self.ledger.arm(batch, db)
            going = [c for c in batch if c.id in may_go and not c.armed.done()]
            for carried in batch:
                if not carried.armed.done():
                    carried.armed.set_result(leave_by if carried.id in may_go else None)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(leave_by - time.monotonic()):
                    for carried in going:
                        await carried.left.wait()
