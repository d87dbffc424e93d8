"""From a handle to a DID, and from a DID to the server that keeps the channel.

A handle can be lost or changed; the DID stays, so that is what Tabard keeps.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import regex

from tabard.connectors.base import place_of
from tabard.connectors.errors import Refused
from tabard.connectors.http import Http
from tabard.connectors.platforms.bluesky.client import error, query
from tabard.connectors.words import _

# atproto.com/specs/handle: labels of letters, digits and inner hyphens; the last begins with a letter.
_LABEL = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
_HANDLE = regex.compile(rf"(?:{_LABEL}\.)+[a-zA-Z](?:[a-zA-Z0-9-]{{0,61}}[a-zA-Z0-9])?")
_DID = regex.compile(r"did:(?:plc:[a-z2-7]{24}|web:[a-zA-Z0-9.%-]+)")
HIDDEN_MARKS = "\u200b\u200e\u200f\u202a\u202c\u2066\u2069\ufeff"  # come along when a handle is copied


@dataclass(frozen=True)
class Identity:
    """Who a channel is: its DID, the handle its document names, and its server's address."""

    did: str
    handle: str
    server: str


def is_handle(text: str) -> bool:
    """Whether `text` can be a handle."""
    return len(text) <= 253 and _HANDLE.fullmatch(text) is not None


def is_did(text: str) -> bool:
    """Whether `text` is a DID of one of the two kinds in use."""
    return len(text) <= 2048 and _DID.fullmatch(text) is not None


async def identify(written: str, service: str, directory: str, http: Http) -> Identity:
    """Who is meant by a handle or DID. `service` resolves handles, `directory` knows DIDs of the kind plc."""
    name = written.strip().strip(HIDDEN_MARKS).removeprefix("@")
    if is_did(name):
        return await look_up(name, directory, http)
    handle = name.lower()
    if not is_handle(handle):
        raise Refused(_("%(handle)s is no handle."), code="handle", handle=written[:100])
    line = http.to({place_of(service)})
    answer = await query(line, service, "com.atproto.identity.resolveHandle", {"handle": handle})
    if answer.status in {400, 404}:
        raise Refused(_("Nobody is called %(handle)s there."), code="handle", raw=answer.raw(), handle=handle)
    if not answer.ok:
        raise error(answer)
    did = str(answer.data("did")["did"])
    found = await look_up(did, directory, http)
    return found if found.handle == handle else Identity(did, found.handle or handle, found.server)


async def look_up(did: str, directory: str, http: Http) -> Identity:
    """The identity behind a DID, from its document."""
    if not is_did(did):
        raise Refused(_("%(did)s is no identity that Tabard knows."), code="did", did=did[:100])
    host = did.removeprefix("did:web:").replace("%3A", ":")
    url = f"{directory}/{did}" if did.startswith("did:plc:") else f"https://{host}/.well-known/did.json"
    answer = await http.to({place_of(url)}).get(url)
    if answer.status in {404, 410}:
        raise Refused(_("The directory does not know %(did)s."), code="did", raw=answer.raw(), did=did)
    if not answer.ok:
        raise error(answer)
    document = answer.data()
    server = server_of(document)
    if not server:
        raise Refused(_("%(did)s has no server."), code="did", raw=answer.raw(), did=did)
    return Identity(did, handle_of(document), server)


def server_of(document: Mapping[str, Any]) -> str:
    """The personal data server a DID document names, without a slash at its end; empty if none."""
    for service in document.get("service") or ():
        if isinstance(service, dict) and str(service.get("id", "")).endswith("#atproto_pds"):
            address = str(service.get("serviceEndpoint") or "").rstrip("/")
            return address if address.startswith(("https://", "http://")) else ""
    return ""


def handle_of(document: Mapping[str, Any]) -> str:
    """The handle a DID document names; empty if none."""
    for name in document.get("alsoKnownAs") or ():
        if str(name).startswith("at://") and is_handle(str(name)[5:]):
            return str(name)[5:].lower()
    return ""
