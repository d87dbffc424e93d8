"""Plain values, ready to draw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Tab:
    """One tab, as the component of tabs takes it."""

    name: str
    url: str
    current: bool = False
    count: int | None = None


@dataclass(frozen=True)
class Row:
    """A channel in a list: who answers for it, and the one thing to know of it."""

    channel: Any
    answers: Any
    backs: Any
    state: str
    word: str


@dataclass(frozen=True)
class Step:
    """One thing that keeps a channel safe: done, or what is wrong and where it is mended."""

    done: bool
    title: str
    note: str = ""
    do: str = ""
    url: str = ""
    needs: str = ""
