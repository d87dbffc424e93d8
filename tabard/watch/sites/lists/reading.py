"""One list of others, in the format that its makers describe, as definitions of our own."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
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


def brought(file: Path, kind: str, licence: str) -> list[Brought]:
    """Every row of `file`, in order. Raises Unreadable."""
    rows, taken = FORMATS[kind]
    keys: set[str] = set()
    try:
        listed = list(rows(_json(file)))
    except (KeyError, TypeError, AttributeError) as error:
        raise Unreadable(f"{file.name} is no list in the format of {kind}.") from error
    return [_one(number, name, said, taken, keys, licence) for number, (name, said) in enumerate(listed, 1)]


def _json(file: Path) -> Any:
    try:
        if file.stat().st_size > LARGEST:
            raise Unreadable(f"{file.name} is too large.")
        return json.loads(file.read_bytes())
    except OSError as error:
        raise Unreadable(f"{file.name} cannot be read: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"{file.name} is no JSON.") from error


def _one(
    number: int,
    name: str,
    said: Any,
    taken: Taken,
    keys: set[str],
    licence: str,
) -> Brought:
    found = Brought(number, name, None)
    try:
        if not isinstance(said, dict):
            raise NotTaken("The row is no list of keys with values.")
        row = taken(said)
    except NotTaken as wrong:
        found.why.append(str(wrong))
        return found
    except (TypeError, ValueError, AttributeError, KeyError, IndexError):
        found.why.append("A value is of another kind than the format has there.")
        return found
    definition = {"site": _key(name, keys), "name": name[:200], **row.definition, "licence": licence}
    site, wrong_values = made(definition)
    if site is None:
        found.why += [f"{each.key}: {each.why}" for each in wrong_values]
        return found
    keys.add(site.key)
    found.definition = definition
    found.why += row.left
    return found


def _key(name: str, taken: set[str]) -> str:
    """A key of our own from a name of theirs."""
    key = re.sub(r"[^a-z0-9.]+", "-", name.casefold()).strip("-.")[:50] or "site"
    return next(each for each in (key, *(f"{key}-{n}" for n in range(2, 100_000))) if each not in taken)


def written(found: list[Brought]) -> str:
    """What was taken as YAML, one document for a site."""
    taken = [each.definition for each in found if each.definition]
    return yaml.safe_dump_all(taken, sort_keys=False, allow_unicode=True, width=110)
