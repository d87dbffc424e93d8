"""The smallest application for granian: says what it was asked, and how long the body was."""

from __future__ import annotations

from typing import Any


def application(environ: dict[str, Any], start: Any) -> list[bytes]:
    """`GET /path 5`: method, path, bytes of the body."""
    body = environ["wsgi.input"].read()
    start("200 OK", [("Content-Type", "text/plain")])
    return [f"<{environ['REQUEST_METHOD']} {environ['PATH_INFO']} {len(body)}>".encode()]
