"""The scope is a prefix of the address, `/@nordics/posts/`, so that a link shows others the same thing."""

from __future__ import annotations

import re

PREFIX = re.compile(r"^/@(?P<slug>[a-z0-9]+(?:-[a-z0-9]+)*)(?P<rest>/.*)?$")


def split(path: str) -> tuple[str | None, str]:
    """The slug and the address without it: `/@nordics/posts/` is `("nordics", "/posts/")`."""
    found = PREFIX.match(path)
    if not found:
        return None, path
    return found["slug"], found["rest"] or "/"


def prefix(slug: str | None) -> str:
    """What to put before an address, with a slash at the end."""
    return f"/@{slug}/" if slug else "/"
