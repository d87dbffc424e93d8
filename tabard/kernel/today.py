"""Today: what needs me now, asked of every app, each with its one next action."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from django.utils.translation import gettext as _

from tabard.kernel.actor import Actor

Group = Literal["now", "today", "week"]


@dataclass(frozen=True)
class Need:
    """One row of Today. `state` is a badge's name (failed, in_review, needs_work ...)."""

    group: Group
    state: str
    title: str
    why: str
    do: str
    url: str
    unit: Any = None
    due: datetime | None = None
    picture: str = ""


# So many needs of one kind are shown; whoever has more works them off in the list.
MOST = 12
Asker = Callable[[Actor, Any], Iterable[Need]]
_askers: list[Asker] = []


def today(asker: Asker) -> Asker:
    """Register `asker(by, scope)`: a fixed number of queries, at most `MOST` needs of a kind, and `more`."""
    _askers.append(asker)
    return asker


def more(group: Group, title: str, url: str) -> Need:
    """The row that stands for all that are not shown."""
    return Need(group, "queued", title, _("The most urgent are shown here."), _("See all"), url)


def needs(by: Actor, scope: Any) -> list[Need]:
    """All needs of `by` in `scope`, the most urgent first."""
    order = {"now": 0, "today": 1, "week": 2}
    found = [need for asker in _askers for need in asker(by, scope)]
    return sorted(found, key=lambda n: (order[n.group], n.due is None, n.due.timestamp() if n.due else 0.0))
