"""Secrets at rest: each under a key of its own, which is wrapped under a master key outside the database.

`seal` and `unseal` work on plain dicts. The stored form is `v2.<master key>.<wrapped key>.<nonce and
ciphertext>`, so that another master key means wrapping anew and not encrypting anew.
"""

from __future__ import annotations

import json
import os
from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tabard.access.vault.keys import NONCE, Ring, Sealed, ring


def seal(secret: Mapping[str, Any], *, about: str) -> str:
    """Encrypt `secret` for one purpose: `about` (say `channel 12`) must be the same when it is opened."""
    key, nonce, purpose, master = AESGCM.generate_key(256), os.urandom(NONCE), about.encode(), ring().current
    sealed = nonce + AESGCM(key).encrypt(nonce, json.dumps(dict(secret)).encode(), purpose)
    return ".".join(("v2", master.id, _text(master.wrap(key, purpose)), _text(sealed)))


def unseal(sealed: str, *, about: str) -> dict[str, Any]:
    """The secret again. `Sealed` if the key or the purpose is another, or it was tampered with."""
    if not sealed:
        return {}
    key, data = _opened(sealed, about.encode(), ring())
    opened: dict[str, Any] = json.loads(_decrypted(key, data, about))
    return opened


def master_of(sealed: str) -> str:
    """The id of the master key that something was sealed under."""
    return sealed.split(".", 2)[1] if "." in sealed else ""


def rewrap(sealed: str, *, about: str) -> str:
    """The same secret under the current master key; unchanged if it is under it already."""
    there = ring()
    if not sealed or master_of(sealed) == there.current.id:
        return sealed
    key, data = _opened(sealed, about.encode(), there)
    _decrypted(key, data, about)  # what does not open any more must not look as if it were fresh
    return ".".join(("v2", there.current.id, _text(there.current.wrap(key, about.encode())), _text(data)))


def _opened(sealed: str, purpose: bytes, there: Ring) -> tuple[bytes, bytes]:
    """The secret's own key, and what it encrypts."""
    try:
        version, name, wrapped, data = sealed.split(".")
        if version != "v2":
            raise Sealed(f"what is stored has the unknown form {version[:8]!r}")
        return there.of(name).unwrap(b64decode(wrapped), purpose), b64decode(data)
    except ValueError as error:
        raise Sealed("what is stored is damaged") from error


def _decrypted(key: bytes, data: bytes, about: str) -> bytes:
    try:
        return AESGCM(key).decrypt(data[:NONCE], data[NONCE:], about.encode())
    except (InvalidTag, ValueError) as error:
        raise Sealed(f"the secret of {about} does not open") from error


def _text(raw: bytes) -> str:
    return b64encode(raw).decode()
