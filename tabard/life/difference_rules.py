"""How a channel looks at its platform, held against the register. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from tabard.connectors.base import Profile
from tabard.connectors.errors import ConnectorError, Expired, Refused, Revoked
from tabard.kernel import text
from tabard.register.rules import Unresolved, resolve, same

# Codes of errors that say that the account itself is away, whatever became of the access.
AWAY = frozenset({"gone", "suspended", "inactive"})
# What the platform said instead of an answer; any answer ends these.
UNANSWERED = frozenset({"gone", "dead", "silent"})


@dataclass(frozen=True)
class Found:
    """One difference: fields of the channel here and there, or what the platform said instead."""

    here: Mapping[str, str] = field(default_factory=dict)
    there: Mapping[str, str] = field(default_factory=dict)
    says: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


def differences(here: Mapping[str, str], profile: Profile) -> dict[str, Found]:
    """Every difference by its kind. `here`: handle, url, name and remote_id of the register."""
    there = shown(profile)
    called = any(same(here["handle"], name) for name in (profile.handle, *profile.also))
    if here["remote_id"] != there["remote_id"] and (here["remote_id"] or not called):
        return {"other": _of(here, there, "remote_id", "handle", "url")}
    found = {}
    if not here["remote_id"]:
        found["id"] = _of(here, there, "remote_id")
    if not called:
        found["handle"] = _of(here, there, "handle", "url")
    elif there["url"] and not same_address(here["url"], there["url"]):
        found["url"] = _of(here, there, "url")
    if there["name"] and there["name"] != here["name"]:
        found["name"] = _of(here, there, "name")
    return found


def shown(profile: Profile) -> dict[str, str]:
    """What the platform says, as the register could have it; what no register can have is left out."""
    return {
        "handle": text.name(profile.handle)[:200],
        "url": profile.url if _is_web(profile.url) else "",
        "name": text.name(profile.name)[:200],
        "remote_id": text.name(profile.remote_id)[:200],
    }


def same_address(one: str, other: str) -> bool:
    """Whether two links lead to one profile, however they are written."""
    return _plain(one) == _plain(other)


def unanswered(error: ConnectorError) -> str:
    """Of which kind it is that the platform did not answer."""
    if error.code in AWAY:
        return "gone"
    return "dead" if isinstance(error, Revoked | Expired) else "silent"


def lasts(error: ConnectorError) -> bool:
    """Whether asking again soon is of no use: somebody has to do something first."""
    return isinstance(error, Revoked | Expired | Refused)


def _of(here: Mapping[str, str], there: Mapping[str, str], *names: str) -> Found:
    told = [name for name in names if there[name]]
    return Found({name: here[name] for name in told}, {name: there[name] for name in told})


def _plain(link: str) -> str:
    try:
        return resolve(link).canonical.casefold()
    except Unresolved:
        return link.casefold().partition("://")[2].removeprefix("www.").rstrip("/")


def _is_web(link: str) -> bool:
    try:
        parts = urlsplit(link)
    except ValueError:
        return False
    return parts.scheme in {"https", "http"} and bool(parts.hostname) and len(link) <= 500
