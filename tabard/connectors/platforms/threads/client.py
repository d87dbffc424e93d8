"""Calls of the Threads API: one profile, which is always `me`."""

from __future__ import annotations

from tabard.connectors.base import Access
from tabard.connectors.families.meta import Graph
from tabard.connectors.families.meta_containers import Containers
from tabard.connectors.http import Http
from tabard.connectors.platforms.threads.card import API

VERSION = "v1.0"


def graph(access: Access, http: Http) -> Graph:
    """For a connected profile; `http` must be narrowed to it already."""
    return Graph(http, f"{API}/{VERSION}", str(access.session.get("token") or ""))


def containers(there: Graph) -> Containers:
    """Where posts are made and shown."""
    return Containers(there, "me/threads", "me/threads_publish", "status", "error_message")
