"""The pictures of the interface, drawn in line with the text: `icons.txt` holds them, one a line."""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

# Drawn the other way round where people read from right to left.
TURNS = {"left", "right", "move", "out", "undo", "leave", "send", "list", "play", "queue"}


@cache
def icons() -> dict[str, str]:
    """The inside of every picture by name."""
    lines = Path(__file__).with_name("icons.txt").read_text().splitlines()
    found = [line.partition(" ") for line in lines if line and not line.startswith("#")]
    return {name: markup.strip() for name, _space, markup in found}


@lru_cache(maxsize=1024)
def svg(name: str, size: int = 16, label: str = "") -> SafeString:
    """The picture called `name`, `size` px square; with a `label` it speaks, without one it is passed
    by.
    """
    said = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    turns = " turns" if name in TURNS else ""
    frame = f'class="icon{turns}" {said} width="{size}" height="{size}" viewBox="0 0 16 16"'
    return mark_safe(f"<svg {frame}>{icons()[name]}</svg>")  # noqa: S308 - names and paths are ours, the label is escaped
