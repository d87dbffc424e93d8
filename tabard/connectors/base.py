"""The calls a connector answers, and the plain values that go in and out of them.

Publishing is `mint` (once, before anything is stored as queued), then per attempt `prepare` and `commit`,
and `find` whenever it is not known whether a `commit` worked. All calls are async and take the `Http` they
may use.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any, ClassVar, Protocol, runtime_checkable
from urllib.parse import urlsplit

from tabard.connectors.card import Ability, Card, Limits, Placement
from tabard.connectors.http import Http

State = dict[str, Any]


async def _forget(session: Mapping[str, Any]) -> None:
    """What `Access.keep` does if nobody wants a refreshed session."""


@dataclass(frozen=True)
class Access:
    """One channel as a connector sees it.

    `secret` (app password, token) is what a person gave and never changes here. `session` is what the
    platform gave in exchange; a connector that refreshes it changes it in place and awaits `keep(session)`,
    so that it can be stored. `servers` are further servers of the channel (plain data, no secrets).
    """

    platform: str
    base_url: str
    remote_id: str
    handle: str
    secret: Mapping[str, str] = field(default_factory=dict, repr=False)
    session: MutableMapping[str, Any] = field(default_factory=dict, repr=False, compare=False)
    limits: Limits = field(default_factory=Limits)
    servers: Mapping[str, str] = field(default_factory=dict)
    keep: Callable[[Mapping[str, Any]], Awaitable[None]] = field(default=_forget, repr=False, compare=False)

    def hosts(self, card: Card) -> frozenset[str]:
        """The hosts `card` allows for this channel, as `host` or `host:port`."""
        places = {"base": self.base_url, **self.servers}
        named = (places.get(h[1:-1], "") if h.startswith("{") else h for h in card.hosts)
        return frozenset(place_of(host) for host in named if host)

    def hidden(self) -> tuple[str, ...]:
        """Every value that must not appear in an error or a log."""
        values = {
            value for value in (*self.secret.values(), *self.session.values()) if isinstance(value, str)
        }
        return tuple(value for value in values - {self.handle, self.remote_id} if len(value) > 5)


def place_of(url: str) -> str:
    """`host` or `host:port` of an address, as `Http` compares them: the usual ports are left out."""
    parts = urlsplit(url if "//" in url else f"//{url}")
    usual = {"http": 80, "https": 443, "": 443}.get(parts.scheme)
    host = (parts.hostname or "").lower()
    return f"{host}:{parts.port}" if host and parts.port and parts.port != usual else host


@dataclass(frozen=True)
class Media:
    """A file of a post, `size` bytes long. `key` is stable; `load` gives the bytes when they are needed."""

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
    """Something said to or about the channel. `kind`: reply, mention, quote or direct."""

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
    extra: Mapping[str, Any] = field(default_factory=dict)


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

    def placement(self, access: Access, outgoing: Outgoing) -> Placement:
        """The placement of `outgoing` as the channel's server has set it."""
        return self.card.placement(outgoing.placement).within(access.limits)


@runtime_checkable
class Connects(Protocol):
    async def connect(self, fields: Mapping[str, str], http: Http) -> Connected:
        """Try what a person filled in. Refused if it is wrong, Later if the server cannot be reached."""
        ...

    async def check(self, access: Access, http: Http) -> Profile:
        """Is the credential alive? Revoked if not; else the profile as it is now."""
        ...


@runtime_checkable
class Authorises(Protocol):
    async def begin(self, fields: Mapping[str, str], redirect_uri: str, http: Http) -> Begun:
        """Where to send the person so that they allow us in."""
        ...

    async def finish(self, keep: Mapping[str, str], query: Mapping[str, str], http: Http) -> Connected:
        """The person came back to `redirect_uri` with `query`: make a channel's access of it."""
        ...


@runtime_checkable
class Publishes(Protocol):
    def mint(self, outgoing: Outgoing) -> State:
        """Ids and times of our own, made before the first call; the same for the same `key`. Pure."""
        ...

    async def prepare(self, access: Access, outgoing: Outgoing, state: State, http: Http) -> State:
        """Everything that does not show: uploads, look-ups. May be repeated; returns the state to store."""
        ...

    async def commit(self, access: Access, outgoing: Outgoing, state: State, http: Http) -> Published:
        """The call that shows. Unsure if it may have worked."""
        ...

    async def find(self, access: Access, outgoing: Outgoing, state: State, http: Http) -> Published | Verdict:
        """Is it there? Believe NOT_THERE only `card.settle` seconds after the last commit left."""
        ...


@runtime_checkable
class Edits(Protocol):
    async def edit(self, access: Access, remote_id: str, outgoing: Outgoing, http: Http) -> Published:
        """Replace what is shown. May be repeated."""
        ...


@runtime_checkable
class Deletes(Protocol):
    async def delete(self, access: Access, remote_id: str, http: Http) -> None:
        """Take it away. What is already gone is no error."""
        ...


@runtime_checkable
class Converses(Protocol):
    async def fetch(self, access: Access, cursor: str, http: Http) -> Messages:
        """What was said since `cursor` (empty: the latest). A reply is sent as an Outgoing with reply_to."""
        ...


@runtime_checkable
class Measures(Protocol):
    async def metrics(
        self, access: Access, remote_ids: Sequence[str], http: Http
    ) -> Mapping[str, Mapping[str, int]]:
        """Counts per post: likes, shares, replies, quotes ... A post that is gone is left out."""
        ...


@runtime_checkable
class ListsAdmins(Protocol):
    async def administrators(self, access: Access, http: Http) -> Sequence[Administrator]:
        """All who administer the channel there, each once. Refused where this key may not read the list."""
        ...


class Every(Connects, Authorises, Publishes, Edits, Deletes, Converses, Measures, ListsAdmins, Protocol):
    """A connector as a caller sees it; `card.abilities` says which of these it really answers."""

    card: Card


PROTOCOLS: Mapping[Ability, type] = {
    Ability.CONNECTS: Connects,
    Ability.AUTHORISES: Authorises,
    Ability.PUBLISHES: Publishes,
    Ability.EDITS: Edits,
    Ability.DELETES: Deletes,
    Ability.CONVERSES: Converses,
    Ability.MEASURES: Measures,
    Ability.LISTS_ADMINS: ListsAdmins,
}
