"""Refuse what looks like a secret: `python tools/no_secrets.py` looks at the tree, with names at those files.

Keys of known shapes are found anywhere. A long random word given to something called password or token is
found too, unless its file is a test or the line says `invented`.
"""

from __future__ import annotations

import math
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SHAPES = {
    "a private key": r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----\s+(?:\S+: .*\s+)*[A-Za-z0-9+/=]{40}",
    "a key of Amazon": r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
    "a token of GitHub": r"\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{60,})",
    "a token of GitLab": r"\bglpat-[A-Za-z0-9_\-]{20,}",
    "a token of Slack": r"\bxox[abeprs]-[0-9A-Za-z\-]{20,}",
    "a token of Meta": r"\bEAA[A-Za-z0-9]{60,}",
    "a key of Google": r"\bAIza[0-9A-Za-z_\-]{35}\b",
    "a key of Stripe": r"\b[sr]k_live_[0-9A-Za-z]{20,}",
    "a key of Tabard": r"\btbd_[A-Za-z0-9_\-]{43}\b",
    "a password in an address": r"\b[a-z][a-z0-9+]+://[^\s:/@\"'<>{}]+:(?!\.\.\.|secret|password)[^\s:/@\"'<>{}$]{8,}@",
}
GIVEN = re.compile(
    r"""(?i)["']?\w*(?:password|passwd|secret|token|api_?key|private_?key|vault_?key)\w*["']?\s*[:=]\s*"""
    r"""["']?([A-Za-z0-9+/_=\-]{20,})["']?\s*(?:$|[,;)#}])"""
)
INVENTED = re.compile(r"(^|/)(tests?|payloads|practice|demo|networks|bench)/|conftest\.py$")
LOCKS = {"package-lock.json", "openapi.json"}
LARGEST = 2_000_000


def entropy(word: str) -> float:
    """Bits in each letter, by how often each one occurs. Words and names stay below 3.7."""
    return -sum(n / len(word) * math.log2(n / len(word)) for n in Counter(word).values())


def secrets_in(text: str, name: str) -> Iterator[str]:
    """What looks like a secret in a file, with its line."""
    for what, shape in SHAPES.items():
        for found in re.finditer(shape, text):
            line = text.count("\n", 0, found.start()) + 1
            if "invented" not in text.splitlines()[line - 1]:
                yield f"{name}:{line} {what}"
    if INVENTED.search(name) or Path(name).name in LOCKS:
        return
    for number, line in enumerate(text.splitlines(), 1):
        found = GIVEN.search(line) if len(line) < 1000 else None
        if found and "invented" not in line and _random(found[1]):
            yield f"{name}:{number} a random word given to a name like that"


def _random(word: str) -> bool:
    kinds = sum(bool(re.search(kind, word)) for kind in ("[a-z]", "[A-Z]", "[0-9]"))
    return kinds >= 2 and bool(re.search("[0-9]", word)) and entropy(word) >= 3.7


def in_tree(root: Path = ROOT) -> list[str]:
    """The files that would be committed."""
    listing = ["git", "ls-files", "-co", "--exclude-standard", "-z"]
    told = subprocess.run(listing, cwd=root, capture_output=True, check=True)  # noqa: S603 ours
    return [name for name in told.stdout.decode().split("\0") if name]


def look(names: Iterable[str], root: Path = ROOT) -> list[str]:
    """Everything found in these files; what is no text is passed over."""
    found: list[str] = []
    for name in names:
        path = root / name
        if not path.is_file() or path.stat().st_size > LARGEST:
            continue
        try:
            found += secrets_in(path.read_text(), name)
        except UnicodeDecodeError:
            continue
    return found


if __name__ == "__main__":
    if found := look(sys.argv[1:] or in_tree()):
        sys.exit("These look as if they held a secret:\n" + "\n".join(found))
