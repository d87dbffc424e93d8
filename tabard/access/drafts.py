"""The key under which a browser seals what somebody typed and has not saved.

It is in the pages of whoever is signed in, which no cache keeps, and in no store of the browser. It is the
same at every sign-in, so that a draft comes back after a crash, and another one once somebody was shut out.
"""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


def key_for(person: Any) -> str:
    """256 bits in base64, from the installation's secret, the person, and how often they were shut out."""
    about = f"tabard drafts v1 {person.pk} {person.generation}".encode()
    made = HKDF(SHA256(), 32, salt=None, info=about).derive(settings.SECRET_KEY.encode())
    return b64encode(made).decode()
