"""What lists about channels can be narrowed to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tabard.kernel.actor import Actor
from tabard.kernel.query import Choice
from tabard.register.models import Platform


def platforms_of(model: Any, field: str = "platform") -> Callable[[Actor], list[Choice]]:
    """The platforms of those rows of `model` that the reader may see."""

    def choices(by: Actor) -> list[Choice]:
        there = model.objects.visible_to(by).order_by().values(field).distinct()
        return [Choice(p.slug, p.name) for p in Platform.objects.filter(pk__in=there)]

    return choices


def all_platforms(by: Actor) -> list[Choice]:
    """Every platform of the catalogue, for lists too long to ask which are there."""
    return [Choice(p.slug, p.name) for p in Platform.objects.all()]
