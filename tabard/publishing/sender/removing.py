"""Taking a post off its platform: asked for in the database first, done here, repeated until it is known.

To remove what is gone already is no error on any platform, so a lost answer is simply asked again.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils.translation import gettext_noop as _
from psycopg.types.json import Jsonb

from tabard.access.vault import Sealed
from tabard.connectors.card import Ability
from tabard.connectors.errors import ConnectorError, Limited, Refused, Revoked
from tabard.connectors.registry import connector
from tabard.kernel import clock
from tabard.kernel.sentences import Facts, plain_facts
from tabard.publishing.sender import sql
from tabard.publishing.sender.carry import Keep
from tabard.publishing.sender.database import AWAY, Row, rows
from tabard.publishing.sender.ledger import Ledger, revoking, text
from tabard.publishing.sender.log import logged, told
from tabard.publishing.sender.renewals import Renewals
from tabard.register.links import opened

log = logging.getLogger("tabard.sender")

# Nobody else tries the same meanwhile, and a try ends before that: what a dead worker began is repeated.
LEASE_S = 30.0
CALL_S = 25.0
# How long it is tried before a person is asked.
PATIENCE = timedelta(minutes=10)
MOST = 50


@dataclass(frozen=True)
class Removal:
    """What became of a removal: removed, removing (tried again at `next_at`), or sent (it stays there)."""

    state: str
    said: str = ""
    code: str = ""
    facts: Facts = field(default_factory=dict)
    next_at: datetime | None = None
    revoked: bool = False


async def removals(ledger: Ledger) -> list[Row]:
    """Those whose turn it is, each with the way to its channel."""
    async with ledger.transaction() as db:
        return list(await rows(db, sql.LEASE_REMOVALS, {"most": MOST, "lease": LEASE_S}))


async def remove(ledger: Ledger, row: Row, keep: Keep, renewals: Renewals) -> None:
    """Call the platform, and write down what it said."""
    try:
        became = await _removed(row, keep, renewals)
    except Exception:
        log.exception("removing delivery %s", row["id"])
        said = _("Tabard itself failed here. The log of the worker has the details.")
        became = Removal("sent", said, "fault")
    try:
        await _write(ledger, row, became)
    except AWAY as error:
        log.warning("what became of removing delivery %s cannot be written: %s", row["id"], error)


async def _removed(row: Row, keep: Keep, renewals: Renewals) -> Removal:
    platform = connector(row["platform_id"])
    if Ability.DELETES not in platform.card.abilities or not row["secret"]:
        return Removal("sent", _("Tabard has no way to this channel any more."), "no_way")
    try:
        async with asyncio.timeout(CALL_S):
            await renewals.through(
                row["channel_id"],
                opened(row["channel_id"], row, keep),
                lambda access: platform.delete(access, row["post"], renewals.http),
            )
    except Sealed:
        said = _("The channel's key cannot be opened with the vault key of this set-up.")
        return Removal("sent", said, "sealed")
    except (Refused, Revoked) as error:
        facts = plain_facts(error.values)
        return Removal("sent", error.says, error.code, facts, revoked=isinstance(error, Revoked))
    except TimeoutError:
        return _later(row, _("The platform did not answer in time."), "no_answer", {}, None)
    except ConnectorError as error:
        until = error.until if isinstance(error, Limited) else None
        return _later(row, error.says, error.code, plain_facts(error.values), until)
    return Removal("removed")


def _later(row: Row, said: str, code: str, facts: Facts, until: datetime | None) -> Removal:
    now = clock.now()
    age = now - row["removal_asked_at"]
    if age > PATIENCE and until is None:
        return Removal("sent", said, code, facts)
    wait = min(max(timedelta(seconds=3), age / 2), timedelta(minutes=2))
    return Removal("removing", said, code, facts, until or now + wait)


async def _write(ledger: Ledger, row: Row, became: Removal) -> None:
    """In one transaction. A row that cannot be written stays `removing`, and its turn comes again."""
    async with ledger.transaction() as db:
        values = {
            "id": row["id"],
            "state": became.state,
            "said": text(became.said),
            "facts": Jsonb(dict(became.facts)),
            "code": text(became.code)[:40],
            "asks": became.state == "sent",
            "next": became.next_at,
        }
        written = await rows(db, sql.END_REMOVAL, values)
        if became.state == "removed" and row["part"] == 0:
            await db.execute(sql.WITHDRAW, {"variant": row["variant_id"]})
        if became.revoked:
            await db.execute(sql.REVOKE, revoking(row["channel_id"], became.said, became.facts))
        if became.state != "removing":
            event = "removed" if became.state == "removed" else "stayed"
            await logged(db, [r["id"] for r in written], event)
        await told(db, written)
