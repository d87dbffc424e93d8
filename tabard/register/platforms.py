"""What `platforms.yaml` says of each platform: its name, its mark, and how a profile is written."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import yaml

# The safe reader, written in C where the library was built with it: ten times as fast.
_SAFE = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Way:
    """One form of a profile's path. `written` is how the handle is kept where its kind matters."""

    path: re.Pattern[str]
    written: str = "{handle}"


@dataclass(frozen=True)
class Known:
    """One platform."""

    slug: str
    name: str
    mark: str
    profile: str
    hosts: tuple[str, ...]
    ways: tuple[Way, ...]
    handle: re.Pattern[str]
    stop: frozenset[str] = frozenset()
    aliases: tuple[str, ...] = ()
    id: re.Pattern[str] | None = None
    numeric_is_id: bool = False
    federated: bool = False
    profile_with_kind: str = ""
    profile_by_id: str = ""
    # Sub-domains of this are handles themselves: as a whole, or only their first part.
    host_is_handle: str = ""
    host_is_handle_short: str = ""
    short_for: str = ""
    # Its addresses that do not say whose profile they lead to, and what may stand before a host.
    short_hosts: tuple[str, ...] = ()
    subdomains: frozenset[str] = frozenset()
    case_matters: bool = False
    misspelt: tuple[str, ...] = ()
    ended: str = ""

    def canonical(self, handle: str) -> str:
        """The one address of a profile, however its handle is written."""
        folded = unicodedata.normalize("NFC", handle.casefold())
        if self.case_matters or self.is_id(handle) or not self.handle.match(folded):
            return self.url(handle)
        return self.url(folded)

    def url(self, handle: str) -> str:
        """The address of a profile, for a handle as it is kept."""
        if self.federated:
            name, _at, server = handle.partition("@")
            return self.profile.format(name=name, server=server)
        if self.profile_by_id and self.id and self.id.match(handle):
            return self.profile_by_id.format(handle=handle)
        form = self.profile_with_kind if self.profile_with_kind and "/" in handle else self.profile
        return form.format(handle=handle)

    def is_id(self, handle: str) -> bool:
        """Whether this is the platform's own id rather than a name."""
        return bool(self.id and self.id.match(handle)) or (self.numeric_is_id and handle.isdigit())


def _read(slug: str, said: dict[str, Any]) -> Known:
    said = dict(said)
    ways = tuple(Way(re.compile(w["path"]), w.get("as", "{handle}")) for w in said.pop("paths"))
    own_id = said.pop("id", None)
    return Known(
        slug=slug,
        ways=ways,
        handle=re.compile(said.pop("handle")),
        hosts=tuple(said.pop("hosts")),
        stop=frozenset(said.pop("stop", ())),
        aliases=tuple(said.pop("aliases", ())),
        misspelt=tuple(said.pop("misspelt", ())),
        short_hosts=tuple(said.pop("short_hosts", ())),
        subdomains=frozenset(said.pop("subdomains", ())),
        id=re.compile(own_id) if own_id else None,
        **said,
    )


@cache
def platforms() -> dict[str, Known]:
    """Every platform by its slug."""
    read = _SAFE(Path(__file__).with_name("platforms.yaml").read_text()).get_single_data()
    return {slug: _read(slug, said) for slug, said in read.items()}


@cache
def _names() -> dict[str, str]:
    found = {}
    for slug, known in platforms().items():
        for word in (slug, known.name, *known.aliases, *known.misspelt):
            found[plain(word)] = slug
    return found


def names() -> dict[str, str]:
    """Every name by which lists know a platform, letters and digits only, with the platform's slug."""
    return dict(_names())


def named(word: str) -> Known | None:
    """The platform that is called this, in any of the names that lists use for it."""
    slug = _names().get(plain(word))
    return platforms()[slug] if slug else None


@lru_cache(4096)
def plain(word: str) -> str:
    """A name of a platform without what lists write in many ways: case, spaces, marks."""
    return "".join(c for c in word.casefold() if c.isalnum() or c == "+")
