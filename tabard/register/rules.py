"""Which channel a link or a handle means, in any of the spellings that people use."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from tabard.kernel import text
from tabard.register.platforms import Known, named, platforms

_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*:/*", re.I)
_FEDERATED = re.compile(r"^@?[A-Za-z0-9_.\-]+@[A-Za-z0-9.\-]+\.[A-Za-z0-9\-]+(?::\d+)?$")


class Unresolved(ValueError):
    """No channel can be made of this. `code`: empty, platform, unknown, another, profile or handle."""

    def __init__(self, code: str, **values: str) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


@dataclass(frozen=True)
class Resolved:
    """A channel: `handle` as it is kept, its address, and the platform's own id where the link says it."""

    platform: str
    handle: str
    url: str
    remote_id: str = ""


def resolve(written: str, platform: str = "") -> Resolved:
    """`written` is a link or a handle; `platform` a name of the platform, where it is known apart."""
    said = text.name(written).strip("<>\"' ")
    known = named(platform) if platform.strip() else None
    if platform.strip() and known is None:
        raise Unresolved("platform", platform=text.name(platform)[:60])
    if not said:
        raise Unresolved("empty")
    if len(said) > 500:
        raise Unresolved("handle", handle=f"{said[:40]}…", platform=known.name if known else "")
    return _from_link(said, known) if _is_link(said) else _from_handle(said, known)


def same(one: str, other: str) -> bool:
    """Whether two handles of one platform are the same: none of them minds upper or lower case."""
    return one.casefold() == other.casefold()


def _is_link(said: str) -> bool:
    if said.startswith("did:"):
        return False
    if "://" in said or said.casefold().startswith("www."):
        return True
    host, slash, _rest = said.partition("/")
    return bool(slash) and "." in host and "@" not in host


def _from_link(said: str, known: Known | None) -> Resolved:
    parts = _split(said)
    if parts is None:
        raise Unresolved("profile", link=said[:100])
    host, path = parts
    found = _by_host(host) or (known if known and known.federated else None) or _federated(path)
    if found is None:
        raise Unresolved("unknown", link=said[:100])
    if known is not None and found.slug != known.slug:
        raise Unresolved("another", link=said[:100], platform=found.name, said=known.name)
    handle = _handle_of_host(found, host) or _handle_of_path(found, host, path)
    if not handle:
        raise Unresolved("profile", link=said[:100])
    return _kept(found, handle)


def _split(said: str) -> tuple[str, str] | None:
    """The host, and the path with its query; a fragment of the old `#!/name` form counts as path."""
    try:
        parts = urlsplit("https://" + _SCHEME.sub("", said, count=1))
        host = (parts.hostname or "").rstrip(".")
        port = parts.port
    except ValueError:
        return None
    path = re.sub(r"/{2,}", "/", unquote(parts.path)) or "/"
    if parts.fragment.startswith("!/") and path == "/":
        path = parts.fragment[1:]
    host = f"{host}:{port}" if port and port not in {80, 443} else host
    return host, f"{path}?{parts.query}" if parts.query else path


def _under(host: str, domain: str) -> bool:
    return host == domain or host.endswith("." + domain)


def _by_host(host: str) -> Known | None:
    return next((k for k in platforms().values() if any(_under(host, d) for d in _domains(k))), None)


def _domains(known: Known) -> tuple[str, ...]:
    return (*known.hosts, known.host_is_handle) if known.host_is_handle else known.hosts


def _federated(path: str) -> Known | None:
    """An address of this form on any server is one of those that speak to each other."""
    return next(
        (k for k in platforms().values() if k.federated and any(w.path.match(path) for w in k.ways)), None
    )


def _handle_of_host(known: Known, host: str) -> str:
    if known.host_is_handle and host.endswith("." + known.host_is_handle):
        return host
    short = known.host_is_handle_short
    if short and host.endswith("." + short):
        first = host.removesuffix("." + short)
        return "" if first in {"www", "m"} else first
    return ""


def _handle_of_path(known: Known, host: str, path: str) -> str:
    first = path.lstrip("/").partition("/")[0].partition("?")[0].casefold()
    for way in known.ways:
        found = way.path.match(path)
        if found is None:
            continue
        groups: Mapping[str, str] = {k: v for k, v in found.groupdict().items() if v}
        if "id" in groups:
            return groups["id"]
        if first in known.stop and groups["handle"].casefold() == first:
            continue
        handle = way.written.format(**groups)
        return f"{handle}@{host}" if known.federated and "@" not in handle else handle
    return ""


def _from_handle(said: str, known: Known | None) -> Resolved:
    if known is None:
        known = _guess(said)
    handle = said.removeprefix("@") if not said.startswith("@@") else said
    if known.short_for and "." not in handle and not known.is_id(handle):
        handle = known.short_for.format(handle=handle)
    return _kept(known, handle.strip("/"))


def _guess(said: str) -> Known:
    """The platform of a handle that can only be one's: `@name@server`, `name.bsky.social`, a DID."""
    if _FEDERATED.match(said):
        return next(k for k in platforms().values() if k.federated)
    bluesky = platforms()["bluesky"]
    plain = said.removeprefix("@").casefold()
    if bluesky.is_id(said) or plain.endswith("." + bluesky.host_is_handle):
        return bluesky
    raise Unresolved("platform", platform="")


def _kept(known: Known, handle: str) -> Resolved:
    if known.federated:
        name, _at, server = handle.partition("@")
        handle = f"{name}@{server.casefold()}" if server else handle
    elif known.slug == "bluesky" and not known.is_id(handle):
        handle = handle.casefold()
    handle = handle.removeprefix("@")
    own_id = known.is_id(handle)
    if not own_id and not known.handle.match(handle):
        raise Unresolved("handle", handle=handle[:60], platform=known.name)
    return Resolved(known.slug, handle, known.url(handle), handle if own_id else "")
