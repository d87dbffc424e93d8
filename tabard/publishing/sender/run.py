"""The sender's loop: look for what is due, carry it, write what became of it, notice the dead."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import socket
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from typing import Any

import psycopg
from django.conf import settings

from tabard.connectors.http import Http, open_http
from tabard.publishing.sender.carry import Carried
from tabard.publishing.sender.database import AWAY, open_connections
from tabard.publishing.sender.gate import Gate
from tabard.publishing.sender.ledger import Ledger
from tabard.publishing.sender.outcome import Outcome
from tabard.publishing.sender.removing import removals, remove
from tabard.publishing.sender.renewals import Renewals
from tabard.publishing.sender.resolve import ask_about, whose_turn
from tabard.publishing.sender.settling import Settling
from tabard.publishing.sender.way import Way

log = logging.getLogger("tabard.sender")

# Calls open at once in this process; the platforms' own limits are kept by their budgets.
MOST_OPEN = 1_000
BATCH = 200
BEAT_S = 2.0
BURY_S = 3.0
LOOK_S = 1.0
# A channel's next delivery is claimed together with those of others that become free in this time.
GATHER_S = 0.02
LEAVE_S = 25.0


class Sender:
    """One worker process's sender. `run` returns once `stop` is set and what was under way has ended."""

    def __init__(self, ledger: Ledger, http: Http) -> None:
        self.ledger, self.http = ledger, http
        self.gate = Gate(ledger)
        self.settling = Settling(ledger, self._settled)
        self.renewals = Renewals(http)
        self.way = Way(ledger, self.gate, self.settling, http, self.renewals)
        # What is claimed and not yet written down, and the work on it.
        self.hands: dict[int, Carried] = {}
        self.open: set[asyncio.Task[None]] = set()
        self.free: set[int] = set()
        self.wake = asyncio.Event()
        self.told = True

    async def run(self, stop: asyncio.Event) -> None:
        """Send until `stop` is set, or a helper of it ends, which is a fault."""
        await self.ledger.beat()
        helpers = [
            asyncio.create_task(each)
            for each in (
                self.settling.run(),
                self._every(BEAT_S, self.ledger.beat),
                self._every(BURY_S, self._bury),
                self._every(1.0, self._resolve),
                self._every(1.0, self._remove),
                self._listen(),
            )
        ]
        looking = asyncio.create_task(self._look(stop))
        waker = asyncio.create_task(self._wake_at(stop))
        try:
            await asyncio.wait({looking, *helpers}, return_when=asyncio.FIRST_COMPLETED)
            for ended in (looking, *helpers):
                if ended.done():
                    ended.result()
            await self._finish()
        finally:
            ending = [looking, waker, *helpers, *self.open]
            for task in ending:
                task.cancel()
            await asyncio.gather(*ending, return_exceptions=True)
            self.renewals.close()
            await self.gate.close()

    async def _finish(self) -> None:
        """Let what is under way end, for a while; then write down what did not."""
        if self.open:
            await asyncio.wait(self.open, timeout=LEAVE_S)
        for task in list(self.open):
            task.cancel()
        await asyncio.gather(*self.open, return_exceptions=True)
        await self.settling.drain()
        with contextlib.suppress(*AWAY):
            await self.ledger.leave()

    async def _look(self, stop: asyncio.Event) -> None:
        """Claim what is due, again and again: for all channels, or for those that have just become free."""
        next_look = 0.0
        while not stop.is_set():
            whole = self.told or time.monotonic() >= next_look
            self.told = False
            free, self.free = self.free, set()
            try:
                more = await self._claim(None if whole else sorted(free))
                if whole:
                    next_look = 0.0 if more else await self._until_due()
            except AWAY as error:
                log.warning("the database does not answer, trying again: %s", error)
                await self.ledger.mend()
                await asyncio.sleep(1)
                next_look = 0.0
                continue
            await self._pause(next_look)

    async def _claim(self, channels: list[int] | None) -> bool:
        """Claim and start. True if there may be more at once."""
        room = min(MOST_OPEN - len(self.open), BATCH)
        if room <= 0 or channels == []:
            return False
        claimed, aside = await self.ledger.claim(room, channels)
        for carried in claimed:
            self.hands[carried.id] = carried
            self._start(self.way.carry(carried))
        return len(claimed) + aside >= room or aside > 0

    async def _until_due(self) -> float:
        """The moment (monotonic) of the next look at all channels."""
        wait = await self.ledger.next_in()
        return time.monotonic() + (LOOK_S if wait is None or wait <= 0 else min(wait, LOOK_S))

    async def _pause(self, until: float) -> None:
        wait = until - time.monotonic()
        if wait > 0 and not self.free and not self.told:
            self.wake.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.wake.wait(), wait)
        if self.free or self.told:
            await asyncio.sleep(GATHER_S)

    async def _wake_at(self, stop: asyncio.Event) -> None:
        await stop.wait()
        self.wake.set()

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self.open.add(task)
        task.add_done_callback(self.open.discard)

    def _settled(self, done: Iterable[Carried]) -> None:
        """What became of these is written: their channels can take the next."""
        for carried in done:
            self.hands.pop(carried.id, None)
            self.free.add(carried.channel)
        self.wake.set()

    async def _bury(self) -> None:
        if await self.ledger.reap(self.hands):
            self.told = True
            self.wake.set()

    async def _resolve(self) -> None:
        """Ask about unsure deliveries, each by itself: a platform slow to answer holds up no other."""
        for carried in await whose_turn(self.ledger):
            self._start(self._ask(carried))

    async def _ask(self, carried: Carried) -> None:
        outcome: Outcome = await ask_about(carried, self.way.keeper(carried), self.renewals)
        self.settling.put(carried, outcome)

    async def _remove(self) -> None:
        """Take posts off their platforms that somebody wants away; under a hold as well."""
        for row in await removals(self.ledger):
            keep = self.way.keeper_of(row["channel_id"])
            self._start(remove(self.ledger, row, keep, self.renewals))

    async def _every(self, seconds: float, what: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await what()
            except AWAY as error:
                log.warning("%s: %s", getattr(what, "__name__", "work"), error)
                await self.ledger.mend()
            await asyncio.sleep(seconds)

    async def _listen(self) -> None:
        """Wake up when something is scheduled, moved or let go."""
        params = self.ledger.connections.params
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(**params, autocommit=True) as db:
                    await db.execute("LISTEN tabard_senders")
                    async for _told in db.notifies():
                        self.told = True
                        self.wake.set()
            except AWAY:
                await asyncio.sleep(1)


async def run(stop: asyncio.Event) -> None:
    """Send until `stop` is set."""
    async with open_connections() as connections, open_http(settings.PRIVATE_HOSTS) as http:
        await Sender(Ledger(connections, f"{socket.gethostname()} {os.getpid()}"), http).run(stop)
