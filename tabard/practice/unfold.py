"""Turns the plan of what people do about a post into rows, the first time somebody looks.

A row lies in the future until its time has come, so nothing has to run in the background.
"""

from __future__ import annotations

import random
import sqlite3

from . import blocks
from .network import Network
from .people import speech
from .people.cast import cast, texts
from .people.plan import Reaction, Subject, reactions, to_message

HOUR = 3600
CHATTER_BACK = 48  # hours of people's own talk that a new or long-sleeping network begins with
BATCH = 20  # posts at a time, so that other calls are not kept waiting


async def of_channel(net: Network, handle: str) -> None:
    """Every post of a channel gets its reactions."""
    sql = "SELECT id FROM post WHERE author = ? AND unfolded = 0 ORDER BY id LIMIT ?"
    while found := net.store.rows(sql, handle, BATCH):
        await of_posts(net, [row["id"] for row in found])


async def of_posts(net: Network, ids: list[int]) -> None:
    """These posts get their reactions, where they have none yet."""
    marks = ",".join("?" * len(ids))
    sql = f"SELECT id FROM post WHERE unfolded = 0 AND id IN ({marks})"
    waiting = [row["id"] for row in net.store.rows(sql, *ids)]
    if waiting:
        await net.store.write(lambda db: _unfold_all(net, db, waiting))


def _unfold_all(net: Network, db: sqlite3.Connection, ids: list[int]) -> None:
    for post in ids:
        _unfold(net, db, post)


def _unfold(net: Network, db: sqlite3.Connection, post: int) -> None:
    row = db.execute("SELECT * FROM post WHERE id = ? AND unfolded = 0", (post,)).fetchone()
    if row is None:
        return
    db.execute("UPDATE post SET unfolded = 1 WHERE id = ?", (post,))
    if row["deleted_at"] is not None:
        return
    channel = db.execute("SELECT name FROM channel WHERE handle = ?", (row["author"],)).fetchone()
    answered = db.execute("SELECT author FROM post WHERE id = ?", (row["reply_to"],)).fetchone()
    subject = Subject(
        row["author"], channel["name"], row["position"], row["text"], answered["author"] if answered else None
    )
    pace, barred = net.switches.of(None).pace, blocks.barred(db, row["root"] or post, row["author"])
    made: list[int | None] = []  # ids of the comments, for what belongs under them; None: it did not come
    for reaction in reactions(net.seed, subject):
        at = row["at"] + reaction.offset / pace
        under = post if reaction.under is None else made[reaction.under]
        if under is None or reaction.person in barred:
            made += [None] if reaction.kind == "comment" else []
        elif reaction.kind == "comment":
            made.append(_comment(net, db, row, reaction, at, under))
        elif reaction.kind == "like":
            owner = row["author"] if reaction.under is None else ""
            like(db, under, reaction.person, owner, at)
        else:
            _elsewhere(net, db, row, reaction, at)


def _comment(
    net: Network, db: sqlite3.Connection, row: sqlite3.Row, reaction: Reaction, at: float, under: int
) -> int:
    return said(net, db, reaction.person, reaction.text, at, under, row["root"] or row["id"], row["author"])


def said(
    net: Network, db: sqlite3.Connection, person: str, text: str, at: float,
    reply_to: int | None = None, root: int | None = None, owner: str = "",
) -> int:  # fmt: skip
    """A person says something, under a post or on its own. `owner` is the channel that hears of it."""
    who = net.people[person]
    folded = f"{text} {who.name} {person}".casefold()
    done = db.execute(
        "INSERT INTO post (author, by_channel, text, folded, language, at, reply_to, root, owner, unfolded)"
        " VALUES (?, 0, ?, ?, ?, ?, ?, ?, ?, 1)",
        (person, text, folded, who.language, at, reply_to, root, owner),
    )
    return int(done.lastrowid or 0)


def like(db: sqlite3.Connection, post: int, handle: str, owner: str, at: float) -> int:
    """Somebody likes a post; how many likes came by it: 0 if it was liked already."""
    sql = "INSERT OR IGNORE INTO liked (post, handle, owner, at) VALUES (?, ?, ?, ?)"
    return db.execute(sql, (post, handle, owner, at)).rowcount


def mention(db: sqlite3.Connection, post: int, handle: str, at: float) -> None:
    db.execute("INSERT OR IGNORE INTO mention (post, handle, at) VALUES (?, ?, ?)", (post, handle, at))


def write_to(
    db: sqlite3.Connection, channel: str, person: str, text: str, at: float, *,
    outgoing: bool = False, about: int | None = None, key: str | None = None,
) -> int:  # fmt: skip
    """A private message between a person and a channel, `outgoing` from the channel."""
    done = db.execute(
        "INSERT INTO message (channel, person, outgoing, text, at, about, key) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (channel, person, outgoing, text, at, about, key),
    )
    return int(done.lastrowid or 0)


def answer_to(net: Network, db: sqlite3.Connection, channel: str, person: str, text: str, at: float) -> None:
    """The person a channel has just written to writes back, or does not."""
    if blocks.holds(db, channel, person):
        return
    position = db.execute(
        "SELECT count(*) FROM message WHERE channel = ? AND person = ? AND outgoing = 1", (channel, person)
    ).fetchone()[0]
    back = to_message(net.seed, channel, net.people[person], position, text)
    if back is not None:
        write_to(db, channel, person, back.text, at + back.offset / net.switches.of(None).pace)


def _elsewhere(net: Network, db: sqlite3.Connection, row: sqlite3.Row, reaction: Reaction, at: float) -> None:
    if reaction.kind == "message":
        write_to(db, row["author"], reaction.person, reaction.text, at, about=row["id"])
    else:
        mention(db, said(net, db, reaction.person, reaction.text, at), row["author"], at)


async def chatter(net: Network) -> None:
    """People talk among themselves, a few an hour, so that the front page is never empty."""
    hour = int(net.clock() // HOUR)
    until = int(net.store.value("SELECT value FROM fact WHERE name = 'chatter'") or 0)
    if until >= hour + 1:
        return
    hours = range(max(until, hour - CHATTER_BACK), hour + 1)

    def change(db: sqlite3.Connection) -> None:
        for one in hours:
            _talk(net, db, one)
        db.execute("INSERT OR REPLACE INTO fact (name, value) VALUES ('chatter', ?)", (str(hour + 1),))

    await net.store.write(change)


def _talk(net: Network, db: sqlite3.Connection, hour: int) -> None:
    rng = random.Random(f"{net.seed}/chatter/{hour}")
    for person in rng.sample(cast(net.seed), rng.choice((0, 1, 1, 2))):
        at = (hour + rng.random()) * HOUR
        line = rng.choice(texts(person.language)["chatter"])
        post = said(net, db, person.handle, speech.say(rng, person, line, ""), at)
        for friend in rng.sample(cast(net.seed), rng.randint(0, 7)):
            like(db, post, friend.handle, "", at + rng.lognormvariate(7, 1))


def at_pace(db: sqlite3.Connection, now: float, faster: float) -> None:
    """What still lies ahead comes `faster` times as soon."""
    for table in ("post", "liked", "mention", "message"):
        db.execute(f"UPDATE {table} SET at = ? + (at - ?) / ? WHERE at > ?", (now, now, faster, now))
