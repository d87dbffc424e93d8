"""The sender's side of the database: claims, arms, settles, beats. Batches, each one transaction."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from django.utils.translation import gettext_noop as _
from psycopg import errors
from psycopg.types.json import Jsonb

from tabard.access.vault import seal
from tabard.kernel.sentences import Facts
from tabard.posts.content import all_media
from tabard.publishing.actions import HOLD_LOCK
from tabard.publishing.chain import FOLLOW, chained
from tabard.publishing.chain import values as behind_values
from tabard.publishing.sender import sql
from tabard.publishing.sender.budgets import keep_within, learn
from tabard.publishing.sender.carry import Carried
from tabard.publishing.sender.database import Connections, Database, Row, rows
from tabard.publishing.sender.log import logged, told
from tabard.publishing.sender.outcome import Outcome, not_fit

SILENCE_S = 10


class Ledger:
    """One sender's way to the database. `key` names this process; a new one at each start."""

    def __init__(self, connections: Connections, name: str) -> None:
        self.connections, self.name, self.key = connections, name, uuid.uuid4()
        self.transaction, self.mend = connections.transaction, connections.mend

    async def beat(self) -> None:
        async with self.transaction() as db:
            await db.execute(sql.BEAT, {"sender": self.key, "name": self.name})

    async def leave(self) -> None:
        """No longer a sender: what is still in its name is anybody's to resolve."""
        async with self.transaction() as db:
            await db.execute("DELETE FROM publishing_sender WHERE key = %(sender)s", {"sender": self.key})

    async def claim(self, most: int, channels: Sequence[int] | None = None) -> tuple[list[Carried], int]:
        """Take up to `most` deliveries whose moment has come, each the first of its channel.

        `channels` narrows to those that have just become free. Also says how many were put aside instead.
        """
        try:
            async with self.transaction() as db:
                heads = await self._heads(db, most, channels)
                good, aside = sort_out(await rows(db, sql.CLAIM, {"ids": heads})) if heads else ([], [])
                good = await keep_within(db, good)
                if good:
                    good = await self._take(db, good)
                await self._put_aside(db, aside, "queued")
                files = await files_of(db, good)
        except errors.UniqueViolation:
            return [], 0  # another sender was faster with one of these channels; the next look sees that
        return [Carried(r, files, dict(r["own"]), dict(r["prepared"])) for r in good], len(aside)

    async def _heads(self, db: Database, most: int, channels: Sequence[int] | None) -> list[int]:
        only = "" if channels is None else "AND channel_id = ANY (%(channels)s)"
        asked = {"most": most, "channels": list(channels or ())}
        return [r["id"] for r in await rows(db, sql.HEADS.format(only=only), asked)]

    async def _take(self, db: Database, good: list[Row]) -> list[Row]:
        """Make them ours. A channel whose last one has become unsure meanwhile waits after all."""
        ids = {"ids": [r["id"] for r in good], "sender": self.key}
        await db.execute(sql.TAKE, ids)
        back = {r["id"] for r in await rows(db, sql.GIVE_BACK, ids)}
        return [r for r in good if r["id"] not in back]

    async def arm(self, carried: Sequence[Carried], db: Database) -> set[int]:
        """Check again and write that the call is about to leave. Returns the ids that may go."""
        async with db.transaction():
            ids = {"ids": [c.id for c in carried], "sender": self.key}
            good, aside = sort_out(await rows(db, sql.CHECK_AGAIN, ids))
            may_go = {r["id"] for r in good}
            armed = [c for c in carried if c.id in may_go]
            if armed:
                given = {
                    "ids": [c.id for c in armed],
                    "own": [Jsonb(c.own) for c in armed],
                    "prepared": [Jsonb(c.prepared) for c in armed],
                }
                await db.execute(sql.ARM, {"sender": self.key, **given})
            await self._put_aside(db, aside, "sending")
        return may_go

    async def settle(self, done: Sequence[tuple[Carried, Outcome]]) -> None:
        """Write what became of deliveries, with everything that hangs on it."""
        async with self.transaction() as db:
            written = await rows(db, sql.SETTLE, {"sender": self.key, **columns(done)})
            gone = [r for r in written if r["state"] == "sent"]
            if gone:
                await db.execute(sql.HAND_OVER, {"variants": [r["variant_id"] for r in gone]})
                await db.execute(sql.TOUCH, {"channels": sorted(r["channel_id"] for r in gone)})
            for carried, outcome in done:
                if outcome.revoked:
                    await db.execute(sql.REVOKE, revoking(carried.channel, outcome.said, outcome.facts))
            await logged(db, [r["id"] for r in written if r["tell"]])
            await told(db, written)
            await self._follow(db, written)
            await learn(db, [carried for carried, _outcome in done])

    async def reap(self, mine: Collection[int]) -> int:
        """Give up what dead senders carried, and what is in our name without being in our hands (`mine`)."""
        said = _("The worker that was sending this ended before the platform confirmed.")
        async with self.transaction() as db:
            values = {"silence": SILENCE_S, "said": said, "sender": self.key, "mine": list(mine)}
            given_up = await rows(db, sql.REAP, values)
            await logged(db, [r["id"] for r in given_up if r["state"] == "unsure"])
            await told(db, given_up)
            await db.execute(sql.FORGET)
        return len(given_up)

    async def next_in(self) -> float | None:
        """Seconds until the next delivery is due; negative if one is overdue; None if none is queued."""
        async with self.transaction() as db:
            found: float | None = (await rows(db, sql.NEXT))[0]["seconds"]
        return found

    async def keep_session(self, channel: int, session: Mapping[str, Any]) -> None:
        """Store a refreshed session of a channel, encrypted."""
        sealed = seal(dict(session), about=f"channel {channel}")
        async with self.transaction() as db:
            await db.execute(sql.KEEP_SESSION, {"session": sealed, "channel": channel})

    @asynccontextmanager
    async def leaving(self) -> AsyncIterator[Database]:
        """While this is entered no hold can be pressed: from the last check until the calls have left."""
        async with self.connections.session() as db:
            await db.execute("SELECT pg_advisory_lock_shared(%s)", [HOLD_LOCK])
            try:
                yield db
            finally:
                if not db.closed:
                    await db.execute("SELECT pg_advisory_unlock_shared(%s)", [HOLD_LOCK])

    async def _put_aside(self, db: Database, aside: Sequence[tuple[Row, Outcome]], was: str) -> None:
        """Write why some may not leave now."""
        if not aside:
            return
        values = {
            "ids": [r["id"] for r, _o in aside],
            "states": [o.state for _r, o in aside],
            "said": [o.said for _r, o in aside],
            "facts": [Jsonb(dict(o.facts)) for _r, o in aside],
            "codes": [o.code for _r, o in aside],
            "was": was,
        }
        written = await rows(db, sql.PUT_ASIDE, values)
        await logged(db, [r["id"] for r in written])
        await told(db, written)
        await self._follow(db, written)

    async def _follow(self, db: Database, written: Sequence[Row]) -> None:
        """What stands behind these goes on, waits or is stopped with them."""
        if ids := chained(written):
            moved = await rows(db, FOLLOW, behind_values(ids))
            await logged(db, [r["id"] for r in moved if r["state"] != "queued"])
            await told(db, moved)


async def files_of(db: Database, found: Iterable[Row]) -> dict[int, Row]:
    """The files that deliveries carry, by asset."""
    wanted = sorted({m["asset"] for r in found for m in all_media(r["content"])})
    return {r["id"]: r for r in await rows(db, sql.FILES, {"ids": wanted})} if wanted else {}


def sort_out(found: Iterable[Row]) -> tuple[list[Row], list[tuple[Row, Outcome]]]:
    """Those that may leave, and the others with why not."""
    judged = [(row, not_fit(row)) for row in found]
    return [r for r, why in judged if why is None], [(r, why) for r, why in judged if why is not None]


def columns(done: Sequence[tuple[Carried, Outcome]]) -> dict[str, list[Any]]:
    """Outcomes as the columns that `sql.SETTLE` takes."""
    return {
        "ids": [c.id for c, _o in done],
        "states": [o.state for _c, o in done],
        "outcomes": [o.outcome for _c, o in done],
        "details": [text(o.said) for _c, o in done],
        "facts": [Jsonb(dict(o.facts)) for _c, o in done],
        "codes": [text(o.code)[:40] for _c, o in done],
        "remote": [text(o.published.remote_id)[:300] if o.published else "" for _c, o in done],
        "urls": [text(o.published.url)[:500] if o.published else "" for _c, o in done],
        "next": [o.next_at for _c, o in done],
        "asks": [o.asks_person for _c, o in done],
        "found": [o.found for _c, o in done],
        "own": [Jsonb(c.own) for c, _o in done],
        "prepared": [Jsonb(c.prepared) for c, _o in done],
    }


def revoking(channel: int, said: str, facts: Facts) -> dict[str, object]:
    """What `sql.REVOKE` takes."""
    return {"channel": channel, "problem": text(said)[:300], "facts": Jsonb(dict(facts))}


def text(value: object) -> str:
    """A platform's words as the database can keep them."""
    return str(value).replace("\x00", "")
