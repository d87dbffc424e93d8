"""An address taken apart as a browser would, and the platform that its host belongs to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from urllib.parse import unquote, urlsplit

import idna

from tabard.kernel import text
from tabard.register.platforms import Known, platforms

# Mistyped ones too: `htp:/`, `https//`, `http://https://`.
_WEB = re.compile(r"^(?:h?t{1,2}ps?(?::/*|//+))+", re.I)
_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*://", re.I)


@dataclass(frozen=True)
class Address:
    """`host` in lower case and as it is asked for (xn--), with a port that is not the usual; `path` with its
    query, decoded once.
    """

    host: str
    path: str


def read(said: str) -> Address | None:
    """The parts of a link; None for what no browser opens, or opens somewhere else than it seems to."""
    plain = _WEB.sub("", said.rstrip(".,;:!?"), count=1)
    if _SCHEME.match(plain) or "\\" in plain:
        return None
    try:
        parts = urlsplit("https://" + plain)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return None
    if not host or parts.username is not None:
        return None
    host = _asked_for(host)
    if port and port not in {80, 443}:
        host = f"{host}:{port}"
    return Address(host, _path(parts.path, parts.query, parts.fragment))


def _asked_for(host: str) -> str:
    try:
        return host if host.isascii() else idna.encode(host, uts46=True).decode()
    except idna.IDNAError:
        return host


def _path(path: str, query: str, fragment: str) -> str:
    """The path with its query; a fragment of the old `#!/name` form counts as path."""
    if fragment.startswith("!/"):
        path, _mark, query = fragment[1:].partition("?")
    found = text.name(re.sub(r"/{2,}", "/", unquote(path))) or "/"
    return f"{found}?{query}" if query else found


@cache
def _hosts() -> dict[str, Known]:
    found: dict[str, Known] = {}
    for known in platforms().values():
        of = (*known.hosts, *known.short_hosts, known.host_is_handle, known.host_is_handle_short)
        found.update({host: known for host in of if host})
    return found


def place_of(host: str) -> Known | None:
    """The platform to which a host belongs, or any part of which it is a sub-domain."""
    hosts, rest = _hosts(), host.partition(":")[0]
    while rest:
        if rest in hosts:
            return hosts[rest]
        rest = rest.partition(".")[2]
    return None
