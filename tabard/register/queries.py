"""What is read of the register."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from tabard.kernel.actor import Actor
from tabard.register.models import Channel


def found(by: Actor, words: str) -> QuerySet[Channel]:
    """Channels whose handle, name or purpose has all of `words` (folded)."""
    rows = Channel.objects.visible_to(by)
    for word in words.split():
        rows = rows.filter(search__contains=word)
    result: QuerySet[Any] = rows.select_related("unit", "platform").order_by("handle", "id")
    return result
