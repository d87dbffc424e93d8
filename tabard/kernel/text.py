"""Text as people type it: cleaned of what nobody can see, folded for searching."""

from __future__ import annotations

import re
import unicodedata

# Zero-width joiner and non-joiner stay: emoji and several scripts need them. The marks that turn the
# direction of text around go from names, where they let one name pass for another; posts keep them.
_INVISIBLE = dict.fromkeys([0x200B, 0x2060, 0xFEFF, 0x00AD, *range(0xFFF9, 0xFFFC)])
_TURNING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F])


def name(text: str) -> str:
    """A name on one line: NFC, no control or invisible characters, single spaces."""
    text = unicodedata.normalize("NFC", text).translate(_INVISIBLE).translate(_TURNING)
    text = "".join(c if unicodedata.category(c) not in {"Cc", "Cs", "Co"} else " " for c in text)
    return " ".join(text.split())


def prose(text: str) -> str:
    """Text of several lines: NFC, one kind of line end, no control characters but line end and tab."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs"}).rstrip()


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
