"""The API a channel uses; `docs/reference/practice.md` describes it."""

from __future__ import annotations

import time
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from . import administrators, channels, inbox, media, moderation, posts, show, unfold
from .calls import Act, Call, answer, body_of, by_channel, json_of
from .network import Network, iso
from .problems import Problem, invalid


async def register(request: Request) -> Response:
    net: Network = request.app.state.network
    try:
        row = await channels.register(net, json_of(await body_of(request)))
    except Problem as problem:
        return problem.response()
    base = str(request.base_url).rstrip("/")
    return JSONResponse({**_profile(net, row["handle"], base), "token": row["token"]}, 201)


def _profile(net: Network, handle: str, base: str) -> dict[str, Any]:
    row = channels.get(net, handle)
    return {
        **show.author(net, handle, base),
        "about": row["about"],
        "language": row["language"],
        "website": row["url"],
        "created_at": iso(row["created_at"]),
        "counts": channels.counts(net, handle),
    }


async def me(call: Call) -> Any:
    await unfold.of_channel(call.net, call.handle)
    return _profile(call.net, call.handle, call.base)


async def publish(call: Call) -> Response:
    draft = posts.draft_of(call.json())
    call.arrival.text = draft.text
    done = await posts.accept(call.net, call.channel, draft, call.arrival, call.rules)
    row = call.net.store.row("SELECT * FROM post WHERE id = ?", done.post)
    assert row is not None
    shown = show.shown(call.net, [row], call.base, to=call.handle)[0]
    response = answer(shown, 200 if done.repeated else 201)
    if done.repeated:
        response.headers["Idempotent-Replayed"] = "true"
    return response


async def own_posts(call: Call) -> Any:
    limit = call.count("limit", 50, 200)
    rows = posts.own(
        call.net, call.handle, key=call.query("key"), marker=call.query("marker"),
        before=call.count("before", 0, 2**62), limit=limit + 1,
    )  # fmt: skip
    page = rows[:limit]
    await unfold.of_posts(call.net, [row["id"] for row in page])
    shown = show.shown(call.net, page, call.base, to=call.handle)
    can_tell = not posts.nothing_can_tell(call.net, call.handle, call.query("key"))
    return {"posts": shown, "before": shown[-1]["id"] if len(rows) > limit else None, "can_tell": can_tell}


async def one_post(call: Call) -> Any:
    row = posts.get(call.net, call.number("post"))
    await unfold.of_posts(call.net, [row["id"]])
    return show.shown(call.net, [row], call.base, to=call.handle)[0]


async def edit(call: Call) -> Any:
    await posts.edit(call.net, call.handle, call.number("post"), call.json())
    return await one_post(call)


async def delete(call: Call) -> None:
    await posts.delete(call.net, call.handle, call.number("post"))


async def comments(call: Call) -> Any:
    row = posts.get(call.net, call.number("post"))
    await unfold.of_posts(call.net, [row["id"]])
    return {"comments": show.shown(call.net, posts.comments(call.net, row["id"]), call.base, to=call.handle)}


async def like(call: Call) -> None:
    await moderation.like(call.net, call.handle, call.number("post"), call.arrival, liked=call.puts)


async def hide(call: Call) -> None:
    await moderation.hide(call.net, call.handle, call.number("post"), call.arrival, hidden=call.puts)


async def remove(call: Call) -> None:
    await moderation.remove(call.net, call.handle, call.number("post"), call.arrival)


async def block(call: Call) -> None:
    who = str(call.request.path_params["who"])
    await moderation.block(call.net, call.handle, who, call.arrival, blocked=call.puts)


async def get_blocked(call: Call) -> Any:
    return {"blocked": moderation.blocked_by(call.net, call.handle)}


async def upload(call: Call) -> Any:
    alt = channels.text_of({"alt": call.query("alt")}, "alt", posts.LONGEST_ALT)
    row = await media.keep(call.net, call.handle, call.body, alt)
    return answer(show.picture(row, call.base), 201)


async def get_inbox(call: Call) -> Any:
    kinds = call.query("kinds").split(",") if call.query("kinds") else inbox.KINDS
    if wrong := set(kinds) - set(inbox.KINDS):
        raise invalid("kinds", f"There is no kind {', '.join(sorted(wrong))}.")
    limit = max(call.count("limit", 50, 200), 1)
    return await inbox.since(
        call.net, call.handle, after=call.query("after"), limit=limit, kinds=kinds, base=call.base
    )


async def get_messages(call: Call) -> Any:
    await unfold.of_channel(call.net, call.handle)
    found = inbox.messages(call.net, call.handle, person=call.query("with"), key=call.query("key"))
    can_tell = not inbox.nothing_can_tell(call.net, call.handle, call.query("key"))
    return {"messages": found, "can_tell": can_tell}


async def send_message(call: Call) -> Response:
    given = call.json()
    to = given.get("to") or inbox.writer_of(call.net, call.handle, given.get("reply_to"))
    person = channels.text_of({"to": to}, "to", 80, needed=True)
    number, repeated = await inbox.send(
        call.net, call.handle, person, given.get("text"), call.arrival, call.rules
    )
    return answer(inbox.message(call.net, number), 200 if repeated else 201)


async def figures(call: Call) -> Any:
    wanted = [posts.number(one, "ids") for one in call.query("ids").split(",") if one][:200]
    there = [
        row["id"]
        for row in (
            call.net.store.row("SELECT id FROM post WHERE id = ? AND deleted_at IS NULL", one)
            for one in wanted
        )
        if row
    ]
    await unfold.of_posts(call.net, there)
    return {str(post): found for post, found in show.figures(call.net, there).items()}


async def get_administrators(call: Call) -> Any:
    return {"administrators": administrators.told(call.net, call.handle)}


async def health(request: Request) -> Response:
    return JSONResponse({"network": "Practice", "monotonic": time.monotonic()})


def _acts(path: str, act: Act, **methods: str) -> list[Route]:
    """The routes of an act, and what each method of it is called in the ledger."""
    return [
        Route(path, by_channel(act, writes=True, enters=name), methods=[method.upper()])
        for method, name in methods.items()
    ]


routes = [
    Route("/health", health),
    Route("/api/channels", register, methods=["POST"]),
    Route("/api/me", by_channel(me)),
    Route("/api/posts", by_channel(own_posts)),
    Route("/api/posts", by_channel(publish, writes=True, enters="post"), methods=["POST"]),
    Route("/api/posts/{post:int}", by_channel(one_post)),
    Route("/api/posts/{post:int}", by_channel(edit, writes=True), methods=["PATCH"]),
    Route("/api/posts/{post:int}", by_channel(delete, writes=True), methods=["DELETE"]),
    Route("/api/posts/{post:int}/comments", by_channel(comments)),
    *_acts("/api/posts/{post:int}/like", like, put="like", delete="unlike"),
    *_acts("/api/posts/{post:int}/hidden", hide, put="hide", delete="show"),
    *_acts("/api/comments/{post:int}", remove, delete="delete"),
    *_acts("/api/blocked/{who}", block, put="block", delete="unblock"),
    Route("/api/blocked", by_channel(get_blocked)),
    Route("/api/media", by_channel(upload, writes=True, largest=media.LARGEST), methods=["POST"]),
    Route("/api/inbox", by_channel(get_inbox)),
    Route("/api/messages", by_channel(get_messages)),
    Route("/api/messages", by_channel(send_message, writes=True, enters="message"), methods=["POST"]),
    Route("/api/figures", by_channel(figures)),
    Route("/api/administrators", by_channel(get_administrators)),
]
