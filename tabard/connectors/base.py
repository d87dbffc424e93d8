"""What every connector stands on, and the plain values that go in and out of its calls (`calls.py`)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from enum import Enum
from typing import Any, ClassVar
from urllib.parse import urlsplit

from tabard.connectors.card import Card, Limits, Placement
from tabard.connectors.errors import Refused
from tabard.connectors.http import Http
from tabard.connectors.words import _

State = dict[str, Any]


async def _forget(session: Mapping[str, Any]) -> None:
    """What `Access.keep` does if nobody wants a refreshed session."""


async def _nowhere(body: bytes | Media, mime: str) -> str:
    """What `Access.lend` does where nothing of ours can be reached from outside."""
    says = _(
        "This platform fetches files by itself, and Tabard has no address that it can reach. Whoever runs "
        "Tabard must give it one that is https and open to the internet."
    )
    raise Refused(says, code="no_address")


@dataclass(frozen=True)
class Access:
    """One channel as a connector sees it.

    `secret` (app password, token) is what a person gave and never changes here. `session` is what the
    platform gave in exchange; a connector that refreshes it changes it in place and awaits `keep(session)`,
    so that it can be stored. `scopes` in it are the names of what the person allowed, where the platform
    tells them; a connector that is told of others later changes them. `servers` are further servers of the
    channel (plain data, no secrets). `app`: what the installation has entered for `Card.app`. `lend(body,
    mime)` puts a file where the platform can fetch it for a day, and gives its address: the same one for the
    same file, so that it may be repeated. A `Media` is lent as it is, without being held in memory.
    """

    platform: str
    base_url: str
    remote_id: str
    handle: str
    secret: Mapping[str, str] = field(default_factory=dict, repr=False)
    session: MutableMapping[str, Any] = field(default_factory=dict, repr=False, compare=False)
    limits: Limits = field(default_factory=Limits)
    servers: Mapping[str, str] = field(default_factory=dict)
    app: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)
    keep: Callable[[Mapping[str, Any]], Awaitable[None]] = field(default=_forget, repr=False, compare=False)
    lend: Callable[[bytes | Media, str], Awaitable[str]] = field(default=_nowhere, repr=False, compare=False)

    def hosts(self, card: Card) -> frozenset[str]:
        """The hosts `card` allows for this channel, as `host` or `host:port`."""
        places = {"base": self.base_url, **self.servers}
        named = (places.get(h[1:-1], "") if h.startswith("{") else h for h in card.hosts)
        return frozenset(place_of(host) for host in named if host)

    def hidden(self) -> tuple[str, ...]:
        """Every value that must not appear in an error or a log."""
        kept = (*self.secret.values(), *self.session.values(), *self.app.values())
        values = {value for value in kept if isinstance(value, str)}
        return tuple(value for value in values - {self.handle, self.remote_id} if len(value) > 5)


def place_of(url: str) -> str:
    """`host` or `host:port` of an address, as `Http` compares them: the usual ports are left out."""
    parts = urlsplit(url if "//" in url else f"//{url}")
    usual = {"http": 80, "https": 443, "": 443}.get(parts.scheme)
    host = (parts.hostname or "").lower()
    return f"{host}:{parts.port}" if host and parts.port and parts.port != usual else host


PIECE = 1_000_000  # bytes of a file that are held at once where nothing else is asked for


@dataclass(frozen=True)
class Media:
    """A file of a post, `size` bytes long. `key` is stable; `load` gives all bytes when they are needed.

    What may be large is read in pieces instead, by `read` or `pieces`: a film does not fit into the memory of
    a worker. `part(start, length)` does that where the file lies; without it, pieces are cut out of `load`.
    `codec` and `sound` are how the pictures and the sound of a film are written (`h264`, `aac`), as far as
    that is known; `fps` its pictures a second; `pages` those of a document, and
    `title` what it calls itself.
    """

    key: str
    kind: str
    mime: str
    size: int
    load: Callable[[], Awaitable[bytes]] = field(repr=False, compare=False)
    alt: str = ""
    width: int = 0
    height: int = 0
    seconds: float = 0.0
    name: str = ""
    codec: str = ""
    sound: str = ""
    fps: float = 0.0
    pages: int = 0
    title: str = ""
    part: Callable[[int, int], Awaitable[bytes]] | None = field(default=None, repr=False, compare=False)

    async def read(self, start: int, length: int) -> bytes:
        """`length` bytes from `start` on; fewer at the end of the file, none behind it."""
        if self.part is not None:
            return await self.part(start, length)
        return (await self.load())[start : start + length]

    async def exactly(self, start: int, length: int) -> bytes:
        """`length` bytes from `start` on. Refused if the file has not as many as it was said to have."""
        return self._all_of(await self.read(start, length), length)

    async def pieces(self, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """All bytes from `start` to `end`, or to the end of the file, one piece after the other."""
        last = self.size if end is None else min(end, self.size)
        whole = None if self.part else await self.load()
        while start < last:
            wanted = min(PIECE, last - start)
            found = await self.read(start, wanted) if whole is None else whole[start : start + wanted]
            yield self._all_of(found, wanted)
            start += wanted

    def _all_of(self, found: bytes, length: int) -> bytes:
        if len(found) != length:
            says = _("The file %(name)s is no longer what was approved.")
            raise Refused(says, code="file_changed", name=self.name or self.key)
        return found

    def made(self, body: bytes, mime: str) -> Media:
        """The same file as a connector has made it fit: other bytes, everything else as it was."""

        async def load() -> bytes:
            return body

        known = {each.name: getattr(self, each.name) for each in fields(Media)}
        return Media(**{**known, "size": len(body), "mime": mime, "load": load, "part": None})


@dataclass(frozen=True)
class Outgoing:
    """A post, or a reply, that shall be on the platform exactly once.

    `key`: the delivery's UUID as text. `created_at`: frozen, aware. `own`: what `mint` gave, stored before
    the first call. `reply_to`: remote id of what is answered. `options`: values of the placement's options.
    """

    key: str
    text: str
    created_at: datetime
    media: tuple[Media, ...] = ()
    link: str = ""
    reply_to: str = ""
    placement: str = ""
    language: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    own: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Published:
    """A post that is there. `extra`: what later calls may need (JSON)."""

    remote_id: str
    url: str
    extra: Mapping[str, Any] = field(default_factory=dict)


class Verdict(Enum):
    """What `find` says when it has no post to show."""

    NOT_THERE = "not_there"
    CANNOT_TELL = "cannot_tell"


NOT_THERE = Verdict.NOT_THERE
CANNOT_TELL = Verdict.CANNOT_TELL


@dataclass(frozen=True)
class Profile:
    """The channel as the platform shows it. `limits`: what its server says today, where it says any.

    `also` are other ways to write its handle, by which it may stand in a list.
    """

    remote_id: str
    handle: str
    name: str = ""
    url: str = ""
    avatar_url: str = ""
    about: str = ""
    followers: int | None = None
    posts: int | None = None
    limits: Limits | None = None
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Connected:
    """A credential that works, and whose it is."""

    access: Access
    profile: Profile


@dataclass(frozen=True)
class Begun:
    """An authorisation that waits for a person at `url`. `keep` (secret, JSON) is needed to finish it."""

    url: str
    keep: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True)
class Message:
    """Something said to or about the channel. `kind`: reply, mention, quote, direct or review.

    `stars`: of a review, 1 to 5. `gone`: it was taken away by its author or the platform.
    """

    remote_id: str
    kind: str
    text: str
    author_id: str
    author_handle: str
    at: datetime
    author_name: str = ""
    author_url: str = ""
    avatar_url: str = ""
    url: str = ""
    reply_to: str = ""
    thread: str = ""
    language: str = ""
    stars: int | None = None
    gone: bool = False
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Heard:
    """What a platform told by itself about one of its channels (`remote_id`).

    `at`: when it told it, where it says so; it need not carry what was said then.
    """

    remote_id: str
    messages: tuple[Message, ...] = ()
    at: datetime | None = None


@dataclass(frozen=True)
class Figure:
    """One number of a channel: `theirs` is the platform's name of it, `ours` the one we compare by, if any.

    `day`: the day it is about, as the platform counts days; None for what holds now. A number may be revised
    by the platform later: the same `theirs` and `day` with another `value` replaces it.
    """

    theirs: str
    value: int
    ours: str = ""
    day: date | None = None


@dataclass(frozen=True)
class Messages:
    """Messages, oldest first, and where to go on next time. `more`: ask again at once."""

    items: tuple[Message, ...]
    cursor: str
    more: bool = False


@dataclass(frozen=True)
class Administrator:
    """Somebody who has a say over the channel at the platform: who they are there, `role` in its own word."""

    remote_id: str
    name: str = ""
    handle: str = ""
    email: str = ""
    role: str = ""
    since: datetime | None = None


class Connector:
    """What every platform's class stands on. `card` is data; instances hold no channel's data but caches."""

    card: ClassVar[Card]

    def line(self, access: Access, http: Http) -> Http:
        """`http` narrowed to the channel's hosts, and with its secrets kept out of every error."""
        return http.to(access.hosts(self.card), hidden=access.hidden, timeout=self.card.timeout)

    def renewable(self, access: Access) -> bool:
        """Whether this access can be renewed: some networks give the key for it to a few apps only. Pure."""
        return True

    async def hush(self, access: Access, http: Http) -> None:
        """Ask to be told of the channel no longer, where `card.asks_to_hear`; nothing otherwise."""

    def placement(self, access: Access, outgoing: Outgoing) -> Placement:
        """The placement of `outgoing` as the channel's server has set it."""
        return self.card.placement(outgoing.placement).within(access.limits)
