"""What an answer of a site means: a profile by that name, none, or neither, and why. Pure."""

from __future__ import annotations

import html
import json
import re
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import yaml

from tabard.watch.sites.asking import Reply
from tabard.watch.sites.definitions import HANDLE, Signs, Site, untelling
from tabard.watch.sites.values import is_login
from tabard.watch.sites.whys import ABSENT, EXISTS, Cannot, Told, unsure

NOTHING = object()  # where a path leads nowhere
PASSWORD = re.compile(r"<input[^>]{0,300}type\s*=\s*[\"']?password", re.I)


def told(site: Site, handle: str, reply: Reply, *, moved: bool = False) -> Told:
    """What `reply` says of `handle`. `moved`: it came from where the site sent us."""
    if why := untelling(reply.status):
        return unsure("shield" if _shielded(reply, _as_is(reply)) else why)
    if reply.sent_to:
        return _sent_away(site, handle, reply.sent_to)
    try:
        return _read(site, handle, reply, moved)
    except Cannot as cannot:
        return unsure(cannot.why)


def _sent_away(site: Site, handle: str, onward: str) -> Told:
    """A redirect that was not followed."""
    if is_login(urlsplit(onward).path):
        return unsure("login-wall")
    if is_sign(site, handle, onward):
        return Told(ABSENT, "redirect")
    return unsure("redirected")


def is_sign(site: Site, handle: str, onward: str) -> bool:
    """Whether it sends to where it sends for names that nobody has."""
    meant = _named(site.absent.redirect, quote(handle, safe=""))
    return bool(meant) and onward.partition("?")[0].rstrip("/") == meant.rstrip("/")


def _read(site: Site, handle: str, reply: Reply, moved: bool) -> Told:
    page = _as_is(reply)
    if _shielded(reply, page):
        return unsure("shield")
    page = reply.text()
    data = _json(page) if site.in_json else NOTHING
    shown, gone = (_has(signs, handle, page, data) for signs in (site.exists, site.absent))
    there = reply.status in site.exists.status and shown is not False
    missing = reply.status in site.absent.status and gone is not False and not site.absent.redirect
    if (there and (missing or gone)) or (missing and shown):
        return unsure("contradictory")
    if not (there or missing):
        return unsure("login-wall" if PASSWORD.search(page) else "unlike-either")
    if moved and not _mentions(unquote(urlsplit(reply.url).path), handle):
        return unsure("redirected")
    if missing:
        return Told(ABSENT, site.absent.kinds)
    return _of_this_one(site, handle, page)


def _of_this_one(site: Site, handle: str, page: str) -> Told:
    """A profile; but is it of this name?"""
    if site.exists.by_status_alone and PASSWORD.search(page):
        return unsure("login-wall")
    if not site.exists.names_it and not _mentions(html.unescape(page), handle):
        return unsure("not-named")
    return Told(EXISTS, site.exists.kinds)


def _mentions(text: str, handle: str) -> bool:
    """Whether the name stands there by itself, in large letters or small, and not as a part of another."""
    text, name = text.casefold(), handle.casefold()
    at = text.find(name)
    while at >= 0:
        end = at + len(name)
        if not _goes_on(text[max(0, at - 2) : at][::-1]) and not _goes_on(text[end : end + 2]):
            return True
        at = text.find(name, at + 1)
    return False


def _goes_on(beside: str) -> bool:
    """Whether a name goes on with these two signs: a letter, a hyphen, or a dot with a letter behind it."""
    first, second = beside[:1], beside[1:]
    return first == "-" or _is_letter(first) or (first == "." and _is_letter(second))


def _is_letter(sign: str) -> bool:
    return sign.isalnum() or sign == "_"


def _has(signs: Signs, handle: str, page: str, data: Any) -> bool | None:
    """Whether the signs of content are there; None where it has none, and the status must do."""
    if not (signs.text or signs.some or signs.json):
        return None
    if not all(_named(each, handle) in page for each in signs.text):
        return False
    if signs.some and not any(_named(each, handle) in page for each in signs.some):
        return False
    return all(_same(_at(data, path), wanted, handle) for path, wanted in signs.json)


def _named(sign: str, handle: str) -> str:
    return sign.replace(HANDLE, handle)


def _same(found: Any, wanted: Any, handle: str) -> bool:
    """Whether that stands there; letters may be large or small, 1 is not true."""
    if isinstance(wanted, str):
        return isinstance(found, str) and found.casefold() == _named(wanted, handle).casefold()
    return type(found) is type(wanted) and found == wanted


def _at(data: Any, path: str) -> Any:
    """What stands at a dotted path; numbers count in lists."""
    for step in path.split(".") if path else ():
        if isinstance(data, dict) and step in data:
            data = data[step]
        elif isinstance(data, list) and step.isascii() and step.isdigit() and int(step) < len(data):
            data = data[int(step)]
        else:
            return NOTHING
    return data


def _json(page: str) -> Any:
    try:
        return json.loads(page)
    except (ValueError, RecursionError) as error:
        raise Cannot("malformed") from error


def _as_is(reply: Reply) -> str:
    """The body for a look at shields, whatever its letters."""
    return reply.body.decode("utf-8", "replace")


@cache
def _shields() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("shields.yaml").read_text())
    return found


def _shielded(reply: Reply, page: str) -> bool:
    for name, value in _shields()["headers"].items():
        if name in reply.headers and value in reply.headers[name].lower():
            return True
    return any(text in page for text in _shields()["texts"])
