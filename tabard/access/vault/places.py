"""Where sealed secrets are kept: each app names its columns, so that none is forgotten when keys change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db import models


@dataclass(frozen=True)
class Place:
    """A column of sealed texts. `about` gives the purpose that the secret of a row was sealed for."""

    model: type[models.Model]
    column: str
    about: Callable[[models.Model], str]

    def __str__(self) -> str:
        return f"{self.model._meta.label}.{self.column}"


_places: list[Place] = []


def keeps(model: type[models.Model], column: str, about: Callable[[models.Model], str]) -> None:
    """Say that `column` of `model` holds sealed texts."""
    _places.append(Place(model, column, about))


def places() -> list[Place]:
    """Every column of sealed texts."""
    return list(_places)
