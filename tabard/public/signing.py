"""Ed25519 over the canonical form: keys made, sealed, chosen; documents signed and read back."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tabard.access.vault import seal, unseal
from tabard.public.canonical import canonical
from tabard.public.models import SigningKey

ALGORITHM = "Ed25519"


def purpose(key_id: str) -> str:
    """What the secret of a key is sealed for."""
    return f"signing key {key_id}"


def made(now: datetime, signs_from: datetime) -> SigningKey:
    """A new key, not saved yet."""
    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw()
    key_id = hashlib.sha256(public).hexdigest()[:16]
    secret = seal({"private": text(private.private_bytes_raw())}, about=purpose(key_id))
    return SigningKey(name=key_id, public=text(public), secret=secret, made_at=now, signs_from=signs_from)


def current(keys: Sequence[SigningKey], now: datetime) -> SigningKey | None:
    """The one that signs at `now`: the latest whose time has come."""
    able = [key for key in keys if key.revoked_at is None and key.signs_from <= now]
    return max(able, key=lambda key: (key.signs_from, key.made_at), default=None)


def published(keys: Sequence[SigningKey]) -> list[dict[str, Any]]:
    """Every key there has been, as outsiders are told: from when on it signs, and until when it did."""
    found = []
    for place, key in enumerate(keys):
        after = next((k for k in keys[place + 1 :] if k.revoked_at is None), None)
        until = key.revoked_at or (after.signs_from if after else None)
        found.append(
            {
                "id": key.name,
                "algorithm": ALGORITHM,
                "public": key.public,
                "from": moment(key.signs_from),
                "until": moment(until) if until else None,
                "revoked": key.revoked_at is not None,
            }
        )
    return found


def signed(document: dict[str, Any], key: SigningKey) -> str:
    """The document with its signature, in the form that was signed."""
    secret = unseal(key.secret, about=purpose(key.name))["private"]
    private = Ed25519PrivateKey.from_private_bytes(base64.urlsafe_b64decode(secret + "=="))
    value = text(private.sign(canonical(document)))
    whole = {**document, "signatures": [{"key": key.name, "algorithm": ALGORITHM, "value": value}]}
    return canonical(whole).decode()


def moment(at: datetime) -> str:
    """A time as documents write it."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def text(raw: bytes) -> str:
    """Bytes for an address or a JSON file: base64 of RFC 4648, section 5, without padding."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
