"""What apps above still do because somebody left, shown on the record of the departure until it is done."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise


@dataclass(frozen=True)
class Line:
    """One thing to be done: `state` is a badge's, `word` what it says; `who` does it, `due` until `ended`."""

    label: str
    state: str
    word: str
    who: str
    due: datetime | None = None
    ended: datetime | None = None
    note: str = ""
    url: str = ""


@dataclass(frozen=True)
class Followed:
    """One kind of things; `lines(departure_id)` says how far each is."""

    label: str | Promise
    lines: Callable[[int], Iterable[Line]]


_followed: list[Followed] = []


def follow(label: str | Promise, lines: Callable[[int], Iterable[Line]]) -> None:
    """Register one kind; done in an app's `reactions.py`."""
    _followed.append(Followed(label, lines))


def followed(departure_id: int) -> list[tuple[str, list[Line]]]:
    """Every kind of which there is something, with its lines."""
    found = [(str(each.label), list(each.lines(departure_id))) for each in _followed]
    return [(label, lines) for label, lines in found if lines]
