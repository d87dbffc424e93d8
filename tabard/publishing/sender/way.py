"""The way of one delivery: prepare, arm, commit, and what came of it. What is claimed always ends here."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_noop as _

from tabard.access.vault import Sealed
from tabard.connectors.base import Access, Outgoing
from tabard.connectors.errors import ConnectorError, Expired
from tabard.connectors.http import Http
from tabard.connectors.registry import connector
from tabard.kernel import clock
from tabard.publishing.sender.carry import Carried, Keep
from tabard.publishing.sender.gate import Gate
from tabard.publishing.sender.ledger import Ledger
from tabard.publishing.sender.outcome import Outcome, fault, from_error, nothing_shown, sent, unsure
from tabard.publishing.sender.renewals import Renewals
from tabard.publishing.sender.settling import Settling
from tabard.register.renewing import renews

log = logging.getLogger("tabard.sender")


class Way:
    """Takes claimed deliveries to their platforms."""

    def __init__(
        self, ledger: Ledger, gate: Gate, settling: Settling, http: Http, renewals: Renewals
    ) -> None:
        self.ledger, self.gate, self.settling, self.http = ledger, gate, settling, http
        self.renewals = renewals

    async def carry(self, carried: Carried) -> None:
        """All the way; whatever happens, it is settled."""
        try:
            outcome = await self._send(carried)
        except asyncio.CancelledError:
            self.settling.put(carried, _interrupted(carried))
            raise
        except Exception:
            log.exception("delivery %s", carried.id)
            said = _("Tabard itself failed here. The log of the worker has the details.")
            outcome = fault(said, armed=carried.may_have_left, now=clock.now())
        finally:
            carried.left.set()
        if outcome is None:
            self.settling.settled([carried])
        else:
            self.settling.put(carried, outcome)

    async def _send(self, carried: Carried) -> Outcome | None:
        """Prepare, arm, commit. None: the gate has put it aside already."""
        platform = connector(carried.row["platform_id"])
        tries = carried.row["tries"] + 1
        try:
            access = carried.access(self.keeper(carried))
            carried.own = carried.own or dict(platform.mint(carried.outgoing()))
            outgoing = carried.outgoing()
            access = await self._prepare(carried, access, outgoing)
        except Sealed:
            said = _("The channel's key cannot be opened with the vault key of this set-up.")
            return Outcome("failed", "refused", said, "sealed", asks_person=True)
        except ConnectorError as error:
            return from_error(nothing_shown(error), clock.now(), tries)
        leave_by = await self.gate.arm(carried)
        if leave_by is None:
            return None
        return await self._commit(carried, access, outgoing, leave_by, tries)

    async def _prepare(self, carried: Carried, access: Access, outgoing: Outgoing) -> Access:
        """Everything that does not show, over an access that was renewed where it had ended."""

        async def call(access: Access) -> None:
            try:
                prepare = connector(access.platform).prepare
                http = replace(self.http, heard=carried.hear)
                carried.prepared = dict(await prepare(access, outgoing, carried.prepared, http))
            except ConnectorError as error:
                carried.prepared = {**carried.prepared, **(error.state or {})}
                raise

        access, _done = await self.renewals.through(carried.channel, access, call)
        return access

    async def _commit(
        self, carried: Carried, access: Access, outgoing: Outgoing, leave_by: float, tries: int
    ) -> Outcome:
        async def left() -> None:
            carried.left.set()

        http = replace(self.http.watched(left, leave_by=leave_by), heard=carried.hear)
        try:
            commit = connector(carried.row["platform_id"]).commit
            return sent(await commit(access, outgoing, carried.prepared, http))
        except ConnectorError as error:
            if error.state is not None:  # what was prepared is good no longer: files were cleared away
                carried.prepared = dict(error.state)
            if isinstance(error, Expired) and renews(access.platform):
                carried.left.set()  # nobody who presses a hold waits for what follows
                return await self._renewed(carried, access, error, tries)
            return from_error(error, clock.now(), tries)

    async def _renewed(self, carried: Carried, access: Access, error: Expired, tries: int) -> Outcome:
        """The access ended in the last moment, and nothing was shown: renew it, and let everything that must
        hold be asked again before it leaves."""
        try:
            await self.renewals.renewed(carried.channel, access)
        except ConnectorError as failed:
            return from_error(nothing_shown(failed), clock.now(), tries)
        again = from_error(error, clock.now(), tries)
        return replace(again, next_at=clock.now()) if again.state == "queued" else again

    def keeper(self, carried: Carried) -> Keep:
        """How a connector stores the channel's refreshed session."""
        return self.keeper_of(carried.channel)

    def keeper_of(self, channel: int) -> Keep:
        async def keep(session: Mapping[str, Any]) -> None:
            await self.ledger.keep_session(channel, session)

        return keep


def _interrupted(carried: Carried) -> Outcome:
    if carried.may_have_left:
        return unsure(_("The worker stopped before the platform confirmed."), "stopped", clock.now())
    return Outcome("queued", "stopped")
