"""Calls of one page at Facebook, and the addresses of what stands on it."""

from __future__ import annotations

from tabard.connectors.base import Access
from tabard.connectors.errors import ConnectorError
from tabard.connectors.families.meta import Graph
from tabard.connectors.families.meta_pages import API
from tabard.connectors.http import Http

SITE = "https://www.facebook.com"


def graph(access: Access, http: Http) -> Graph:
    """For a connected page; `http` must be narrowed to it already."""
    return Graph(http, API, str(access.session.get("token") or ""), access.app.get("client_secret", ""))


def address_in(found: object, access: Access) -> str:
    """The address of a thing as an answer has it; films give only a path. The page's where there is none."""
    path = found.get("permalink_url") if isinstance(found, dict) else None
    if not isinstance(path, str) or not path:
        return page_of(access)
    return SITE + path if path.startswith("/") else path


async def address(there: Graph, access: Access, thing: str) -> str:
    """Where a thing can be seen; what is published is there even if this cannot be had."""
    try:
        return address_in(await there.get(thing, fields="permalink_url"), access)
    except ConnectorError:
        return page_of(access)


def page_of(access: Access) -> str:
    """The page itself."""
    return f"{SITE}/{access.remote_id}"
