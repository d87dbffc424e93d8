"""What things of higher apps are called, for lower ones that keep only their number."""

from __future__ import annotations

from collections.abc import Callable, Iterable

Naming = Callable[[set[int]], dict[int, str]]

_namings: dict[str, Naming] = {}


def naming(kind: str) -> Callable[[Naming], Naming]:
    """Register who knows the names of one kind: `@naming("channel")`, from ids to names, in one query."""

    def add(function: Naming) -> Naming:
        if kind in _namings:
            raise LookupError(f"two know the names of {kind!r}")
        _namings[kind] = function
        return function

    return add


def names(kind: str, ids: Iterable[int]) -> dict[int, str]:
    """The names of things by number; those that are gone are left out. Nothing is asked for none."""
    wanted = set(ids)
    return _namings[kind](wanted) if wanted and kind in _namings else {}
