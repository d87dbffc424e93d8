"""What the readers of lists have in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tabard.watch.sites.definitions import ANY_STATUS, HANDLE, untelling

SENT = {"accept", "accept-language", "x-requested-with"}


class NotTaken(Exception):
    """A row that cannot be taken; the sentence says why."""


@dataclass
class Row:
    """A row as a definition, without its key; and what of it was left behind."""

    definition: dict[str, Any]
    left: list[str] = field(default_factory=list)


def address(said: Any, place: str) -> str:
    """An address of theirs with our word for the name."""
    if not isinstance(said, str) or place not in said:
        raise NotTaken("The address has no place for a name.")
    return said.replace(place, HANDLE)


def refuse_posts(asked: bool) -> None:
    if asked:
        raise NotTaken("It is asked by sending something to the site; we only read pages.")


def status(said: Any, whom: str) -> int:
    """A status that says something about a name."""
    if type(said) is not int:
        raise NotTaken(f"There is no status for {whom}.")
    if untelling(said):
        raise NotTaken(f"Status {said} for {whom} is about who asks; it says nothing about a name.")
    if said not in ANY_STATUS:
        raise NotTaken(f"Status {said} for {whom} is no sign of a page.")
    return said


def texts(said: Any) -> list[str]:
    """One text or several, without empty ones."""
    listed = said if isinstance(said, list) else [said]
    return [each for each in listed if isinstance(each, str) and each]


def headers(row: Row, said: Any) -> None:
    """Those that choose a language or format; the others are left behind."""
    if not isinstance(said, Mapping):
        return
    kept = {name: value for name, value in said.items() if str(name).lower() in SENT}
    if kept:
        row.definition["headers"] = kept
    row.left += [f"The header {name} is not sent." for name in said if name not in kept]


def protection(row: Row, said: Any) -> None:
    if said:
        row.left.append("The list says that the site keeps machines out; expect it not to answer.")
