"""A handle, name or domain taken apart: its words, and the core that is left without words beside it."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path

import yaml

from tabard.watch.folding import LEET, LEET_I, decoded, folded

_PARTS = re.compile(r"[^\W_]+")
_CAMEL = re.compile(r"[A-Z]{2,}(?![a-z])|[A-Z]?[a-z]+|[A-Z]|[^\W\d_A-Za-z]+|\d+")
_DOMAIN = re.compile(r"^(?:[^\s./@:]+\.)+[^\W\d_]{2,24}$|\.xn--[a-z0-9-]+$", re.I)
_SECOND = frozenset(["co", "com", "org", "net", "gov", "ac", "edu", "gob", "gouv"])
WEB = frozenset(["domain", "web", "website", "dns", "url", "site"])
# What stands for a platform where a name is meant that people have, not one of an account.
NAMES = frozenset(["name"])
LEAST = 3  # letters that a core must keep
LONG = 6  # so many letters make a name that is not met by chance


@dataclass(frozen=True)
class Words:
    """The vocabulary of words beside a name."""

    roles: frozenset[str]
    offices: frozenset[str]
    bait: frozenset[str]
    places: frozenset[str]
    codes: frozenset[str]

    @property
    def neutral(self) -> frozenset[str]:
        return self.roles | self.offices | self.places

    @property
    def where(self) -> frozenset[str]:
        """Places that tell two accounts apart: what nearly everybody of a country has does not."""
        return (self.places | self.codes) - {"us", "usa", "america", "american", "uk", "gb", "eu"}

    @property
    def all(self) -> frozenset[str]:
        return self.neutral | self.bait


@cache
def words() -> Words:
    said = yaml.safe_load(Path(__file__).with_name("words.yaml").read_text())
    return Words(**{name: frozenset(text.split()) for name, text in said.items()})


@cache
def _beside() -> frozenset[str]:
    """All words beside a name where they stand apart from it."""
    return words().all | words().codes


Ends = dict[str, tuple[str, ...]]


@cache
def _ends() -> tuple[Ends, Ends]:
    """Words that may be cut off a name in small letters, by the two letters they begin and end with."""
    cut = [
        w for w in sorted(words().all, key=len, reverse=True) if len(w) > 2 or w in {"hq", "tv", "mp", "pr"}
    ]
    first: dict[str, list[str]] = defaultdict(list)
    last: dict[str, list[str]] = defaultdict(list)
    for word in cut:
        first[word[:2]].append(word)
        last[word[-2:]].append(word)
    return {k: tuple(v) for k, v in first.items()}, {k: tuple(v) for k, v in last.items()}


Reading = tuple[str, str]


@dataclass(slots=True)
class Form:
    """One handle or name. `plain`: its letters and digits; `parts`: its words as marks set them apart;
    `core`: what is left without the words beside it; `beside`: those words. `shown`: it is no handle but a
    shown name, whose words are everybody's.
    """

    said: str
    plain: str
    parts: list[str]
    core: str
    beside: list[str]
    shown: bool = False
    _targets: tuple[str, ...] = ()
    _readings: tuple[Reading, ...] = ()

    def targets(self) -> tuple[str, ...]:
        """What somebody would have to write to pass for this: the name, also without roles and places."""
        if not self._targets:
            self._targets = (self.plain, self.core) if self._has_core() else (self.plain,)
        return self._targets

    def _has_core(self) -> bool:
        if not self.beside or len(self.core) < LONG or 2 * len(self.core) <= len(self.plain):
            return False
        return not any(word in words().bait for word in self.beside)

    def readings(self) -> tuple[Reading, ...]:
        """The texts in it that may be somebody's name, each with how it was found: whole, words, part, or
        word, which counts only as it is.
        """
        if not self._readings:
            self._readings = tuple(dict.fromkeys(self._read()))
        return self._readings

    def _read(self) -> list[Reading]:
        parts = self.parts
        found = [(self.plain, "whole")]
        if self.beside:
            found += [(cut, "words") for cut in _cuts(self.plain)]
        if len(parts) == 1:
            return found
        if self.beside:
            rest = "".join(part for part in parts if part not in _beside() and not part.isdigit())
            found.append((rest, "words"))
        sure = LONG if self.shown else LEAST
        found += [(part, "part" if len(part) > sure else "word") for part in parts if len(part) > LEAST]
        if len(parts) > 2:
            found += [(one + other, "part") for one, other in pairwise(parts)]
        return found + [(cut, "part") for part in parts if len(part) > LONG for cut in _cuts(part)]


def _cuts(text: str) -> list[str]:
    """`text` without the first known word at its ends, then the second, and so on."""
    found: list[str] = []
    cut_beside(text, found)
    return found


def form(said: str, platform: str = "") -> Form:
    """`said` taken apart. A domain loses its ending; only there are several dots usual."""
    shown = said
    if "." in said or "xn--" in said:
        shown = decoded(said)
        if platform in WEB or (not platform and _DOMAIN.search(shown)):
            shown = without_ending(shown)
    small = folded(shown)
    if small.isalpha():
        parts = [small]
        inner = parts if small == shown else _camel(shown, small)
        plain = small
    else:
        parts = _parts(small)
        plain = "".join(parts)
        letters = [part for part in parts if not part.isdigit()]
        inner = letters if len(letters) > 1 else _camel(shown, "".join(letters))
    return _form(said, plain, parts, inner, platform in NAMES)


def _form(said: str, plain: str, parts: list[str], inner: list[str], shown: bool) -> Form:
    beside: list[str] = []
    core = plain
    if len(inner) > 1:
        known = _beside()
        kept = [part for part in inner if part not in known]
        if sum(map(len, kept)) >= LEAST:
            beside = [part for part in inner if part in known]
            core = "".join(kept)
    elif inner:
        core = inner[0]
    core, cut = cut_beside(core)
    return Form(said, plain, parts, core, beside + cut if cut else beside, shown)


def _parts(small: str) -> list[str]:
    """Words between marks; digits stand alone at the ends of a word, and inside it for letters."""
    found = []
    for chunk in _PARTS.findall(small):
        inner = chunk.strip("0123456789")
        if len(inner) == len(chunk) or not inner:
            found.append(chunk)
            continue
        before, _inner, after = chunk.partition(inner)
        found += [part for part in (before, inner, after) if part]
    return found


def _camel(shown: str, plain: str) -> list[str]:
    """Words by capitals, where there are small letters too: RepAckerman, but not IBM."""
    if not shown.isascii() or shown.islower() or shown.isupper():
        return [plain] if plain else []
    found: list[str] = []
    joined = ""
    for part in _CAMEL.findall(shown):
        small = joined + part.lower()
        # De Fazio begins with no code of a country; CO and TX at an end are codes.
        joined = small if part.lower() in words().codes and not part.isupper() else ""
        if not joined and not small.isdigit():
            found.append(small)
    return [*found, joined] if joined else found


def cut_beside(core: str, left: list[str] | None = None) -> tuple[str, list[str]]:
    """`core` without the known words at its ends, and those words; `left` takes what each of them leaves."""
    first, last = _ends()
    found: list[str] = []
    while True:
        room = len(core) - LEAST - 1
        for word in first.get(core[:2], ()):
            if len(word) <= room and core.startswith(word):
                core = core[len(word) :]
                break
        else:
            for word in last.get(core[-2:], ()):
                if len(word) <= room and core.endswith(word):
                    core = core[: -len(word)]
                    break
            else:
                return core, found
        found.append(word)
        if left is not None:
            left.append(core)


def without_ending(domain: str) -> str:
    """A domain without its public ending, and without `www`."""
    labels = domain.strip(".").split(".")
    if len(labels) > 1:
        labels.pop()
        if len(labels) > 1 and labels[-1].casefold() in _SECOND:
            labels.pop()
    return ".".join(label for label in labels if label.casefold() != "www")


@lru_cache(4096)
def other_readings(text: str) -> tuple[tuple[str, str], ...]:
    """What a text reads as when its signs stand for other letters, and which signs: digits, letters."""
    found: list[tuple[str, str]] = []
    if not text.isalpha() and not text.isdigit():
        one = text.translate(LEET)
        other = text.translate(LEET_I).translate(LEET)
        found = [(one, "digits"), (other, "digits")] if one != other else [(one, "digits")]
    if "rn" in text:
        found.append((text.replace("rn", "m"), "letters"))
    if "vv" in text:
        found.append((text.replace("vv", "w"), "letters"))
    return tuple(found)
