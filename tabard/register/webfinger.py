"""Where a handle that names a domain really lives: asked of that domain by WebFinger (RFC 7033).

`@ann@example.com` may live on `social.example.com`; only the domain itself can say so. What it says of
another domain is believed when that one says the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from tabard.connectors.base import place_of
from tabard.connectors.errors import ConnectorError
from tabard.connectors.http import Http, open_http

HOPS = 3  # domains send the question on to their servers
PROFILE = "http://webfinger.net/rel/profile-page"
SECONDS = 10.0


@dataclass(frozen=True)
class Lives:
    """A handle as its domain has it, the server it lives on, and the address of its profile there."""

    handle: str
    server: str
    url: str


async def look(handle: str, http: Http) -> Lives | None:
    """Where `name@domain` lives; None where its domain does not say."""
    told = await _asked(handle, http)
    actor = _link(told, "self")
    if not actor:
        return None
    said = str(told.get("subject") or "").removeprefix("acct:").lstrip("@")
    if not _is_handle(said):
        said = handle
    if _domain(said) != _domain(handle) and _link(await _asked(said, http), "self") != actor:
        said = handle
    return Lives(said, place_of(actor), _link(told, PROFILE) or actor)


async def looked(handle: str) -> Lives | None:
    """The same, by a way out of its own, to public addresses only."""
    async with open_http(()) as http:
        return await look(handle, http)


async def _asked(handle: str, http: Http) -> Mapping[str, Any]:
    """What a handle's domain answers; nothing where it cannot be reached or says nothing that can be read."""
    where = urlencode({"resource": f"acct:{handle}"})
    url = f"https://{_domain(handle)}/.well-known/webfinger?{where}"
    try:
        for _hop in range(HOPS):
            answer = await http.to({place_of(url)}, timeout=SECONDS).call("GET", url)
            if answer.status not in {301, 302, 303, 307, 308}:
                break
            url = urljoin(url, answer.headers.get("location", ""))
            if urlsplit(url).scheme != "https":
                return {}
    except ConnectorError:
        return {}
    found = answer.json() if answer.ok else None
    return found if isinstance(found, dict) else {}


def _link(told: Mapping[str, Any], rel: str) -> str:
    """The address of that relation; only one that a browser would open by https."""
    links = told.get("links")
    for each in links if isinstance(links, list) else ():
        if isinstance(each, dict) and each.get("rel") == rel:
            address = str(each.get("href") or "")
            if urlsplit(address).scheme == "https" and place_of(address):
                return address
    return ""


def _is_handle(said: str) -> bool:
    name, _at, domain = said.partition("@")
    return bool(name and "." in domain) and said.isprintable() and " " not in said and len(said) < 300


def _domain(handle: str) -> str:
    return handle.rpartition("@")[2].lower()
