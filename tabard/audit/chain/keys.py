"""Keys outside the database: whoever holds only the database can neither make a seal nor a signature.

`TABARD_AUDIT_KEY` may hold several words: the first one signs, the others still verify. Without it keys are
derived from the secret key of the installation.
"""

from __future__ import annotations

import hashlib
import hmac
from functools import cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings


@cache
def _derived(secret: str, purpose: str) -> bytes:
    return HKDF(SHA256(), 32, salt=b"tabard audit v1", info=purpose.encode()).derive(secret.encode())


def _secrets() -> list[str]:
    return [*settings.AUDIT_KEYS, settings.SECRET_KEY]


def name_of(secret: str) -> str:
    """Eight signs that tell keys apart and say nothing of them."""
    return hashlib.sha256(_derived(secret, "name")).hexdigest()[:8]


def current() -> str:
    """The name of the key that signs now."""
    return name_of(_secrets()[0])


def mac(digest: bytes, name: str = "") -> bytes | None:
    """The seal's own code under the key called `name` (the current one); None if that key is not here."""
    for secret in _secrets():
        if not name or name_of(secret) == name:
            return hmac.digest(_derived(secret, "seal"), digest, "sha256")
    return None


def signed(message: bytes) -> dict[str, str]:
    """An Ed25519 signature that others can check with the public key beside it."""
    key = Ed25519PrivateKey.from_private_bytes(_derived(_secrets()[0], "signature"))
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return {"algorithm": "Ed25519", "public_key": public.hex(), "signature": key.sign(message).hex()}


def stream_secret(number: int) -> str:
    """What a webhook's messages are signed with; shown to whoever keeps the stream, stored nowhere."""
    return _derived(_secrets()[0], f"stream {number}").hex()
