"""Unsure deliveries: the platform is asked whether the post is there; where it cannot tell, a person is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from tabard.access.vault import Sealed
from tabard.connectors.base import NOT_THERE, Published
from tabard.connectors.card import Proof
from tabard.connectors.errors import ConnectorError, Limited, Revoked
from tabard.connectors.http import Http
from tabard.connectors.registry import connector
from tabard.kernel import clock
from tabard.publishing.sender import sql
from tabard.publishing.sender.carry import Carried, Outcome, sent
from tabard.publishing.sender.ledger import Ledger, _all, _columns
from tabard.publishing.sender.log import logged, told

# How long the platform is asked before a person is; meanwhile the channel's next posts wait.
PATIENCE = timedelta(minutes=10)
LEASE_S = 60
BATCH = 50

LEASE = f"""
WITH mine AS (
    SELECT id FROM publishing_delivery
    WHERE state = 'unsure' AND NOT asks_person AND next_at <= now()
    ORDER BY next_at, id LIMIT {BATCH} FOR UPDATE SKIP LOCKED
), leased AS (
    UPDATE publishing_delivery d SET next_at = now() + interval '{LEASE_S} seconds'
    FROM mine WHERE d.id = mine.id RETURNING d.id
)
SELECT id FROM leased
"""  # noqa: S608 numbers from this module

READ = f"""
SELECT d.id, d.key, d.variant_id, d.post_id, d.channel_id, d.content, d.digest, d.own, d.prepared, d.due_at,
       d.tries, d.armed_at, c.platform_id, c.handle, c.remote_id, u.id AS unit_id, u.path AS unit_path,
       k.base_url, k.secret, k.session, k.limits, k.servers
{sql.JOINS}
WHERE d.id = ANY (%(ids)s)
"""

RESOLVED = """
WITH given AS (
    SELECT * FROM unnest(
        %(ids)s::bigint[], %(states)s::text[], %(details)s::text[], %(codes)s::text[], %(remote)s::text[],
        %(urls)s::text[], %(next)s::timestamptz[], %(asks)s::bool[]
    ) AS g (id, state, detail, code, remote_id, url, next_at, asks)
)
UPDATE publishing_delivery d
SET state = g.state,
    armed_at = CASE WHEN g.state = 'queued' THEN NULL ELSE d.armed_at END,
    sent_at = CASE WHEN g.state = 'sent' THEN coalesce(d.armed_at, now()) ELSE d.sent_at END,
    remote_id = g.remote_id, url = g.url, next_at = coalesce(g.next_at, d.next_at),
    problem = CASE WHEN g.state = 'sent' THEN '' WHEN g.detail = '' THEN d.problem ELSE g.detail END,
    code = CASE WHEN g.state = 'sent' THEN '' WHEN g.code = '' THEN d.code ELSE g.code END,
    asks_person = g.asks
FROM given g
WHERE d.id = g.id AND d.state = 'unsure' AND NOT d.asks_person
RETURNING d.id, d.variant_id, d.post_id, d.channel_id, d.unit_id, d.state, d.asks_person
"""


async def resolve_some(ledger: Ledger, http: Http, freed: Callable[[list[int]], None]) -> int:
    """Ask the platforms about the unsure deliveries whose turn it is; how many there were."""
    async with ledger.transaction() as db:
        ids = [r["id"] for r in await _all(db, LEASE, {})]
    if not ids:
        return 0
    async with ledger.transaction() as db:
        rows = await _all(db, READ, {"ids": ids})
        files = await ledger._files(db, rows)
    carried = [Carried(r, files, dict(r["own"]), dict(r["prepared"])) for r in rows]
    outcomes = await asyncio.gather(*(_look(c, ledger, http) for c in carried))
    async with ledger.transaction() as db:
        done = await _all(db, RESOLVED, _columns(list(zip(carried, outcomes, strict=True))))
        gone = [r["variant_id"] for r in done if r["state"] == "sent"]
        await db.execute(sql.HAND_OVER, {"variants": gone})
        await logged(db, [r for r in done if r["state"] == "sent" or r["asks_person"]])
        await told(db, done)
    freed([r["channel_id"] for r in done if r["state"] != "unsure" or r["asks_person"]])
    return len(ids)


async def _look(carried: Carried, ledger: Ledger, http: Http) -> Outcome:
    row, now = carried.row, clock.now()
    platform = connector(row["platform_id"])
    age = now - row["armed_at"]
    if platform.card.proof is Proof.NONE:
        return _ask(_("This platform cannot be asked. Look there, and say whether it went out."))
    if not row["secret"]:
        return _ask(_("The channel is not connected. Look at the platform, and say whether it went out."))

    async def keep(session: Any) -> None:
        await ledger.keep_session(row["channel_id"], session)

    try:
        async with asyncio.timeout(LEASE_S - 10):
            found = await platform.find(carried.access(keep), carried.outgoing(), carried.prepared, http)
    except (Revoked, Sealed):
        return _ask(_("The channel's access has ended. Look at the platform, and say whether it went out."))
    except Limited as limited:
        return _again(now, age, max(limited.until, now + timedelta(seconds=1)))
    except (ConnectorError, TimeoutError):
        return _again(now, age, None)
    if isinstance(found, Published):
        return sent(found)
    if found is NOT_THERE:
        settled = row["armed_at"] + timedelta(seconds=platform.card.settle)
        if now >= settled:
            return Outcome("queued", "not_there", next_at=now)
        return Outcome("unsure", "unsure", next_at=settled + timedelta(milliseconds=50))
    return _again(now, age, None)


def _again(now: datetime, age: timedelta, until: datetime | None) -> Outcome:
    if age > PATIENCE:
        return _ask(_("The platform does not say whether it went out. Look there, and decide."))
    return Outcome("unsure", "unsure", next_at=until or now + max(timedelta(seconds=3), age / 2))


def _ask(said: str) -> Outcome:
    return Outcome("unsure", "unsure", said, "ask", asks_person=True)
