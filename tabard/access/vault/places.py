"""Where sealed secrets are kept: each app names its columns, so that none is forgotten when keys change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import F
from django.db.models.fields.json import KeyTextTransform


@dataclass(frozen=True)
class Place:
    """A column of sealed texts, or one key of a JSON column (`inside`).

    `about` gives the purpose that the secret of a row was sealed for.
    """

    model: type[models.Model]
    column: str
    about: Callable[[models.Model], str]
    inside: str = ""

    def __str__(self) -> str:
        return ".".join(filter(None, (self.model._meta.label, self.column, self.inside)))

    def rows(self) -> models.QuerySet[Any]:
        """The rows that have something sealed here, with it as `sealed_text`."""
        text = KeyTextTransform(self.inside, self.column) if self.inside else F(self.column)
        found: models.QuerySet[Any] = self.model._base_manager.annotate(sealed_text=text)
        return found.filter(sealed_text__gt="")

    def put(self, row: models.Model, sealed: str) -> None:
        """Set what is sealed here on a row in hand."""
        if self.inside:
            setattr(row, self.column, {**getattr(row, self.column), self.inside: sealed})
        else:
            setattr(row, self.column, sealed)


_places: list[Place] = []


def keeps(
    model: type[models.Model], column: str, about: Callable[[models.Model], str], *, inside: str = ""
) -> None:
    """Say that `column` of `model` holds sealed texts, in a JSON column under the key `inside`."""
    _places.append(Place(model, column, about, inside))


def places() -> list[Place]:
    """Every column of sealed texts."""
    return list(_places)
