"""Sentences that are stored to be read later: the English one with its places, and what stands in them.

So each reader has them in their own language, whoever's it was when it happened.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

Facts = Mapping[str, Any]


def sentence(says: str, facts: Facts) -> str:
    """`says` in the reader's language, its places filled in."""
    if not says:
        return ""
    try:
        return _(says) % facts if facts else _(says)
    except (KeyError, TypeError, ValueError):
        return says


def plain_facts(values: Mapping[str, object]) -> dict[str, Any]:
    """Facts as a JSON column takes them, without what the database cannot keep."""
    return {
        name: value if isinstance(value, int | float) else str(value).replace("\x00", "")
        for name, value in values.items()
    }
