"""Names under which others may pass for one of ours, the likeliest first, as a platform allows them.

Families come from what was seen: of handles, words beside the name are the attack and typos the tail; of
reported domains, a letter at the end, then doubled, then wrong ones. The weight of a family is how often one
of its names was found, so that a short list holds the most.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import combinations, permutations

from tabard.watch.alphabets import Alphabet, alphabet
from tabard.watch.folding import folded, look_alikes

VOWELS = "aeiou"
LETTERS = "abcdefghijklmnopqrstuvwxyz"
ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
LEET = {"o": "0", "i": "1", "l": "1", "e": "3", "a": "4", "s": "5", "t": "7", "b": "8", "g": "9"}
TWINS = (("m", "rn"), ("w", "vv"), ("d", "cl"), ("l", "i"), ("i", "l"), ("u", "v"), ("q", "g"), ("n", "m"))
MOST_WORDS = 4  # of which all orders are tried

# Words beside a name in the order in which they are met; more are in words.yaml, which is for recognising.
AFTER = (
    "official support help hq app team news real service care online shop us uk global tv store inc co live"
    " group web page io pay login claim airdrop giveaway promo bonus wallet secure verify helpdesk media info"
)
BEFORE = "the real official my get we its team ask im hello go join try"
MOST_AFTER = 6.0
MOST_TWINS = 14  # of one letter, where two are exchanged


@dataclass(frozen=True)
class Permutation:
    """One name, the family it comes from, and its weight: only good for putting names in order."""

    handle: str
    family: str
    weight: float


def permutations_of(name: str, platform: str, limit: int = 300) -> list[Permutation]:
    """At most `limit` names that the platform allows, the likeliest first, `name` itself left out."""
    return list(_permutations(name, platform, limit))


# Whoever looks for names comes back to the same channel after each of them.
@lru_cache(256)
def _permutations(name: str, platform: str, limit: int) -> Sequence[Permutation]:
    rules = alphabet(platform)
    words = [word for word in re.split(r"[\W_]+", name.strip()) if word]
    if not words:
        return []
    small = [folded(word) if not rules.unicode else word.lower() for word in words]
    whole = "".join(small)
    own = {name.strip().casefold(), whole if platform != "name" else ""}
    best: dict[str, Permutation] = {}
    for handle, family, weight in _all(small, whole, rules):
        known = best.get(handle)
        if handle in own or not handle or not rules.allows(handle) or (known and known.weight >= weight):
            continue
        best[handle] = Permutation(handle, family, weight)
    return sorted(best.values(), key=lambda each: (-each.weight, each.handle))[:limit]


Found = Iterator[tuple[str, str, float]]


def _all(words: list[str], whole: str, rules: Alphabet) -> Found:
    yield from _orders(words, rules)
    yield from _beside(whole, rules)
    yield from _typos(whole)
    if whole.isascii():
        yield f"{whole}s", "plural", 9.0
        yield from _wrong(whole)
    yield from _signs(whole)
    yield from _marks(whole, rules)
    if rules.unicode:
        yield from _foreign(whole)


def _orders(words: list[str], rules: Alphabet) -> Found:
    """All orders of the words with each mark between them, and initials."""
    if len(words) < 2:
        return
    for place, order in enumerate(permutations(words[:MOST_WORDS])):
        rest = words[MOST_WORDS:]
        for mark in ("", *rules.marks):
            yield mark.join([*order, *rest]), "order", 5.0 if place == 0 else 1.2
    yield "".join(word[0] for word in words), "initials", 0.8
    yield words[0] + "".join(word[0] for word in words[1:]), "initials", 0.6
    for word in words:
        yield word, "part", 0.5


def _beside(whole: str, rules: Alphabet) -> Found:
    """Words before and after the name, with and without a mark."""
    mark = rules.marks[:1] if rules.marks != " " else " "
    marks = ("_" if "_" in rules.marks else mark, "")
    for place, word in enumerate(AFTER.split()):
        weight = MOST_AFTER / (1 + place / 8)
        for between in dict.fromkeys(marks):
            yield f"{whole}{between}{word}", "affix", weight * (1 if not between else 0.8)
    for place, word in enumerate(BEFORE.split()):
        weight = 4.5 / (1 + place / 3)
        for between in dict.fromkeys(marks):
            yield f"{word}{between}{whole}", "affix", weight * (1 if not between else 0.7)
    for year in ("1", "2", "24", "247", "365", "2025", "2026", "01", "123"):
        yield whole + year, "number", 1.5


def _typos(whole: str) -> Found:
    """Slips of the hand: a letter too many, too few, twice, or two exchanged."""
    yield f"{whole}{whole[-1]}", "repetition", 4.2
    yield whole.removesuffix("s"), "plural", 2.0
    for place in range(len(whole)):
        sign = whole[place]
        before, after = whole[:place], whole[place + 1 :]
        twice = sign in (before[-1:], after[:1])
        yield before + after, "omission", 3.9 if twice else 1.4 if after else 2.1
        yield before + sign * 2 + after, "repetition", 1.9
        if after and after[0] != sign:
            yield before + after[0] + sign + after[1:], "transposition", 1.5
    consonants = whole[:1] + "".join(sign for sign in whole[1:] if sign not in VOWELS)
    yield consonants, "no vowels", 0.4


def _wrong(whole: str) -> Found:
    """A letter instead of another, or one more, near on the keyboard or not."""
    for place in range(len(whole)):
        sign = whole[place]
        before, after = whole[:place], whole[place + 1 :]
        for other in LETTERS:
            if other == sign:
                continue
            near = other in _near(sign)
            vowel = sign in VOWELS and other in VOWELS
            yield before + other + after, "replacement", 1.1 if vowel else 0.75 if near else 0.17
            # After the letter before, which the hand was at.
            yield before + other + sign + after, "addition", 0.5 if near else 0.22
    for other in LETTERS:
        yield whole + other, "addition", 1.0
        yield other + whole, "addition", 0.5
    for digit in "0123456789":
        yield whole + digit, "number", 1.6
        yield digit + whole, "number", 0.35


def _near(sign: str) -> str:
    for row, signs in enumerate(ROWS):
        if (place := signs.find(sign)) >= 0:
            around = [ROWS[r][max(0, place - 1) : place + 2] for r in range(max(0, row - 1), min(3, row + 2))]
            return "".join(around).replace(sign, "")
    return ""


def _signs(whole: str) -> Found:
    """Digits for letters, and letters that look like others."""
    for place, sign in enumerate(whole):
        if sign in LEET:
            yield whole[:place] + LEET[sign] + whole[place + 1 :], "leetspeak", 1.2
    some = "".join(LEET.get(sign, sign) for sign in whole)
    yield some, "leetspeak", 0.7
    for letter, digit in LEET.items():
        if whole.count(letter) > 1:
            yield whole.replace(letter, digit), "leetspeak", 1.2
    for one, other in TWINS:
        for found in re.finditer(one, whole):
            yield whole[: found.start()] + other + whole[found.end() :], "homoglyph", 1.2


def _marks(whole: str, rules: Alphabet) -> Found:
    """Marks before, after and within the name."""
    for mark in rules.marks:
        yield whole + mark, "separator", 2.5
        yield mark + whole, "separator", 2.0
        yield mark + whole + mark, "separator", 0.8
        yield whole + mark * 2, "separator", 0.6
        for place in range(1, len(whole)):
            yield whole[:place] + mark + whole[place:], "separator", 0.45


def _foreign(whole: str) -> Found:
    """Letters of other scripts, and with accents, that pass for the plain ones."""
    alike = _twins_of()
    for place, sign in enumerate(whole):
        for rank, other in enumerate(alike.get(sign, ())):
            weight = 1.3 / (1 + rank / 6)
            yield whole[:place] + other + whole[place + 1 :], "homoglyph", weight
    for sign in sorted(set(whole)):
        for other in alike.get(sign, ())[:3]:
            if whole.count(sign) > 1:
                yield whole.replace(sign, other), "homoglyph", 0.9
    yield from _two_foreign(whole, alike)
    for place in range(len(whole) + 1):
        for sign in (sign for vowel in VOWELS for sign in ACCENTS[vowel]):
            yield whole[:place] + sign + whole[place:], "addition", 0.06


def _two_foreign(whole: str, alike: dict[str, tuple[str, ...]]) -> Found:
    """Two letters exchanged at once."""
    for first, second in combinations(range(len(whole)), 2):
        for rank, left in enumerate(alike.get(whole[first], ())[:MOST_TWINS]):
            for later, right in enumerate(alike.get(whole[second], ())[:MOST_TWINS]):
                handle = whole[:first] + left + whole[first + 1 : second] + right + whole[second + 1 :]
                yield handle, "homoglyph", 0.15 / (1 + (rank + later) / 6)


_CYRILLIC = dict(zip("acehijkopstxyв", "асеһіјкорѕтхув", strict=True))
ACCENTS = {
    "a": "áàâäãåāăąạ",
    "b": "ḃḅ",
    "c": "çćčċ",
    "d": "ďđḍ",
    "e": "éèêëēĕėęěẹ",
    "f": "ḟƒ",
    "g": "ğĝġģ",
    "h": "ĥħḥ",
    "i": "íìîïīĭįıị",
    "j": "ĵ",
    "k": "ķḳ",
    "l": "ĺļľłḷ",
    "m": "ṃṁ",
    "n": "ñńņňṇ",
    "o": "óòôöõøōŏőọơ",
    "p": "ṗƿ",
    "r": "ŕŗřṛ",
    "s": "śŝşšșṣ",
    "t": "ţťŧțṭ",
    "u": "úùûüūŭůűųụư",
    "v": "ṿν",
    "w": "ŵẁẃẅẉ",
    "x": "ẋ",
    "y": "ýÿŷỳỵ",
    "z": "źżžẓ",
}


@cache
def _twins_of() -> dict[str, tuple[str, ...]]:
    """For each plain letter those that pass for it: Cyrillic first, accents, the rest of Unicode's."""
    found: dict[str, list[str]] = {sign: [] for sign in LETTERS}
    for plain, other in _CYRILLIC.items():
        if plain in found:
            found[plain].append(other)
    for plain, signs in ACCENTS.items():
        found[plain] += signs
    for sign, prototype in look_alikes().items():
        if not sign.isascii() and prototype.isascii() and sign.isalpha() and sign.islower():
            found.setdefault(sign, []).append(prototype.lower())
        # Only small letters of the first plane: others are folded away by browsers and platforms.
        if prototype in found and sign.islower() and ord(sign) < 0x2C00 and sign not in found[prototype]:
            found[prototype].append(sign)
    return {
        plain: tuple(dict.fromkeys(sign for sign in signs if len(sign) == 1))
        for plain, signs in found.items()
    }
