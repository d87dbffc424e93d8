"""What the pages of the register need beyond the components: sentences that connectors keep in English."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.utils.translation import gettext

register = template.Library()


@register.filter
def said(sentence: str) -> str:
    """A connector's sentence in the reader's language."""
    return gettext(sentence) if sentence else ""


@register.filter
def of(found: Mapping[str, Any] | None, name: str) -> Any:
    """`{{ wrong|of:"server" }}`: the value under a name, or nothing."""
    return (found or {}).get(name, "")


@register.filter
def advanced(fields: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The fields that hardly anybody changes."""
    return [f for f in fields if f["field"].advanced]
