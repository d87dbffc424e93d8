"""The words of the pages in English and Bulgarian; English is the key."""

from __future__ import annotations

from pathlib import Path

import yaml

BULGARIAN: dict[str, str] = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))


def language_of(header: str) -> str:
    """`bg` or `en`, whichever the browser's Accept-Language asks for first."""
    wanted: list[tuple[float, str]] = []
    for part in header.split(","):
        name, _, weight = part.strip().partition(";q=")
        try:
            wanted.append((float(weight or 1), name[:2].lower()))
        except ValueError:
            continue
    ranked = [name for _, name in sorted(wanted, key=lambda pair: -pair[0]) if name in ("bg", "en")]
    return ranked[0] if ranked else "en"


def translate(language: str, sentence: str) -> str:
    return BULGARIAN.get(sentence, sentence) if language == "bg" else sentence
