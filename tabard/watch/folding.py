"""Letters brought to what the eye takes them for: Unicode's look-alikes (TR39), accents, digits as letters.

A skeleton is only ever compared, never shown and never stored as a name.
"""

from __future__ import annotations

import json
import unicodedata
from functools import cache, lru_cache
from importlib import resources

import idna

# What stands for a letter in handles; 1 is read as l here and as i in LEET_I.
LEET = str.maketrans("013456789$@!|", "oleasbtbgsall")
LEET_I = str.maketrans("1!|", "iii")


@cache
def look_alikes() -> dict[str, str]:
    """Each character that looks like another to the one it is taken for (its prototype)."""
    data = resources.files("confusable_homoglyphs").joinpath("confusables.json").read_text("utf-8")
    pairs: dict[str, list[dict[str, str]]] = json.loads(data)
    found = {}
    for sign, others in pairs.items():
        # A prototype has many that look like it, one that looks like it has a single prototype.
        if len(sign) == 1 and len(others) == 1:
            found[sign] = _visible(others[0]["c"])
    for sign, prototype in list(found.items()):
        if found.get(prototype) == sign and not _plainer(prototype, sign):
            del found[sign]
    for sign, prototype in found.items():
        found[sign] = _to_the_end(prototype, found)
    return found


def _to_the_end(text: str, alike: dict[str, str]) -> str:
    """`text` with look-alikes of look-alikes followed, so that a skeleton's skeleton is itself."""
    for _step in range(4):
        further = unicodedata.normalize("NFD", "".join(alike.get(c, c) for c in text))
        if further == text:
            break
        text = further
    return text


def _visible(text: str) -> str:
    return "".join(c for c in text if unicodedata.category(c) != "Cf")


def _plainer(one: str, other: str) -> bool:
    return (not one.isascii(), one) < (not other.isascii(), other)


@lru_cache(65536)
def skeleton(text: str) -> str:
    """TR39's skeleton: two texts that give the same one can be taken for each other."""
    alike = look_alikes()
    apart = unicodedata.normalize("NFD", text)
    kept = (c for c in apart if not _ignorable(c))
    return unicodedata.normalize("NFD", "".join(alike.get(c, c) for c in kept))


def _ignorable(c: str) -> bool:
    return unicodedata.category(c) == "Cf" or 0xFE00 <= ord(c) <= 0xFE0F or c == "\u034f"


def decoded(text: str) -> str:
    """A domain's labels as they are shown: `xn--trezr-3ta` is `trezór`."""
    if "xn--" not in text.casefold():
        return text
    return ".".join(_label(label) for label in text.split("."))


def _label(label: str) -> str:
    if not label.casefold().startswith("xn--"):
        return label
    try:
        return idna.decode(label)
    except (idna.IDNAError, UnicodeError):
        try:
            return label[4:].encode("ascii").decode("punycode")
        except UnicodeError:
            return label


def folded(text: str) -> str:
    """Small letters without accents, foreign look-alikes as the plain letters they pass for."""
    if text.isascii():
        return text.lower()
    return _folded(text)


@lru_cache(65536)
def _folded(text: str) -> str:
    alike = look_alikes()
    found = []
    for c in unicodedata.normalize("NFKD", text).casefold():
        if unicodedata.combining(c) or _ignorable(c):
            continue
        if c.isascii():
            found.append(c)
            continue
        prototype = alike.get(c, c)
        found.append(prototype.casefold() if prototype.isascii() else c)
    return "".join(found)


def disguised(text: str) -> bool:
    """Whether letters of another script, or with marks, stand among plain ones."""
    if text.isascii():
        return False
    kinds = {_script(c) for c in text if c.isalpha()}
    return len(kinds) > 1


def _script(c: str) -> str:
    if c.isascii():
        return "LATIN"
    name = unicodedata.name(c, "?")
    first = name.split(" ", 1)[0]
    return "LATIN with marks" if first == "LATIN" else first
