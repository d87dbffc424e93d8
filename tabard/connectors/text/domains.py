"""The ends of domain names that exist, by which a platform tells an address from a word with a dot."""

from __future__ import annotations

from functools import cache
from pathlib import Path


def _sections() -> list[frozenset[str]]:
    """The parts of the file, each under a remark: of Latin letters, of other scripts, gone."""
    found: list[set[str]] = []
    for line in (Path(__file__).parent / "tlds.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            found.append(set())
        else:
            found[-1].update(line.split())
    return [frozenset(names) for names in found]


LATIN, OTHER_SCRIPTS, GONE = _sections()
# What X's own list of 2021 takes for the end of a domain.
EVER = LATIN | GONE
# Kept free for examples and tests (RFC 2606): nobody's real address ends in one.
EXAMPLES = frozenset(("example", "invalid", "test"))


@cache
def _by_first_letter() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for name in sorted(OTHER_SCRIPTS, key=len, reverse=True):
        found.setdefault(name[0], []).append(name)
    return {first: tuple(names) for first, names in found.items()}


def in_other_script(text: str) -> tuple[str, ...]:
    """The ends in other scripts that `text` begins with, the longest first."""
    names = _by_first_letter().get(text[:1], ())
    return tuple(name for name in names if text.startswith(name))


def is_domain(name: str) -> bool:
    """Whether `name` ends in a top-level domain of Latin letters that exists."""
    return name.rpartition(".")[2].lower() in LATIN and "." in name.strip(".")
