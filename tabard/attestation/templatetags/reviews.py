"""What pages of reviews need beyond the components: the answers of an item, of which a sheet has hundreds."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Any

from django import template
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from tabard.attestation.kinds import Choice

register = template.Library()
ITEM = 9_999_999  # stands for the number of the item in what is kept


@register.filter
def moment(said: str) -> datetime | None:
    """A moment that is kept as text, as a moment."""
    return parse_datetime(said or "")


@register.simple_tag
def answers(item: Any) -> SafeString:
    """`{% answers item %}`: what is pressed to give each answer, or to open its fields."""
    drawn = _answers(tuple(choice for choice, _why in item.choices), item.choice, get_language())
    return SafeString(drawn.replace(str(ITEM), str(item.pk)))


@register.simple_tag
def answer(choice: Choice, key: int, item: Any) -> SafeString:
    """`{% answer choice forloop.counter item %}`: one of them, where another is not for the reader."""
    return SafeString(_answer(choice, key, item.choice == choice.name).replace(str(ITEM), str(item.pk)))


@lru_cache(maxsize=256)
def _answers(choices: tuple[Choice, ...], given: str, language: str | None) -> SafeString:
    """The answers of a language, kept: every item of a sheet has one row of a few."""
    rows = (_answer(choice, key, choice.name == given) for key, choice in enumerate(choices, 1))
    return SafeString("".join(rows))


def _answer(choice: Choice, key: int, given: bool) -> SafeString:
    inside = {"tone": choice.tone, "name": choice.name, "label": choice.label, "key": key}
    if choice.more:
        return format_html(
            '<a class="btn {tone}" href="{where}?choice={name}" hx-get="{where}?choice={name}"'
            ' hx-target="#more-{item}" data-row-key="{key}"{current}>{label}… <kbd>{key}</kbd></a>',
            where=reverse("item", args=[ITEM]),
            item=ITEM,
            current=SafeString(' aria-current="true"' if given else ""),
            **inside,
        )
    return format_html(
        '<button class="btn {tone}" type="submit" name="choice" value="{name}" data-row-key="{key}"'
        ' aria-pressed="{pressed}">{label} <kbd>{key}</kbd></button>',
        pressed="true" if given else "false",
        **inside,
    )
