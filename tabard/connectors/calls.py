"""The calls a connector answers: one protocol for each ability.

Publishing is `mint` (once, before anything is stored as queued), then per attempt `prepare` and `commit`,
and `find` whenever it is not known whether a `commit` worked. All calls that ask the platform are async and
take the `Http` they may use.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Protocol, runtime_checkable

from tabard.connectors.base import (
    Access,
    Administrator,
    Begun,
    Connected,
    Figure,
    Heard,
    Messages,
    Outgoing,
    Profile,
    Published,
    State,
    Verdict,
)
from tabard.connectors.card import Ability, Act, Card
from tabard.connectors.http import Http


@runtime_checkable
class Connects(Protocol):
    async def connect(self, fields: Mapping[str, str], http: Http) -> Connected:
        """Try what a person filled in. Refused if it is wrong, Later if the server cannot be reached."""
        ...


@runtime_checkable
class Checks(Protocol):
    """No ability: every connector answers it."""

    async def check(self, access: Access, http: Http) -> Profile:
        """Is the credential alive? Revoked if not; else the profile as it is now."""
        ...


@runtime_checkable
class Authorises(Protocol):
    async def begin(self, fields: Mapping[str, str], redirect_uri: str, http: Http) -> Begun:
        """Where to send the person so that they allow us in."""
        ...

    async def finish(
        self, keep: Mapping[str, str], query: Mapping[str, str], http: Http
    ) -> tuple[Connected, ...]:
        """The person came back to `redirect_uri` with `query`: each channel they let us into, one or more.

        Refused if they said no, if `query` is not an answer to what was begun, or if there is no channel.
        `keep` is what `begin` gave, with the app's fields beside it, as `fields` of `begin` has them.
        """
        ...


@runtime_checkable
class Renews(Protocol):
    def ends(self, access: Access) -> datetime | None:
        """When the access ends if nobody renews it; None if it does not, or nobody knows. Pure."""
        ...

    def renewable(self, access: Access) -> bool:
        """Whether `renew` has what it needs; if not, a person must connect it again before it ends. Pure."""
        ...

    async def renew(self, access: Access, http: Http) -> None:
        """Exchange what is about to end for something new; changes `access.session` in place.

        One worker at a time does this for a channel, and stores the session before it is used. Revoked where
        only a person can go on; Later where the old one is still good.
        """
        ...


@runtime_checkable
class Revokes(Protocol):
    async def revoke(self, access: Access, http: Http) -> None:
        """End the access there, for a channel that is taken away here. Already ended is no error."""
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
class Moderates(Protocol):
    async def moderate(self, access: Access, message: str, act: Act, http: Http, *, author: str = "") -> None:
        """Do one of `card.acts` with a message, by its remote id; its author's, where the act is on them.

        May be repeated: what is so already is no error.
        """
        ...


@runtime_checkable
class Hears(Protocol):
    def challenge(self, query: Mapping[str, str], app: Mapping[str, str]) -> str:
        """What to answer when the platform asks whether this address is ours, else Refused."""
        ...

    def hear(self, headers: Mapping[str, str], body: bytes, app: Mapping[str, str]) -> tuple[Heard, ...]:
        """What an event says; names of `headers` in lower case. Refused if the signature is wrong."""
        ...


@runtime_checkable
class Hushes(Protocol):
    """No ability: takes back what `fetch` asks for where `card.asks_to_hear`, and does nothing elsewhere."""

    async def hush(self, access: Access, http: Http) -> None:
        """Ask to be told of a channel no longer, once it is taken away here. May be repeated."""
        ...


@runtime_checkable
class Counts(Protocol):
    async def figures(self, access: Access, since: date, until: date, http: Http) -> Sequence[Figure]:
        """Figures of the channel itself; by day from `since` to `until` where the platform counts by day."""
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


class Every(
    Checks,
    Connects,
    Authorises,
    Renews,
    Revokes,
    Publishes,
    Edits,
    Deletes,
    Converses,
    Moderates,
    Hears,
    Hushes,
    Measures,
    Counts,
    ListsAdmins,
    Protocol,
):
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
    Ability.RENEWS: Renews,
    Ability.REVOKES: Revokes,
    Ability.MODERATES: Moderates,
    Ability.HEARS: Hears,
    Ability.COUNTS: Counts,
}
