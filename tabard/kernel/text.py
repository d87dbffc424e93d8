"""Text as people type it: cleaned of what nobody can see, folded for searching."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

# What nobody can see lets one name pass for another, and goes from names. The joiners stay where emoji and
# several scripts need them, the tags in the flags that are made of them. Posts keep all of it.
_INVISIBLE = dict.fromkeys(
    [
        0x00AD,
        0x034F,
        0x115F,
        0x1160,
        0x180E,
        0x200B,
        *range(0x2060, 0x2066),
        *range(0x206A, 0x2070),
        0x2800,
        0x3164,
        0xFEFF,
        0xFFA0,
        *range(0xFFF9, 0xFFFC),
    ]
)
_TURNING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C])
# Joiners with nothing before them, or after a letter of a script that does not join: ASCII to Cyrillic.
_LOOSE = re.compile(r"(?:^|(?<=[\x00-\u058f\s]))[\u200c\u200d]+|[\u200c\u200d]+(?=\s|$)")
_TAGS = re.compile(r"(\U0001f3f4[\U000e0020-\U000e007e]+\U000e007f)|[\U000e0000-\U000e007f]+")
_OVERRIDES = re.compile(r"[\u202a-\u202e\u2066-\u2069]")


def name(text: str) -> str:
    """A name on one line: NFC, no control or invisible characters, single spaces."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    text = unicodedata.normalize("NFC", text).translate(_INVISIBLE).translate(_TURNING)
    # What joins is judged last, when what stood between it and its letters has gone.
    text = _LOOSE.sub("", _TAGS.sub(lambda found: found[1] or "", text))
    text = "".join(c if unicodedata.category(c) not in {"Cc", "Cs", "Co"} else " " for c in text)
    return " ".join(text.split())


def prose(text: str) -> str:
    """Text of several lines: NFC, one kind of line end, no control characters but line end and tab."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs"}).rstrip()


def one_word(text: str) -> bool:
    """Whether there is no space, control or invisible character in it: for addresses."""
    return not any(c.isspace() or unicodedata.category(c)[0] == "C" or ord(c) in _INVISIBLE for c in text)


def hides(text: str) -> bool:
    """Whether there is something in it that nobody sees, or that looks like a space: for keys of others,
    which are taken letter by letter or not at all."""
    return not one_word(text.replace(" ", ""))


def email_key(email: str) -> str:
    """What two spellings of one e-mail address share: only A to Z have two cases in it.

    `straße` and `strasse`, `ſ` and `s`, `ı` and `i` are one to databases and to Unicode, and two to the mail.
    """
    plain = unicodedata.normalize("NFC", email.strip())
    return "".join(c.lower() if c.isascii() else c for c in plain)


def turns(text: str) -> bool:
    """Whether it has marks that show it in another order than it is written in."""
    return bool(_OVERRIDES.search(text))


def number(typed: object) -> int | None:
    """The whole number that was typed, as ids and counts are; None where it is none the database can hold."""
    plain = str(typed)
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) <= 18 else None


def numbers(typed: Iterable[object]) -> list[int]:
    """Those of `typed` that are numbers."""
    return [found for each in typed if (found := number(each)) is not None]


def folded(*parts: str) -> str:
    """For a search column: accents and case away, in any script: `Гданьск Gdańsk` finds `gdansk`."""
    joined = unicodedata.normalize("NFKD", " ".join(p for p in parts if p)).casefold()
    return " ".join("".join(c for c in joined if not unicodedata.combining(c)).split())


# Scripts that do not part their words: Thai, Lao, Burmese, Khmer, kana, Han. Each sign is a word there.
_UNPARTED = re.compile(
    r"([\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff])"
)
_BETWEEN = {"P", "S", "Z", "C"}


def searchable(*parts: str) -> str:
    """Folded words and nothing between them but one space, for a column that is searched by beginnings of
    words; where a script does not part its words, every sign stands alone.
    """
    return " ".join(_UNPARTED.sub(r" \1 ", words(folded(*parts))).split())


def words(text: str) -> str:
    """The words of a text with nothing between them but one space."""
    return " ".join("".join(" " if unicodedata.category(c)[0] in _BETWEEN else c for c in text).split())
