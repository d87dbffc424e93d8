"""The sender's side of the database: claims, arms, settles, beats. Batches, each one transaction."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from django.conf import settings
from psycopg import AsyncConnection, errors
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb
from psycopg_pool import AsyncConnectionPool

from tabard.access.vault import seal
from tabard.publishing.actions import HOLD_LOCK
from tabard.publishing.sender import sql
from tabard.publishing.sender.carry import Carried, Outcome, not_fit
from tabard.publishing.sender.log import logged, told

Row = Mapping[str, Any]
SILENCE_S = 10


class Ledger:
    """One sender's way to the database. `key` names this process; a new one at each start."""

    def __init__(self, pool: AsyncConnectionPool[AsyncConnection[dict[str, Any]]], name: str) -> None:
        self.pool, self.name, self.key = pool, name, uuid.uuid4()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection[dict[str, Any]]]:
        async with self.pool.connection() as db, db.transaction():
            yield db

    async def beat(self) -> None:
        async with self.transaction() as db:
            await db.execute(sql.BEAT, {"sender": self.key, "name": self.name})

    async def claim(self, most: int, channels: Sequence[int] | None = None) -> tuple[list[Carried], int]:
        """Take up to `most` deliveries whose moment has come, each the first of its channel.

        `channels` narrows to those that have just become free. Also says how many were put aside instead.
        """
        only = "AND channel_id = ANY (%(channels)s)" if channels is not None else ""
        ask = {"most": most, "channels": list(channels or ()), "sender": self.key}
        try:
            async with self.transaction() as db:
                heads = [r["id"] for r in await _all(db, sql.HEADS.format(only=only), ask)]
                if not heads:
                    return [], 0
                rows = await _all(db, sql.CLAIM, {"ids": heads})
                good, aside = _sorted(rows)
                if good:
                    await db.execute(sql.TAKE, {**ask, "ids": [r["id"] for r in good]})
                await self._put_aside(db, aside, "queued")
                files = await self._files(db, good)
        except errors.UniqueViolation:
            return [], 0  # another sender was faster with one of these channels; the next look sees that
        return [Carried(r, files, dict(r["own"]), dict(r["prepared"])) for r in good], len(aside)

    async def arm(self, carried: Sequence[Carried], db: AsyncConnection[dict[str, Any]]) -> set[int]:
        """Check again and write that the call is about to leave. Returns the ids that may go."""
        async with db.transaction():
            ids = {"ids": [c.id for c in carried], "sender": self.key}
            good, aside = _sorted(await _all(db, sql.CHECK_AGAIN, ids))
            may_go = {r["id"] for r in good}
            armed = [c for c in carried if c.id in may_go]
            if armed:
                await db.execute(
                    sql.ARM,
                    {
                        "sender": self.key,
                        "ids": [c.id for c in armed],
                        "own": [Jsonb(c.own) for c in armed],
                        "prepared": [Jsonb(c.prepared) for c in armed],
                    },
                )
            await self._put_aside(db, aside, "sending")
        return may_go

    async def settle(self, done: Sequence[tuple[Carried, Outcome]]) -> None:
        """Write what became of deliveries, with everything that hangs on it."""
        async with self.transaction() as db:
            rows = await _all(db, sql.SETTLE, {"sender": self.key, **_columns(done)})
            gone = [r for r in rows if r["state"] == "sent"]
            if gone:
                await db.execute(sql.HAND_OVER, {"variants": [r["variant_id"] for r in gone]})
                await db.execute(sql.TOUCH, {"channels": [r["channel_id"] for r in gone]})
            for carried, outcome in done:
                if outcome.revoked:
                    await db.execute(
                        sql.REVOKE, {"channel": carried.row["channel_id"], "problem": outcome.said[:300]}
                    )
            await logged(db, rows)
            await told(db, rows)

    async def reap(self, said: str) -> Sequence[Row]:
        """Give up what dead senders carried; returns what is unsure now."""
        async with self.transaction() as db:
            rows = await _all(db, sql.REAP, {"silence": SILENCE_S, "said": said})
            await logged(db, [r for r in rows if r["state"] == "unsure"])
            await told(db, rows)
            await db.execute(sql.FORGET)
        return rows

    async def next_in(self) -> float | None:
        """Seconds until the next delivery is due; negative if one is overdue; None if none is queued."""
        async with self.transaction() as db:
            rows = await _all(db, sql.NEXT, {})
        found: float | None = next(iter(rows[0].values())) if rows else None
        return found

    async def keep_session(self, channel: int, session: Mapping[str, Any]) -> None:
        """Store a refreshed session of a channel, encrypted."""
        sealed = seal(dict(session), about=f"channel {channel}")
        async with self.transaction() as db:
            await db.execute(
                "UPDATE register_connection SET session = %s, checked_at = now() WHERE channel_id = %s",
                [sealed, channel],
            )

    @asynccontextmanager
    async def leaving(self) -> AsyncIterator[AsyncConnection[dict[str, Any]]]:
        """While this is entered no hold can be pressed: from the last check until the calls have left."""
        async with self.pool.connection() as db:
            await db.set_autocommit(True)
            await db.execute("SELECT pg_advisory_lock_shared(%s)", [HOLD_LOCK])
            try:
                yield db
            finally:
                await db.execute("SELECT pg_advisory_unlock_shared(%s)", [HOLD_LOCK])
                await db.set_autocommit(False)

    async def _put_aside(
        self, db: AsyncConnection[dict[str, Any]], aside: Sequence[tuple[Row, Outcome]], was: str
    ) -> None:
        for row, outcome in aside:
            await db.execute(
                "UPDATE publishing_delivery SET state = %s, sender = NULL, problem = %s, code = %s,"
                " asks_person = %s WHERE id = %s AND state = %s",
                [outcome.state, outcome.said, outcome.code, outcome.asks_person, row["id"], was],
            )
        if aside and was == "sending":
            await db.execute(
                "UPDATE publishing_attempt SET ended_at = now(), outcome = 'stopped'"
                " WHERE delivery_id = ANY (%s) AND ended_at IS NULL",
                [[row["id"] for row, _outcome in aside]],
            )
        rows = await _all(
            db,
            "SELECT id, variant_id, post_id, channel_id, unit_id, state"
            " FROM publishing_delivery WHERE id = ANY (%(ids)s)",
            {"ids": [row["id"] for row, _outcome in aside]},
        )
        await logged(db, rows)
        await told(db, rows)

    async def _files(self, db: AsyncConnection[dict[str, Any]], rows: Iterable[Row]) -> dict[int, Row]:
        wanted = sorted({m["asset"] for r in rows for m in r["content"]["media"]})
        if not wanted:
            return {}
        found = await _all(
            db,
            "SELECT id, name, file, kind, mime, size, width, height"
            " FROM library_asset WHERE id = ANY (%(ids)s)",
            {"ids": wanted},
        )
        return {r["id"]: r for r in found}


@asynccontextmanager
async def open_ledger(name: str, *, size: int = 6) -> AsyncIterator[Ledger]:
    """A ledger with its own connections, for as long as it is entered."""
    pool: AsyncConnectionPool[AsyncConnection[dict[str, Any]]] = AsyncConnectionPool(
        settings.DATABASE_URL,
        min_size=2,
        max_size=size,
        kwargs={"row_factory": dict_row},
        open=False,
        timeout=30,
    )
    async with pool:
        yield Ledger(pool, name)


async def _all(
    db: AsyncConnection[dict[str, Any]], query: str, values: Mapping[str, Any]
) -> list[dict[str, Any]]:
    cursor = await db.execute(query, values)
    rows: list[dict[str, Any]] = await cursor.fetchall()
    return rows


def _sorted(rows: Iterable[Row]) -> tuple[list[Row], list[tuple[Row, Outcome]]]:
    good: list[Row] = []
    aside: list[tuple[Row, Outcome]] = []
    for row in rows:
        why = not_fit(row)
        if why is None:
            good.append(row)
        else:
            aside.append((row, why))
    return good, aside


def _columns(done: Sequence[tuple[Carried, Outcome]]) -> dict[str, list[Any]]:
    return {
        "ids": [c.id for c, _o in done],
        "states": [o.state for _c, o in done],
        "outcomes": [o.outcome for _c, o in done],
        "details": [o.said for _c, o in done],
        "codes": [o.code[:40] for _c, o in done],
        "remote": [o.published.remote_id[:300] if o.published else "" for _c, o in done],
        "urls": [o.published.url[:500] if o.published else "" for _c, o in done],
        "next": [o.next_at for _c, o in done],
        "asks": [o.asks_person for _c, o in done],
        "own": [Jsonb(c.own) for c, _o in done],
        "prepared": [Jsonb(c.prepared) for c, _o in done],
    }
