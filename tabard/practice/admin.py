"""What whoever runs the network may do: switches, the ledger, channels with a past, new tokens."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from starlette.routing import Route

from . import administrators, channels, ledger, posts, show, unfold
from .calls import Call, by_admin
from .network import Network
from .problems import Problem, invalid
from .switches import EVERYWHERE, Rules, plain

MOST_LOADED = 20_000  # posts in one request


async def get_switches(call: Call) -> Any:
    defaults = {name: plain(getattr(Rules(), name)) for name in Rules.__dataclass_fields__}
    return {"set": call.net.switches.everything(), "default": defaults}


async def set_switches(call: Call) -> Any:
    given = call.json()
    where = given.get("channel") or EVERYWHERE
    values = given.get("set")
    if not isinstance(values, dict):
        raise invalid("set", "set is an object of switches and their values.")
    await turn(call.net, str(where), values)
    return await get_switches(call)


async def turn(net: Network, where: str, values: Mapping[str, Any]) -> None:
    """Turn switches for a channel or everywhere; a new pace takes hold of what lies ahead at once."""
    if where != EVERYWHERE:
        channels.get(net, where)
    before = net.switches.of(None).pace
    await net.switches.turn(where, values)
    faster = net.switches.of(None).pace / before
    if faster != 1:
        await net.store.write(lambda db: unfold.at_pace(db, net.clock(), faster))


async def reset_switches(call: Call) -> Any:
    await turn(call.net, EVERYWHERE, {"pace": None})
    await call.net.switches.reset()
    return await get_switches(call)


async def get_ledger(call: Call) -> Any:
    after = call.count("after", 0, 2**62)
    limit = call.count("limit", 1000, 50_000)
    try:
        received_after = float(call.query("received_after") or 0)
    except ValueError as error:
        raise invalid("received_after", "This is seconds since 1970.") from error
    found = ledger.entries(
        call.net, after=after, limit=limit, outcome=call.query("outcome"), channel=call.query("channel"),
        received_after=received_after,
    )  # fmt: skip
    return {
        "entries": found,
        "after": found[-1]["id"] if found else after,
        "summary": ledger.summary(call.net),
    }


async def new_token(call: Call) -> Any:
    handle = call.request.path_params["handle"]
    return {"handle": handle, "token": await channels.new_token(call.net, handle)}


async def set_administrators(call: Call) -> Any:
    """Exactly these administer a channel from now on."""
    handle, given = call.request.path_params["handle"], call.json().get("administrators")
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        raise invalid("administrators", "administrators is a list of people.")
    await administrators.put(call.net, handle, [administrators.wanted(one) for one in given], all_=True)
    return {"administrators": administrators.of(call.net, handle)}


async def load(call: Call) -> Any:
    """Load channels with their posts. What is there already, by handle and by key, is only given back."""
    given = call.json().get("channels")
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        raise invalid("channels", "channels is a list of channels.")
    if sum(len(one.get("posts") or []) for one in given) > MOST_LOADED:
        raise Problem(413, "too_large", f"At most {MOST_LOADED:,} posts are loaded at once.")
    ready = [(_known_or_wanted(call.net, one), _past(one)) for one in given]

    def change(db: sqlite3.Connection) -> list[dict[str, Any]]:
        return [_load(call, db, row, past) for row, past in ready]

    return {"channels": await call.net.store.write(change)}


def _known_or_wanted(net: Network, given: Mapping[str, Any]) -> Mapping[str, Any]:
    known = channels.find(net, str(given.get("handle", "")).lower())
    return dict(known) if known else channels.wanted(net, given)


def _past(given: Mapping[str, Any]) -> list[tuple[posts.Draft, float, str | None]]:
    found = []
    for one in given.get("posts") or []:
        try:
            at = datetime.fromisoformat(one["at"]).timestamp()
        except (KeyError, TypeError, ValueError) as error:
            raise invalid("at", "Every post has its time, as in 2026-11-22T09:00:00+00:00.") from error
        found.append((posts.draft_of(one), at, channels.text_of(one, "key", 200) or None))
    return found


def _load(
    call: Call,
    db: sqlite3.Connection,
    row: Mapping[str, Any],
    past: list[tuple[posts.Draft, float, str | None]],
) -> dict[str, Any]:
    channels.insert(
        db,
        {key: str(row[key]) for key in ("handle", "name", "about", "language", "url", "token")},
        call.net.clock(),
    )
    channel = db.execute("SELECT * FROM channel WHERE handle = ?", (row["handle"],)).fetchone()
    made = []
    for draft, at, key in past:
        sql = "SELECT id FROM post WHERE author = ? AND key = ?"
        known = db.execute(sql, (row["handle"], key)).fetchone() if key else None
        post = known["id"] if known else posts.insert(db, channel, draft, min(at, call.net.clock()), key=key)
        made.append(
            {
                "id": str(post),
                "url": show.address(call.base, {"author": row["handle"], "id": post}),
                "key": key,
            }
        )
    return {"handle": channel["handle"], "token": channel["token"], "posts": made}


routes = [
    Route("/api/switches", by_admin(get_switches)),
    Route("/api/switches", by_admin(set_switches), methods=["POST"]),
    Route("/api/switches", by_admin(reset_switches), methods=["DELETE"]),
    Route("/api/ledger", by_admin(get_ledger)),
    Route("/api/load", by_admin(load), methods=["POST"]),
    Route("/api/channels/{handle}/administrators", by_admin(set_administrators), methods=["PUT"]),
    Route("/api/channels/{handle}/token", by_admin(new_token), methods=["POST"]),
]
