"""What is known of an account that is compared: its handle, name, words about itself, links and picture."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from urllib.parse import urlsplit

import yaml

from tabard.kernel import text
from tabard.register.addresses import place_of
from tabard.register.platforms import named
from tabard.register.rules import Unresolved, resolve
from tabard.watch import pictures
from tabard.watch.names import WEB, Form, form

_LINK = re.compile(
    r"(?:https?://|www\.)[^\s<>\"')]+|\b(?:[\w-]+\.)+(?:com|org|net|io|co|info|app|gov|eu|xyz|me)\b", re.I
)
# Where many have their pages: a link there says nothing of whose it is.
_SHARED = "linktr.ee bit.ly t.co goo.gl tinyurl.com google.com beacons.ai lnk.bio forms.gle youtu.be wa.me"
SHARED = frozenset(_SHARED.split())


@dataclass(slots=True)
class Face:
    """One account. `domains` are those it links to, `claims` the kinds of claims.yaml that its bio makes."""

    platform: str
    handle: str
    form: Form
    name: str
    name_form: Form | None
    bio: frozenset[str]
    claims: frozenset[str]
    domains: frozenset[str]
    picture: pictures.Picture | None


def face(row: Mapping[str, str], folder: Path) -> Face:
    """The account of a row. `folder`: where the paths of pictures begin."""
    platform, handle = _who(row)
    name = text.name(row.get("name") or "")
    shown = form(name, "name") if name else None
    bio = row.get("bio") or ""
    url = row.get("url") or ""
    avatar = (row.get("avatar") or "").strip()
    return Face(
        platform=platform,
        handle=handle,
        form=form(handle, platform),
        name=name,
        name_form=shown,
        bio=_words(bio),
        claims=_claims(bio, shown),
        domains=_domains(f"{url} {bio}", platform) if url or bio else frozenset(),
        picture=picture(avatar, folder) if avatar else None,
    )


def _who(row: Mapping[str, str]) -> tuple[str, str]:
    platform, handle = slug(row.get("platform") or ""), (row.get("handle") or "").strip()
    handle = handle.removeprefix("@")
    if handle and "/" not in handle:
        return platform, handle
    written = handle or row.get("url") or ""
    try:
        meant = resolve(written)
        return meant.platform, meant.handle
    except Unresolved:
        host = domain(written)
        return (platform or "web", host) if host else (platform, handle)


@lru_cache(1024)
def slug(platform: str) -> str:
    """The platform's slug; whatever the list says, where the catalogue does not know it."""
    known = named(platform)
    return known.slug if known else platform.strip().casefold()


def picture(said: str, folder: Path) -> pictures.Picture | None:
    """A picture by its file or by its PDQ. An address is not fetched."""
    if known := pictures.written(said):
        return known
    if "://" in said:
        return None
    return pictures.look(folder / said)


def domain(link: str) -> str:
    """The host of a link without `www`, or nothing."""
    try:
        host = urlsplit(link if "://" in link else f"https://{link}").hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.") if "." in host else ""


def _domains(said: str, platform: str) -> frozenset[str]:
    found = {domain(link.rstrip(".,;:!?")) for link in _LINK.findall(said)}
    if platform not in WEB:
        found = {host for host in found if host not in SHARED and not _is_platform(host)}
    return frozenset(found - {""})


@lru_cache(4096)
def _is_platform(host: str) -> bool:
    return place_of(host) is not None


def _words(bio: str) -> frozenset[str]:
    return frozenset(text.words(text.folded(bio)).split()) if bio else frozenset()


@dataclass(frozen=True)
class _Phrases:
    """Phrases of one kind, and the words with which they begin: most texts have none of those."""

    begin: frozenset[str]
    all: tuple[str, ...]


@cache
def _said() -> dict[str, _Phrases]:
    read = yaml.safe_load(Path(__file__).with_name("claims.yaml").read_text())
    found = {}
    for kind, phrases in read.items():
        plain = [text.words(text.folded(each)) for each in phrases]
        found[kind] = _Phrases(frozenset(p.split()[0] for p in plain), tuple(f" {p} " for p in plain))
    return found


def _claims(bio: str, name: Form | None) -> frozenset[str]:
    """What kinds of claims the bio makes; that it is not official may also stand in the name."""
    found = set()
    if bio:
        said = text.words(text.folded(bio))
        found = {kind for kind in _said() if _has(said.split(), _said()[kind])}
    if name is not None and _has(name.parts, _said()["apart"]):
        found.add("apart")
    return frozenset(found)


def _has(words: list[str], phrases: _Phrases) -> bool:
    if phrases.begin.isdisjoint(words):
        return False
    joined = f" {' '.join(words)} "
    return any(phrase in joined for phrase in phrases.all)
