"""Takes secrets out of what platforms answered, so that it can be kept and shown."""

from __future__ import annotations

import re
from collections.abc import Iterable

HIDDEN = "[hidden]"

_NAMED = re.compile(
    r"""(?ix) (["']? [\w-]* (?:token|secret|password|jwt|authorization|api_?key|code_verifier) ["']?
    \s* [:=] \s* ) ( "[^"]*" | '[^']*' | [^\s,&;"'}]+ )"""
)
_BEARER = re.compile(r"(?i)\b(bearer|basic|dpop)\s+[A-Za-z0-9._~+/=-]{6,}")
_JWT = re.compile(r"\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*")


def scrub(text: str, secrets: Iterable[str] = ()) -> str:
    """`text` without `secrets` and without anything that looks like one."""
    for secret in secrets:
        text = text.replace(secret, HIDDEN)
    text = _JWT.sub(HIDDEN, text)
    text = _BEARER.sub(rf"\1 {HIDDEN}", text)
    return _NAMED.sub(rf"\1{HIDDEN}", text)
