"""Finds the platforms by their folders. The only place that imports `connectors.platforms`."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import cast

from tabard.connectors import platforms as _folder
from tabard.connectors.base import Every
from tabard.connectors.card import Card


@cache
def platforms() -> tuple[str, ...]:
    """Names of all platforms there are, in order of the alphabet."""
    return tuple(sorted(found.name for found in pkgutil.iter_modules(_folder.__path__) if found.ispkg))


@cache
def connector(name: str) -> Every:
    """The connector of a platform; its card says which calls it answers. KeyError if unknown."""
    if name not in platforms():
        raise KeyError(f"There is no platform called {name}")
    return cast(Every, importlib.import_module(f"{_folder.__name__}.{name}").CONNECTOR())


def card(name: str) -> Card:
    """What a platform can do. KeyError if unknown."""
    return connector(name).card


def cards() -> tuple[Card, ...]:
    """All cards, in order of the alphabet."""
    return tuple(card(name) for name in platforms())
