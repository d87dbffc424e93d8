"""The values in a definition of a site, each read by one function that says what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any
from urllib.parse import urlsplit

from tabard.watch.sites.definitions import ANY_STATUS, HANDLE, Signs, untelling

KEY = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}")
HOST = re.compile(r"[a-z0-9]([a-z0-9.-]{0,250}[a-z0-9])?(:[0-9]{1,5})?")
HEADERS = {"accept", "accept-language", "x-requested-with"}
LOGIN = re.compile(r"(^|[/_.-])(log-?in|sign-?in|auth|checkpoint|sso|consent|session|uas)([/_.-]|$)", re.I)
LONGEST = 500


class Wrong(Exception):
    """A value that cannot be, with its key."""

    def __init__(self, key: str, why: str) -> None:
        super().__init__(why)
        self.key = key
        self.why = why


def shown(value: Any) -> str:
    """A key as somebody wrote it, safe to print."""
    said = value if isinstance(value, str) else type(value).__name__
    return "".join(sign for sign in said[:40] if sign.isprintable())


def text(key: str, value: Any) -> str:
    """A short text without control characters."""
    if not isinstance(value, str) or not value.strip():
        raise Wrong(key, "It is a text that says something.")
    if len(value) > LONGEST or not value.replace("\n", " ").replace("\t", " ").isprintable():
        raise Wrong(key, f"It has more than {LONGEST} letters, or some that cannot be printed.")
    return value


def texts(key: str, value: Any, most: int = 20) -> tuple[str, ...]:
    """One text or several."""
    said = value if isinstance(value, list) else [value]
    if not 1 <= len(said) <= most:
        raise Wrong(key, f"There are 1 to {most} of them.")
    return tuple(text(key, each) for each in said)


def key(name: str, value: Any) -> str:
    """A site's key."""
    if not isinstance(value, str) or not KEY.fullmatch(value):
        raise Wrong(name, "It is made of small letters, digits, dots and hyphens, at most 63.")
    return value


def address(key: str, value: Any, plain: Collection[str]) -> str:
    """An address with `{handle}` in its path or question."""
    said = text(key, value)
    parts = _url(key, said, plain)
    if HANDLE in parts.netloc:
        raise Wrong(key, "Profiles with a host of their own cannot be asked for; the name is in the path.")
    rest = said.replace(HANDLE, "")
    if HANDLE not in said or "{" in rest or "}" in rest:
        raise Wrong(key, "It has {handle} where the name stands, and no other braces.")
    return said


def _url(key: str, said: str, plain: Collection[str]) -> Any:
    try:
        parts = urlsplit(said)
        host, _port = parts.hostname or "", parts.port
    except ValueError as error:
        raise Wrong(key, "This is no address.") from error
    if parts.scheme != "https" and not (parts.scheme == "http" and host in plain):
        raise Wrong(key, "It is an address by https.")
    if parts.fragment or "@" in parts.netloc or any(sign.isspace() for sign in said) or not said.isascii():
        raise Wrong(key, "It has no spaces, no password, no part behind # and plain letters only.")
    if HANDLE not in parts.netloc and not HOST.fullmatch(parts.netloc.lower()):
        raise Wrong(key, "This is no host.")
    return parts


def hosts(key: str, value: Any) -> frozenset[str]:
    """Further hosts to which the site may send."""
    found = texts(key, value)
    if wrong := next((host for host in found if not HOST.fullmatch(host)), None):
        raise Wrong(key, f"{shown(wrong)} is no host in small letters.")
    return frozenset(found)


def headers(key: str, value: Any) -> tuple[tuple[str, str], ...]:
    """Headers that choose a language or a format; none that says who asks."""
    if not isinstance(value, dict):
        raise Wrong(key, "These are names with values.")
    for name, said in value.items():
        if not isinstance(name, str) or name.lower() not in HEADERS:
            raise Wrong(f"{key}.{shown(name)}", f"Only {', '.join(sorted(HEADERS))} are sent.")
        if not isinstance(said, str) or not (said.isascii() and said.isprintable() and len(said) <= 200):
            raise Wrong(f"{key}.{name}", "It is a short text of plain letters.")
    return tuple(value.items())


def budget(key: str, value: Any) -> tuple[int, int]:
    """Requests a minute and a day."""
    if not isinstance(value, dict) or not set(value) <= {"minute", "day"}:
        raise Wrong(key, "It has minute and day.")
    found = {"minute": 10, "day": 200, **value}
    for name, most in (("minute", 60), ("day", 10_000)):
        if type(found[name]) is not int or not 1 <= found[name] <= most:
            raise Wrong(f"{key}.{name}", f"It is a number from 1 to {most}.")
    return found["minute"], found["day"]


def signs(key: str, value: Any, plain: Collection[str]) -> Signs:
    """By what an answer is known."""
    if not isinstance(value, dict) or not value:
        raise Wrong(key, "It has status, text, some, json or redirect.")
    if extra := next(
        (name for name in value if name not in {"status", "text", "some", "json", "redirect"}), None
    ):
        raise Wrong(f"{key}.{shown(extra)}", "There is no such sign.")
    content: dict[str, Any] = {
        "text": texts(f"{key}.text", value["text"]) if "text" in value else (),
        "some": texts(f"{key}.some", value["some"]) if "some" in value else (),
        "json": _json(f"{key}.json", value["json"]) if "json" in value else (),
        "redirect": _redirect(f"{key}.redirect", value["redirect"], plain) if "redirect" in value else "",
    }
    given = _status(f"{key}.status", value["status"]) if "status" in value else frozenset()
    if key == "exists":
        if given - {200}:
            raise Wrong("exists.status", "Only 200 shows a profile.")
        given = frozenset([200])
    elif not given and not content["redirect"]:
        given = ANY_STATUS
    return Signs(status=given, **content)


def _status(key: str, value: Any) -> frozenset[int]:
    said = value if isinstance(value, list) else [value]
    for each in said:
        if type(each) is not int or not 200 <= each <= 599:
            raise Wrong(key, "It is a status of HTTP from 200 to 599, or several.")
        if untelling(each):
            raise Wrong(key, f"{each} is about who asks and how often; it says nothing about a name.")
        if each not in ANY_STATUS:
            raise Wrong(key, f"{each} is no sign of a page; where a site sends is said by redirect.")
    if not said:
        raise Wrong(key, "There is at least one.")
    return frozenset(said)


def _json(key: str, value: Any) -> tuple[tuple[str, Any], ...]:
    if not isinstance(value, dict) or not 1 <= len(value) <= 10:
        raise Wrong(key, "It has paths with what must stand there.")
    for path, wanted in value.items():
        if not isinstance(path, str) or len(path) > 200:
            raise Wrong(key, "A path is a text: names and numbers with dots between.")
        plain = wanted is None or wanted == [] or type(wanted) in {bool, int}
        if not plain and not (isinstance(wanted, str) and len(wanted) <= LONGEST):
            raise Wrong(
                f"{key}.{shown(path)}", "What stands there is a text, a number, true, false, null or []."
            )
    return tuple(value.items())


def _redirect(key: str, value: Any, plain: Collection[str]) -> str:
    said = text(key, value)
    parts = _url(key, said, plain)
    if is_login(parts.path):
        raise Wrong(
            key, "A page to sign in is shown to anybody who asks too often; it says nothing of a name."
        )
    return said


def is_login(path: str) -> bool:
    """Whether somebody signs in there."""
    return bool(LOGIN.search(path))
