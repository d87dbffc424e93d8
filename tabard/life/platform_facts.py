"""Dated facts about platforms, as `platform_facts.yaml` beside this file says them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import get_language


@dataclass(frozen=True)
class DatedFact:
    """Something a platform has announced; `read`: when we last read it at its source."""

    key: str
    platform: str
    on: date
    source: str
    read: date
    texts: dict[str, dict[str, str]]
    placements: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        return self._said("title")

    @property
    def what(self) -> str:
        return self._said("what")

    def _said(self, name: str) -> str:
        """In the reader's language, in English where it is not there."""
        language = (get_language() or "en").split("-")[0]
        return self.texts.get(language, self.texts["en"])[name]


@cache
def dated_facts() -> tuple[DatedFact, ...]:
    """All of them, the latest first."""
    read = yaml.safe_load(Path(__file__).with_name("platform_facts.yaml").read_text())
    return tuple(sorted(map(_fact, read), key=lambda fact: (fact.on, fact.key), reverse=True))


def _fact(said: dict[str, Any]) -> DatedFact:
    texts = {language: said[language] for language in ("en", "bg")}
    more = {"placements": tuple(said.get("placements", ()))}
    return DatedFact(said["key"], said["platform"], said["day"], said["source"], said["read"], texts, **more)
