"""Secrets at rest: encrypted under a key that is not in the database.

`seal` and `unseal` work on plain dicts. The stored form is `v1.<key id>.<nonce and ciphertext>`; the key id
lets keys be rotated later without guessing.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings


class Sealed(Exception):
    """What is stored cannot be opened with the key of this set-up."""


def _key() -> tuple[str, AESGCM]:
    if not settings.VAULT_KEY:
        raise Sealed("TABARD_VAULT_KEY is not set")
    raw = hashlib.scrypt(settings.VAULT_KEY.encode(), salt=b"tabard vault v1", n=2**14, r=8, p=1, dklen=32)
    return hashlib.sha256(raw).hexdigest()[:8], AESGCM(raw)


_made: tuple[str, str, AESGCM] | None = None


def _current() -> tuple[str, AESGCM]:
    """The key, derived once per process."""
    global _made
    if _made is None or _made[0] != settings.VAULT_KEY:
        name, cipher = _key()
        _made = (settings.VAULT_KEY, name, cipher)
    return _made[1], _made[2]


def seal(secret: Mapping[str, Any], *, about: str) -> str:
    """Encrypt `secret` for one purpose: `about` (say `channel 12`) must be the same when it is opened."""
    name, cipher = _current()
    nonce = os.urandom(12)
    sealed = cipher.encrypt(nonce, json.dumps(dict(secret)).encode(), about.encode())
    return f"v1.{name}.{base64.b64encode(nonce + sealed).decode()}"


def unseal(sealed: str, *, about: str) -> dict[str, Any]:
    """The secret again. `Sealed` if the key or the purpose is another, or it was tampered with."""
    if not sealed:
        return {}
    version, name, data = sealed.split(".", 2)
    known, cipher = _current()
    if version != "v1" or name != known:
        raise Sealed(f"sealed under key {name}, this set-up has {known}")
    raw = base64.b64decode(data)
    try:
        opened: dict[str, Any] = json.loads(cipher.decrypt(raw[:12], raw[12:], about.encode()))
    except InvalidTag as error:
        raise Sealed(f"the secret of {about} does not open") from error
    return opened
