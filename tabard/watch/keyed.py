"""The buttons by which a row is decided with a key: the same in every row of a list, so drawn once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.html import format_html_join
from django.utils.safestring import SafeString

BUTTON = (
    '<button class="btn small" type="submit" name="{}" value="{}" data-row-key="{}">{} <kbd>{}</kbd></button>'
)


def buttons(name: str, words: Mapping[str, Any]) -> SafeString:
    """One button for each of `words`, pressed by its number while the row is where the keys are."""
    numbered = enumerate(words.items(), 1)
    return format_html_join("", BUTTON, ((name, value, n, word, n) for n, (value, word) in numbered))
