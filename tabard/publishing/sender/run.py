"""The sender's loop: look for what is due, carry it, write what became of it, notice the dead."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import socket
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import psycopg
from django.conf import settings
from django.utils.translation import gettext as _

from tabard.access.vault import Sealed
from tabard.connectors.base import Access, Outgoing
from tabard.connectors.errors import ConnectorError, Later, Unsure
from tabard.connectors.http import Http, open_http
from tabard.connectors.registry import connector
from tabard.kernel import clock
from tabard.publishing.sender.carry import Carried, Outcome, failed, sent, unsure
from tabard.publishing.sender.gate import Gate
from tabard.publishing.sender.ledger import Ledger, open_ledger
from tabard.publishing.sender.resolve import resolve_some
from tabard.publishing.sender.settling import Settling

log = logging.getLogger("tabard.sender")

# Calls open at once in this process; the platforms' own limits are kept by their budgets.
MOST_OPEN = 1_000
BATCH = 200
BEAT_S = 2.0
LOOK_S = 1.0
# A channel's next delivery is claimed together with those of others that become free in this time.
GATHER_S = 0.02
LEAVE_S = 25.0


class Sender:
    """One worker process's sender. `run` returns once `stop` is set and what was under way has ended."""

    def __init__(self, ledger: Ledger, http: Http) -> None:
        self.ledger, self.http = ledger, http
        self.gate = Gate(ledger)
        self.settling = Settling(ledger, self._freed)
        self.open: set[asyncio.Task[None]] = set()
        self.free: set[int] = set()
        self.wake = asyncio.Event()

    async def run(self, stop: asyncio.Event) -> None:
        await self.ledger.beat()
        helpers = [
            asyncio.create_task(each)
            for each in (
                self.gate.run(),
                self.settling.run(),
                self._every(BEAT_S, self.ledger.beat),
                self._every(3.0, self._bury),
                self._every(1.0, self._resolve),
                self._listen(),
            )
        ]
        waker = asyncio.create_task(self._wake_at(stop))
        try:
            await self._look(stop)
            if self.open:
                await asyncio.wait(self.open, timeout=LEAVE_S)
            for task in self.open:
                task.cancel()
            await asyncio.gather(*self.open, return_exceptions=True)
            await self.settling.drain()
        finally:
            for helper in (*helpers, waker):
                helper.cancel()
            await asyncio.gather(*helpers, waker, return_exceptions=True)

    async def _look(self, stop: asyncio.Event) -> None:
        """Claim what is due, again and again: for all channels, or for those that have just become free."""
        next_look = 0.0
        while not stop.is_set():
            room = MOST_OPEN - len(self.open)
            whole = time.monotonic() >= next_look
            free, self.free = self.free, set()
            took = aside = 0
            if room > 0 and (whole or free):
                try:
                    claimed, aside = await self.ledger.claim(
                        min(room, BATCH), None if whole else sorted(free)
                    )
                except (psycopg.Error, OSError) as error:
                    log.warning("the database does not answer, trying again: %s", error)
                    await asyncio.sleep(1)
                    continue
                took = len(claimed)
                for carried in claimed:
                    self._start(carried)
            if whole:
                next_look = 0.0 if took + aside >= BATCH or aside else await self._until_due()
            await self._pause(next_look)

    async def _until_due(self) -> float:
        """The moment (monotonic) of the next look at all channels."""
        try:
            wait = await self.ledger.next_in()
        except (psycopg.Error, OSError):
            wait = None
        wait = LOOK_S if wait is None or wait <= 0 else min(wait, LOOK_S)
        return time.monotonic() + wait

    async def _pause(self, until: float) -> None:
        wait = until - time.monotonic()
        if wait > 0 and not self.free:
            self.wake.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.wake.wait(), wait)
        if self.free:
            await asyncio.sleep(GATHER_S)

    async def _wake_at(self, stop: asyncio.Event) -> None:
        await stop.wait()
        self.wake.set()

    def _start(self, carried: Carried) -> None:
        task = asyncio.create_task(self._carry(carried))
        self.open.add(task)
        task.add_done_callback(self.open.discard)

    def _freed(self, channels: list[int]) -> None:
        """These channels can take their next delivery."""
        self.free.update(channels)
        self.wake.set()

    async def _carry(self, carried: Carried) -> None:
        try:
            outcome = await self._send(carried)
        except asyncio.CancelledError:
            if carried.armed.done() and not carried.armed.cancelled() and carried.armed.result() is not None:
                said = _("The worker stopped before the platform confirmed.")
                self.settling.put(carried, unsure(said, "stopped", clock.now()))
            else:
                self.settling.put(carried, Outcome("queued", "stopped"))
            raise
        except Exception:
            # A fault of ours: visible, and never sent again by itself.
            log.exception("delivery %s", carried.id)
            armed = carried.armed.done() and carried.armed.result() is not None
            said = _("Tabard itself failed here. The log of the worker has the details.")
            fault = Outcome("unsure" if armed else "failed", "fault", said, "fault", asks_person=not armed)
            self.settling.put(carried, fault)
            return
        if outcome is not None:
            self.settling.put(carried, outcome)

    async def _send(self, carried: Carried) -> Outcome | None:
        """Prepare, arm, commit. None: the gate has put it aside already."""
        platform = connector(carried.row["platform_id"])
        tries = carried.row["tries"] + 1
        try:
            access = carried.access(self._keeper(carried))
        except Sealed:
            said = _("The channel's key cannot be opened with the vault key of this set-up.")
            return Outcome("failed", "sealed", said, "sealed", asks_person=True)
        carried.own = carried.own or dict(platform.mint(carried.outgoing()))
        outgoing = carried.outgoing()
        try:
            carried.prepared = dict(await platform.prepare(access, outgoing, carried.prepared, self.http))
        except ConnectorError as error:
            carried.prepared = {**carried.prepared, **(error.state or {})}
            return failed(_before(error), clock.now(), tries)
        leave_by = await self.gate.arm(carried)
        if leave_by is None:
            self._freed([carried.row["channel_id"]])
            return None
        return await self._commit(carried, access, outgoing, leave_by, tries)

    async def _commit(
        self, carried: Carried, access: Access, outgoing: Outgoing, leave_by: float, tries: int
    ) -> Outcome:
        async def left() -> None:
            carried.left.set()

        http = self.http.watched(left, leave_by=leave_by)
        platform = connector(carried.row["platform_id"])
        try:
            return sent(await platform.commit(access, outgoing, carried.prepared, http))
        except Unsure as error:
            return unsure(
                _(error.says) % error.values if error.values else _(error.says), error.code, clock.now()
            )
        except ConnectorError as error:
            return failed(error, clock.now(), tries)
        finally:
            carried.left.set()

    def _keeper(self, carried: Carried) -> Callable[[Mapping[str, Any]], Awaitable[None]]:
        async def keep(session: Mapping[str, Any]) -> None:
            await self.ledger.keep_session(carried.row["channel_id"], session)

        return keep

    async def _bury(self) -> None:
        said = _("The worker that was sending this died before the platform confirmed.")
        if await self.ledger.reap(said):
            self.wake.set()

    async def _resolve(self) -> None:
        if await resolve_some(self.ledger, self.http, self._freed):
            self.wake.set()

    async def _every(self, seconds: float, what: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await what()
            except (psycopg.Error, OSError) as error:
                log.warning("%s: %s", getattr(what, "__name__", "work"), error)
            except Exception:
                log.exception("%s", getattr(what, "__name__", "work"))
            await asyncio.sleep(seconds)

    async def _listen(self) -> None:
        """Wake up when something is scheduled, moved or let go."""
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(
                    settings.DATABASE_URL, autocommit=True
                ) as db:
                    await db.execute("LISTEN tabard_senders")
                    async for _told in db.notifies():
                        self.wake.set()
                        self.free.add(0)
            except (psycopg.Error, OSError):
                await asyncio.sleep(1)


def _before(error: ConnectorError) -> ConnectorError:
    """While preparing nothing can have shown, whatever the platform left open."""
    if not isinstance(error, Unsure):
        return error
    later = Later(error.says, code=error.code, raw=error.raw)
    later.values = error.values
    return later


async def run(stop: asyncio.Event) -> None:
    """Send until `stop` is set."""
    async with (
        open_ledger(f"{socket.gethostname()} {os.getpid()}") as ledger,
        open_http(settings.PRIVATE_HOSTS) as http,
    ):
        await Sender(ledger, http).run(stop)
