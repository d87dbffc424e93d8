"""Which handles a platform allows, by `alphabets.yaml`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml


@dataclass(frozen=True)
class Alphabet:
    """The rules of one platform."""

    platform: str
    marks: str
    least: int
    most: int
    first: str = ""
    first_not: str = ""
    last_not: str = ""
    twice_not: str = ""
    not_ending: tuple[str, ...] = ()
    not_beginning: tuple[str, ...] = ()
    unicode: bool = False

    def allows(self, handle: str) -> bool:
        """Whether somebody could take this handle."""
        if not self.least <= len(handle) <= self.most or handle[0] in self.first_not:
            return False
        if handle[-1] in self.last_not or (self.first == "letter" and not handle[0].isalpha()):
            return False
        if handle.endswith(self.not_ending) or handle.startswith(self.not_beginning):
            return False
        if any(mark * 2 in handle for mark in self.twice_not):
            return False
        return all(self._has(sign) for sign in handle)

    def _has(self, sign: str) -> bool:
        if sign in self.marks:
            return True
        return sign.isalnum() and (sign.isascii() or self.unicode)


@cache
def alphabets() -> dict[str, Alphabet]:
    """By the slug of the platform; `domain` and `name` besides."""
    read = yaml.safe_load(Path(__file__).with_name("alphabets.yaml").read_text())
    for rules in read.values():
        rules["not_ending"] = tuple(rules.pop("not_ending", ()))
        rules["not_beginning"] = tuple(rules.pop("not_beginning", ()))
    return {slug: Alphabet(slug, **rules) for slug, rules in read.items()}


def alphabet(platform: str) -> Alphabet:
    """The platform's own, or one that most platforms keep to."""
    return alphabets().get(platform) or Alphabet(platform, "_", 3, 30)
