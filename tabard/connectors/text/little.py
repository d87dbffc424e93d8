"""LinkedIn's little text: letters with a meaning go out with a backslash before them (2026-05).

Whether the backslash counts is reported both ways, so it is counted.
"""

from __future__ import annotations

import re
from collections.abc import Callable

RESERVED = re.compile(r"[|{}@\[\]()<>#\\*_~]")
# A mention that shall work is written as it is; in the name the letters keep their meaning.
MENTION = re.compile(r"@\[([^\[\]\n]+)\]\((urn:li:(?:organization|person):[A-Za-z0-9_-]+)\)")


def escape(text: str) -> str:
    """`text` with a backslash before every reserved letter."""
    return RESERVED.sub(r"\\\g<0>", text)


def reserved(text: str) -> int:
    """How many letters of `text` need a backslash."""
    return len(RESERVED.findall(text))


def mention(found: re.Match[str]) -> str:
    """A mention as it goes out."""
    return f"@[{escape(found.group(1))}]({found.group(2)})"


def little_text(text: str, plain: Callable[[str], str] = escape) -> str:
    """`text` as it goes out; `plain` writes what stands between mentions."""
    parts, at = [], 0
    for found in MENTION.finditer(text):
        parts += [plain(text[at : found.start()]), mention(found)]
        at = found.end()
    return "".join([*parts, plain(text[at:])])
