"""Posts that are made in a container first and shown by a second call, as two of Meta's networks do it.

Everything up to the container's being finished shows nothing and may be repeated. The container's id is kept
before the call that shows: afterwards the container itself says whether it was published.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tabard.connectors.base import State
from tabard.connectors.errors import ConnectorError, Later, Limited, Refused, Revoked
from tabard.connectors.families.meta import Graph, id_of
from tabard.connectors.words import _

FINISHED, PUBLISHED, WORKING, FAILED, ENDED = "FINISHED", "PUBLISHED", "IN_PROGRESS", "ERROR", "EXPIRED"
UNKNOWN = ""  # not seen yet, or forgotten after it was published
LOOKS, PAUSE = 12, 5.0  # how often, and after how many seconds each, before it is left for later
PATIENCE = timedelta(minutes=1)


@dataclass(frozen=True)
class Containers:
    """Where they are made and shown, and in which fields one says how it fares and why it failed."""

    graph: Graph
    made_at: str
    shown_at: str
    status: str
    why: str

    async def make(self, **fields: Any) -> str:
        """A new container; gives its id."""
        return id_of(await self.graph.post(self.made_at, **fields))

    async def show(self, container: str) -> str:
        """Publish it; gives the id of the post."""
        if not container:
            raise Later(
                _("Nothing was prepared for this post; it is prepared again."), code="ended", state={}
            )
        found = await self.graph.post(self.shown_at, commit=True, creation_id=container)
        return id_of(found, commit=True)

    async def look(self, container: str) -> tuple[str, str]:
        """How a container fares, and why it failed if it did."""
        try:
            found = await self.graph.get(container, fields=f"id,{self.status},{self.why}")
        except (Refused, Later) as error:
            if error.code in {"gone", "processing", "100"}:
                return UNKNOWN, ""
            raise
        return str(found.get(self.status) or UNKNOWN), str(found.get(self.why) or "")

    async def lasts(self, container: str) -> bool:
        """Whether it can still be published, or was: then no other may be made in its place."""
        if not container:
            return False
        word, _why = await self.look(container)
        return word not in {FAILED, ENDED}

    async def ready(self, container: str, state: State, part: str = "container") -> None:
        """Wait until it can be published. Later, with `state`, if that takes long.

        Where it has failed, `part` of `state` is emptied, so that it is made anew next time.
        """
        for again in range(LOOKS):
            if again:
                await self.graph.http.sleep(PAUSE)
            word, why = await self.look(container)
            if word in {FINISHED, PUBLISHED}:
                return
            if word in {FAILED, ENDED}:
                raise _failed(word, why, {**state, part: ""})
        if word == UNKNOWN:
            raise _failed(ENDED, "", {**state, part: ""})
        says = _("The platform is still at work on the files.")
        until = self.graph.http.clock() + PATIENCE
        raise Later(says, code="processing", until=until, state=state)


def _failed(word: str, why: str, state: State) -> ConnectorError:
    if word == ENDED:
        says = _("What was prepared has ended there; it is made again.")
        return Later(says, code="ended", raw=why[:500], state=state)
    if "DOWNLOAD" in why.upper() or "2207003" in why or "2207052" in why:
        says = _("The platform could not fetch the file from Tabard. Can Tabard be reached from outside?")
        return Later(says, code="not_fetched", raw=why[:500], state=state)
    says = _("The platform cannot use the file: %(reason)s")
    return Refused(says, code="media", raw=why[:500], state=state, reason=why[:200] or "?")


def room(found: Mapping[str, Any], used: str, config: str, graph: Graph) -> None:
    """Raise Limited if today's posts are used up, as the platform's own count has it."""
    rule = found.get(config)
    total = rule.get("quota_total") if isinstance(rule, dict) else None
    count = found.get(used)
    if isinstance(total, int) and isinstance(count, int) and 0 < total <= count:
        # The window moves on by itself: when the next place in it is free is not told.
        until = graph.http.clock() + timedelta(hours=1)
        raise Limited(_("No more posts are taken from this channel today."), until=until, code="quota")


def known(error: ConnectorError) -> bool:
    """Whether an error is about the channel or the network, and not about the one thing that was asked."""
    return isinstance(error, Revoked | Limited | Later)
