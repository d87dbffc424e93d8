"""The pages one can look at: everything, a channel or a person, a post, messages, search."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from . import blocks, channels, desk, inbox, media, posts, show, unfold
from .network import Network
from .people import avatars
from .people.plan import follows
from .problems import Problem
from .render import HERE, page, words_for

PAGE = 30
FOUND = 50
LASTING = {"Cache-Control": "public, max-age=86400"}


def network_of(request: Request) -> Network:
    net: Network = request.app.state.network
    return net


def seen(net: Network, rows: Sequence[sqlite3.Row], context: bool = False) -> list[dict[str, Any]]:
    """Posts as the templates draw them; with `context` also whom a comment answers."""
    shown = show.shown(net, rows, "")
    for one, row in zip(shown, rows, strict=True):
        one["at"] = row["at"]
        one["by_channel"] = bool(row["by_channel"])
        if context and row["root"]:
            root = net.store.row("SELECT id, author, text FROM post WHERE id = ?", row["root"])
            one["under"] = root and {
                "url": show.address("", root),
                "text": root["text"],
                "author": root["author"],
            }
    return shown


async def _timeline(
    net: Network, where: str, values: Sequence[Any], until: str
) -> tuple[list[dict[str, Any]], str]:
    """A page of posts, newest first, and the `until` of the next page (empty on the last)."""
    try:
        latest = min(float(until), net.clock()) if until else net.clock()
    except ValueError:
        latest = net.clock()
    rows = net.store.rows(
        f"SELECT * FROM post WHERE {where} AND deleted_at IS NULL AND hidden_at IS NULL AND at <= ?"
        " ORDER BY at DESC, id DESC LIMIT ?",
        *values, latest, PAGE + 1,
    )  # fmt: skip
    await unfold.of_posts(net, [row["id"] for row in rows[:PAGE]])
    return seen(net, rows[:PAGE], context=True), repr(rows[PAGE]["at"]) if len(rows) > PAGE else ""


async def front(request: Request) -> Response:
    net = network_of(request)
    await unfold.chatter(net)
    until = request.query_params.get("until", "")
    found, later = await _timeline(net, "reply_to IS NULL", [], until)
    return page(request, "front.html", posts=found, until=until, later=later)


async def profile(request: Request) -> Response:
    net, handle = network_of(request), request.path_params["handle"].lower()
    until = request.query_params.get("until", "")
    if person := net.people.get(handle):
        await unfold.chatter(net)
        found, later = await _timeline(net, "author = ?", [handle], until)
        blocked = blocks.by(net, handle) if desk.is_local(request) else []
        return page(
            request, "person.html", person=person, posts=found, until=until, later=later, blocked=blocked
        )
    channel = channels.find(net, handle)
    if channel is None:
        return await not_found(request)
    found, later = await _timeline(net, "author = ? AND reply_to IS NULL", [handle], until)
    counts = channels.counts(net, handle)
    fans = follows(net.seed, handle, counts["posts"])
    return page(
        request, "channel.html", channel=channel, posts=found, counts=counts, fans=fans, until=until,
        later=later, waiting=len(inbox.threads(net, handle)), local=desk.is_local(request),
    )  # fmt: skip


async def one_post(request: Request) -> Response:
    net, number = network_of(request), request.path_params["post"]
    try:
        row = posts.get(net, number)
        if row["author"] != request.path_params["handle"].lower():
            return await not_found(request)
        if row["root"]:
            root = posts.get(net, row["root"])
            return RedirectResponse(f"{show.address('', root)}#c{row['id']}", 303)
    except Problem:
        return await not_found(request)
    await unfold.of_posts(net, [number])
    said = seen(net, posts.comments(net, number, hidden=desk.is_local(request)))
    return page(request, "post.html", post=seen(net, [row])[0], comments=_threaded(said, str(number)))


def _threaded(said: list[dict[str, Any]], root: str) -> list[dict[str, Any]]:
    """Comments in order, each with all that was said beneath it in `answers`, however deep, one step in."""
    tops: dict[str, dict[str, Any]] = {}
    for one in said:
        top = tops.get(one["reply_to"] or "")
        if one["reply_to"] != root and top:
            top["answers"].append(one)
            tops[one["id"]] = top
        else:
            one["answers"] = []
            tops[one["id"]] = one
    return [one for key, one in tops.items() if one["id"] == key]


async def messages(request: Request) -> Response:
    net, handle = network_of(request), request.path_params["handle"].lower()
    channel = channels.find(net, handle)
    if channel is None:
        return await not_found(request)
    await unfold.of_channel(net, handle)
    return page(request, "messages.html", channel=channel, threads=inbox.threads(net, handle))


async def thread(request: Request) -> Response:
    net, handle = network_of(request), request.path_params["handle"].lower()
    channel, person = channels.find(net, handle), net.people.get(request.path_params["person"])
    if channel is None or person is None:
        return await not_found(request)
    await unfold.of_channel(net, handle)
    rows = net.store.rows(
        "SELECT *, (SELECT text FROM post WHERE id = about) AS about_text FROM message"
        " WHERE channel = ? AND person = ? AND at <= ? ORDER BY at, id",
        handle, person.handle, net.clock(),
    )  # fmt: skip
    return page(request, "thread.html", channel=channel, person=person, messages=rows)


async def search(request: Request) -> Response:
    net, asked = network_of(request), request.query_params.get("q", "").strip()[:200]
    await unfold.chatter(net)
    rows: list[sqlite3.Row] = []
    handles: list[str] = []
    if asked:
        like = (
            "%"
            + asked.lstrip("@").casefold().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
            + "%"
        )
        rows = net.store.rows(
            "SELECT * FROM post WHERE folded LIKE ? ESCAPE '\\' AND at <= ? AND deleted_at IS NULL"
            " AND hidden_at IS NULL ORDER BY at DESC LIMIT ?",
            like, net.clock(), FOUND,
        )  # fmt: skip
        wanted = asked.lstrip("@").casefold()
        handles = [row["handle"] for row in net.store.rows("SELECT handle, name FROM channel ORDER BY handle")
                   if wanted in f"{row['handle']} {row['name']}".casefold()]  # fmt: skip
        handles += [p.handle for p in net.people.values() if wanted in f"{p.handle} {p.name}".casefold()]
    await unfold.of_posts(net, [row["id"] for row in rows])
    named = [show.author(net, handle, "") for handle in handles[:12]]
    return page(request, "search.html", q=asked, posts=seen(net, rows, context=True), named=named)


async def avatar(request: Request) -> Response:
    net, handle = network_of(request), request.path_params["handle"]
    person = net.people.get(handle)
    if person:
        drawn = avatars.face(person)
    else:
        channel = channels.find(net, handle)
        drawn = avatars.emblem(handle, channel["name"] if channel else handle)
    return Response(drawn, media_type="image/svg+xml", headers=LASTING)


async def picture(request: Request) -> Response:
    try:
        row = media.get(network_of(request), request.path_params["media"])
    except Problem:
        return await not_found(request)
    return Response(
        row["body"], media_type=row["mime"], headers={**LASTING, "X-Content-Type-Options": "nosniff"}
    )


async def not_found(request: Request, error: Exception | None = None) -> Response:
    """The page for what is not there; JSON for the API."""
    if request.url.path.startswith("/api/"):
        return Problem(404, "not_found", "There is nothing here.").response()
    return page(request, "message.html", 404, title=words_for(request)("There is no such page."))


def public(name: str) -> StaticFiles:
    return StaticFiles(directory=HERE / name)


routes = [
    Route("/", front),
    Route("/search", search),
    *desk.routes,
    Route("/avatar/{handle}.svg", avatar),
    Route("/media/{media:int}", picture),
    Mount("/static", public("static")),
    Route("/@{handle}", profile),
    Route("/@{handle}/messages", messages),
    Route("/@{handle}/messages/{person}", thread),
    Route("/@{handle}/{post:int}", one_post),
]
