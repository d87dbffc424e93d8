"""What a post says, as it goes out and as it comes back."""

from __future__ import annotations

import regex

from tabard.connectors.text.finders import linkedin
from tabard.connectors.text.little import escape, little_text

SHORT = "https://lnkd.in/"
_TAG = regex.compile(r"\{hashtag\|\\?#\|([^{}|]*)\}")
_ESCAPED = regex.compile(r"\\([|{}@\[\]()<>#\\*_~])")


def written(text: str) -> str:
    """`text` as LinkedIn takes it: a forgotten backslash would cut it off. Tags stay live."""
    return little_text(text, _tagged)


def _tagged(text: str) -> str:
    parts, at = [], 0
    for tag in (each for each in linkedin(text) if each.kind == "hashtag"):
        sign = text[tag.start]
        parts += [escape(text[at : tag.start]), sign, escape(text[tag.start + 1 : tag.end])]
        at = tag.end
    return "".join([*parts, escape(text[at:])])


def read(commentary: object) -> str:
    """A text that comes back, as its author wrote it: tags come in a form of their own."""
    said = commentary if isinstance(commentary, str) else ""
    return _ESCAPED.sub(r"\1", _TAG.sub(r"#\1", said))


def same(theirs: str, ours: str) -> bool:
    """Whether two texts are the same but for how lines are set, and for addresses that were shortened."""
    words, wanted = theirs.split(), ours.split()
    return len(words) == len(wanted) and all(map(same_word, words, wanted))


def same_word(theirs: str, ours: str) -> bool:
    """A word, or an address that LinkedIn may have put one of its own in the place of."""
    return theirs == ours or (theirs.startswith(SHORT) and ours.startswith(("http://", "https://")))
