"""Finds the platforms by their folders. The only place that imports `connectors.platforms`."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from collections.abc import Mapping
from functools import cache
from typing import cast

from tabard.connectors import platforms as _folder
from tabard.connectors import texts as _texts
from tabard.connectors.calls import Every
from tabard.connectors.card import Card
from tabard.connectors.text.place import TextPlace


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


@cache
def text_places() -> Mapping[str, TextPlace]:
    """The text rules of every placement by `platform.format`, of platforms without a connector too."""
    folders = [f"{_folder.__name__}.{name}.texts" for name in platforms()]
    folders = [name for name in folders if importlib.util.find_spec(name)]
    folders += [f"{_texts.__name__}.{found.name}" for found in pkgutil.iter_modules(_texts.__path__)]
    return {
        f"{platform}.{name}": place
        for folder in folders
        for platform, places in importlib.import_module(folder).PLACES.items()
        for name, place in places.items()
    }


def cards() -> tuple[Card, ...]:
    """All cards, in order of the alphabet."""
    return tuple(card(name) for name in platforms())
