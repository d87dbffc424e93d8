"""The trainer's desk: switches, new channels and speaking as somebody, by forms in the browser.

Whoever sits at the machine itself needs no token; from elsewhere the switches ask for the network's own.
"""

from __future__ import annotations

import asyncio
import ipaddress
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from . import admin, administrators, blocks, channels, posts, show, unfold
from .calls import body_of
from .network import Network
from .problems import Problem
from .render import page, weather, words_for
from .switches import EVERYWHERE, Rules, checked

LONGEST_SAID = 500
TOUCHING = 0.1  # seconds until what a trainer says is there: no cursor may have passed that moment


def is_local(request: Request) -> bool:
    """Whether the browser runs on this machine and asked for it by its own name, with nothing in between."""
    client = request.client.host if request.client else ""
    name = (urlsplit(f"//{request.headers.get('host', '')}").hostname or "").lower()
    between = any(header in request.headers for header in ("x-forwarded-for", "forwarded", "via"))
    return _loopback(client) and (name == "localhost" or _loopback(name)) and not between


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


async def form_of(request: Request) -> dict[str, str]:
    """A form that one of our own pages sent. Problem if another site's page did."""
    came_from = urlsplit(request.headers.get("origin", "")).netloc
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none") or (
        came_from and came_from != request.headers.get("host")
    ):
        raise Problem(403, "other_site", "This form came from another site.")
    try:
        return dict(parse_qsl((await body_of(request, 50_000)).decode(), keep_blank_values=True))
    except UnicodeDecodeError as error:
        raise Problem(400, "no_form", "This form cannot be read.") from error


async def switches(request: Request) -> Response:
    net: Network = request.app.state.network
    if request.method == "POST":
        return await _turn(request, net)
    where = request.query_params.get("for", EVERYWHERE)
    if where != EVERYWHERE and channels.find(net, where) is None:
        where = EVERYWHERE
    return _switches(request, net, where, done="done" in request.query_params)


def _switches(
    request: Request, net: Network, where: str, *, wrong: str = "", done: bool = False, status: int = 200
) -> Response:
    handle = None if where == EVERYWHERE else where
    rules = net.switches.of(handle)
    names = net.store.rows("SELECT handle, name FROM channel ORDER BY name, handle")
    return page(
        request, "switches.html", status, where=where, rules=rules, names=names, local=is_local(request),
        wrong=wrong, done=done, here=weather(rules, words_for(request)), own=net.switches.everything(),
    )  # fmt: skip


async def _turn(request: Request, net: Network) -> Response:
    where = EVERYWHERE
    try:
        form = await form_of(request)
        where = form.get("for") or EVERYWHERE
        if not is_local(request) and not net.is_admin(form.get("admin", "")):
            raise Problem(403, "no_admin", words_for(request)("The admin token is wrong."))
        if form.get("do") == "reset":
            await admin.turn(net, EVERYWHERE, {"pace": None})
            await net.switches.reset()
        else:
            await admin.turn(net, where, _changed(net, where, _values(form, everywhere=where == EVERYWHERE)))
    except Problem as problem:
        return _switches(request, net, where, wrong=problem.detail, status=problem.status)
    return RedirectResponse(f"/switches?for={where}&done=1", 303)


def _values(form: dict[str, str], *, everywhere: bool) -> dict[str, Any]:
    """The form as switches."""
    limit = {"n": _figure(form.get("limit_n", "")), "seconds": _figure(form.get("limit_seconds", ""))}
    values: dict[str, Any] = {
        "slow": _figure(form.get("slow", "")),
        "lost_before": _figure(form.get("lost_before", "")),
        "lost_after": _figure(form.get("lost_after", "")),
        "limit": limit if limit["n"] else None,
        "revoked": "revoked" in form,
        "down": "down" in form,
        "refuse": form.get("refuse", "").strip(),
        "keys": form.get("keys", "kept"),
        "admins": form.get("admins", "told"),
    }
    if everywhere:
        values["pace"] = _figure(form.get("pace", ""), 1)
    return values


def _changed(net: Network, where: str, values: dict[str, Any]) -> dict[str, Any]:
    """The values with None for each that is as it would be anyway, so that it goes on following."""
    usual = Rules() if where == EVERYWHERE else net.switches.of(None)
    return {
        name: None if checked(name, value) == getattr(usual, name) else value
        for name, value in values.items()
    }


def _figure(text: str, usual: float = 0) -> float | int:
    text = text.strip().replace(",", ".")
    if not text:
        return usual
    try:
        found = float(text)
    except ValueError as error:
        raise Problem(422, "invalid", f"“{text}” is no number.") from error
    return int(found) if found == int(found) and abs(found) < 1e9 else found


async def join(request: Request) -> Response:
    """Make a channel and show its token this once."""
    net: Network = request.app.state.network
    if request.method != "POST":
        return page(request, "join.html", given={})
    form: dict[str, str] = {}
    try:
        form = await form_of(request)
        row = await channels.register(net, form)
    except Problem as problem:
        return page(request, "join.html", problem.status, given=form, wrong=problem.detail)
    return page(request, "joined.html", 201, channel=row)


async def new_token(request: Request) -> Response:
    """A new token for a channel, from the machine itself."""
    net: Network = request.app.state.network
    try:
        await form_of(request)
        if not is_local(request):
            raise Problem(403, "no_admin", words_for(request)("The admin token is wrong."))
        await channels.new_token(net, request.path_params["handle"])
    except Problem as problem:
        return page(request, "message.html", problem.status, title=problem.detail)
    return page(request, "joined.html", channel=channels.get(net, request.path_params["handle"]))


async def administer(request: Request) -> Response:
    """Who administers a channel: anybody may look; from the machine itself they are let in and out."""
    net: Network = request.app.state.network
    handle, given, wrong, status = request.path_params["handle"].lower(), dict[str, str](), "", 200
    try:
        channel = channels.get(net, handle)
    except Problem as problem:
        return page(request, "message.html", problem.status, title=problem.detail)
    if request.method == "POST":
        try:
            given = await form_of(request)
            await _administer(request, net, handle, given)
            return RedirectResponse(f"/@{handle}/administrators", 303)
        except Problem as problem:
            wrong, status = problem.detail, problem.status
    shown = {"channel": channel, "people": administrators.of(net, handle), "local": is_local(request)}
    return page(request, "administrators.html", status, wrong=wrong, given=given, **shown)


async def _administer(request: Request, net: Network, handle: str, form: dict[str, str]) -> None:
    if not is_local(request):
        raise Problem(403, "no_admin", words_for(request)("This is done on the machine itself."))
    if form.get("end"):
        await administrators.drop(net, handle, form["end"])
    else:
        await administrators.put(net, handle, [administrators.wanted(form)], all_=False)


async def speak(request: Request) -> Response:
    """A trainer speaks as one of the people: under a post, to a channel in private, or to everybody."""
    net: Network = request.app.state.network
    try:
        form = await form_of(request)
        onward = await _speak(request, net, form)
        await asyncio.sleep(TOUCHING * 1.2)
    except Problem as problem:
        return page(request, "message.html", problem.status, title=problem.detail)
    return RedirectResponse(onward, 303)


async def _speak(request: Request, net: Network, form: dict[str, str]) -> str:
    """Say what the form has, and where to look at it."""
    person = form.get("as", "")
    if person not in net.people:
        raise Problem(422, "invalid", "There is nobody of that name.")
    text = channels.text_of(form, "text", LONGEST_SAID, needed=True)
    at = net.clock() + TOUCHING
    if form.get("under"):
        row = posts.get(net, posts.number(form["under"], "under"))
        owner, root = row["author"] if row["by_channel"] else "", row["root"] or row["id"]
        _refuse_blocked(request, net, person, [owner, posts.get(net, root)["author"]])
        await net.store.write(lambda db: unfold.said(net, db, person, text, at, row["id"], root, owner))
        return show.address("", posts.get(net, root))
    if form.get("to"):
        channel = channels.get(net, form["to"])["handle"]
        _refuse_blocked(request, net, person, [channel])
        await net.store.write(lambda db: unfold.write_to(db, channel, person, text, at))
        return f"/@{channel}/messages/{person}"
    named = [name for name in posts.named_in(text) if channels.find(net, name)]
    _refuse_blocked(request, net, person, named)

    def say(db: Any) -> None:
        post = unfold.said(net, db, person, text, at)
        for handle in named:
            unfold.mention(db, post, handle, at)

    await net.store.write(say)
    return f"/@{person}"


def _refuse_blocked(request: Request, net: Network, person: str, listening: list[str]) -> None:
    """Problem if one of those who would hear it has blocked the person."""
    for channel in blocks.by(net, person):
        if channel["handle"] in listening:
            says = words_for(request)("%(name)s has blocked this person.", name=channel["name"])
            raise Problem(403, "blocked", says)


routes = [
    Route("/switches", switches, methods=["GET", "POST"]),
    Route("/join", join, methods=["GET", "POST"]),
    Route("/speak", speak, methods=["POST"]),
    Route("/@{handle}/token", new_token, methods=["POST"]),
    Route("/@{handle}/administrators", administer, methods=["GET", "POST"]),
]
