"""Calls of one Instagram profile, made with the token of the page to which it is tied."""

from __future__ import annotations

from tabard.connectors.base import Access
from tabard.connectors.families.meta import Graph
from tabard.connectors.families.meta_containers import Containers
from tabard.connectors.families.meta_pages import API
from tabard.connectors.http import Http


def graph(access: Access, http: Http) -> Graph:
    """For a connected profile; `http` must be narrowed to it already."""
    return Graph(http, API, str(access.session.get("token") or ""), access.app.get("client_secret", ""))


def containers(access: Access, there: Graph) -> Containers:
    """Where posts are made and shown."""
    own = access.remote_id
    return Containers(there, f"{own}/media", f"{own}/media_publish", "status_code", "status")


def page_of(access: Access) -> str:
    """The profile's page, for what has no page of its own."""
    return f"https://www.instagram.com/{access.handle}/"
