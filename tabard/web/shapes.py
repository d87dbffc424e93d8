"""What the frame and its components are given to draw: plain values, ready to show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise


@dataclass(frozen=True)
class RailEntry:
    """One word on the rail. `routes` are names of its URL, the first that exists counts; none: it is not
    shown.

    `key` is pressed after G. `group` is the block it stands in; `url`, `count` and `current` are filled
    in per request.
    """

    name: str | Promise
    routes: tuple[str, ...]
    icon: str
    key: str = ""
    group: int = 0
    url: str = ""
    count: int | None = None
    current: bool = False


@dataclass(frozen=True)
class ScopeEntry:
    """One unit of the scope switcher, in the order of the tree; `depth` 0 is the whole organisation."""

    name: str
    url: str
    arms: str
    depth: int = 0
    current: bool = False


@dataclass(frozen=True)
class FindEntry:
    """One thing the palette found: a place, a channel, a person, a post, or something that can be done.

    `group` is the heading it stands under; entries come in the order they are to be shown. One of
    `arms`, `mark` (a platform), `face` (a person's name) or `icon` stands before it.
    """

    title: str
    url: str
    group: str
    note: str = ""
    icon: str = "right"
    arms: str = ""
    mark: str = ""
    face: str = ""
    key: str = ""


@dataclass(frozen=True)
class Link:
    """One tab, segment, step of a place or entry of a menu."""

    name: str | Promise
    url: str = ""
    current: bool = False
    count: int | None = None
    icon: str = ""
    key: str = ""


@dataclass(frozen=True)
class Happened:
    """One line of a timeline; `state` picks the glyph."""

    state: str
    text: str
    at: datetime | None = None
    note: str = ""
    url: str = ""
