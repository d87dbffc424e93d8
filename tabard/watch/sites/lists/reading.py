"""One list of others, in the format that its makers describe, as definitions of our own."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tabard.watch.sites.lists import maigret, sherlock, whatsmyname
from tabard.watch.sites.lists.rows import NotTaken, Row
from tabard.watch.sites.loading import LARGEST, made

Rows = Callable[[Any], Iterator[tuple[str, Any]]]
Taken = Callable[[Mapping[str, Any]], Row]
FORMATS: dict[str, tuple[Rows, Taken]] = {
    "whatsmyname": (whatsmyname.rows, whatsmyname.taken),
    "sherlock": (sherlock.rows, sherlock.taken),
    "maigret": (maigret.rows, maigret.taken),
}


class Unreadable(Exception):
    """The file is no list of that format; the sentence says why."""


@dataclass
class Brought:
    """One row of the list. No `definition`: it was not taken. `why` also says what was left out."""

    row: int
    name: str
    definition: dict[str, Any] | None
    why: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        site = self.definition["site"] if self.definition else None
        return {"row": self.row, "name": self.name, "taken": site is not None, "site": site, "why": self.why}


def brought(file: Path, kind: str, licence: str, plain: Collection[str] = ()) -> list[Brought]:
    """Every row of `file`, in order. `plain` as in `loading.read`. Raises Unreadable."""
    rows, taken = FORMATS[kind]
    keys: set[str] = set()
    try:
        listed = list(rows(_json(file)))
    except (KeyError, TypeError, AttributeError) as error:
        raise Unreadable(f"{file.name} is no list in the format of {kind}.") from error
    found = []
    for number, (name, said) in enumerate(listed, 1):
        found.append(Brought(number, name, None))
        _take(found[-1], said, taken, {"licence": licence}, plain)
        _name(found[-1], keys)
    return found


def _json(file: Path) -> Any:
    try:
        if file.stat().st_size > LARGEST:
            raise Unreadable(f"{file.name} is too large.")
        return json.loads(file.read_bytes())
    except OSError as error:
        raise Unreadable(f"{file.name} cannot be read: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"{file.name} is no JSON.") from error


def _take(row: Brought, said: Any, taken: Taken, more: Mapping[str, str], plain: Collection[str]) -> None:
    """Put the definition of a row on it, or why there is none."""
    try:
        if not isinstance(said, dict):
            raise NotTaken("The row is no list of keys with values.")
        found = taken(said)
    except NotTaken as wrong:
        row.why.append(str(wrong))
        return
    except (TypeError, ValueError, AttributeError, KeyError, IndexError):
        row.why.append("A value is of another kind than the format has there.")
        return
    definition = {"site": "row", "name": row.name[:200], **found.definition, **more}
    site, wrong_values = made(definition, plain)
    if site is None:
        row.why += [f"{each.key}: {each.why}" for each in wrong_values]
        return
    row.definition = definition
    row.why += found.left


def _name(row: Brought, keys: set[str]) -> None:
    """Give its site a key that no other has."""
    if row.definition:
        row.definition["site"] = _key(row.name, keys)
        keys.add(row.definition["site"])


def _key(name: str, taken: set[str]) -> str:
    """A key of our own from a name of theirs."""
    key = re.sub(r"[^a-z0-9.]+", "-", name.casefold()).strip("-.")[:50] or "site"
    return next(each for each in (key, *(f"{key}-{n}" for n in range(2, 100_000))) if each not in taken)


def written(found: list[Brought]) -> str:
    """What was taken as YAML, one document for a site."""
    taken = [each.definition for each in found if each.definition]
    return yaml.safe_dump_all(taken, sort_keys=False, allow_unicode=True, width=110)
