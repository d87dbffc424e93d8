"""Time stamps of RFC 3161: a trusted server signs that this head was there at that time."""

from __future__ import annotations

import hashlib
from pathlib import Path

import httpx
from cryptography.x509 import load_pem_x509_certificates
from rfc3161_client import (
    TimestampRequestBuilder,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from tabard.audit.chain.notes import Head, Note
from tabard.audit.models import Anchor

TIMEOUT = 20.0  # seconds


class Stamps:
    """The server at `address`; `roots` is a PEM file with the certificates its answers must lead to."""

    name = "stamp"

    def __init__(self, address: str, roots: str) -> None:
        self.address = address
        self.roots = roots

    def leave(self, note: Note) -> tuple[str, bytes]:
        """Have the head stamped; the answer is checked before it is believed."""
        message = bytes.fromhex(note.digest)
        asked = TimestampRequestBuilder().data(message).build()
        headers = {"Content-Type": "application/timestamp-query"}
        try:
            answer = httpx.post(self.address, content=asked.as_bytes(), headers=headers, timeout=TIMEOUT)
            answer.raise_for_status()
        except httpx.HTTPError as error:
            raise OSError(f"{self.address}: {error}") from error
        self._check(answer.content, message, nonce=asked.nonce)
        return self.address, answer.content

    def heads(self, mark: str) -> list[Head]:
        """Stamps are kept with their seal and prove themselves: what does not fit was rewritten."""
        found = []
        for anchor in Anchor.objects.filter(where=self.name, trouble="").select_related("seal"):
            digest = bytes(anchor.seal.digest)
            try:
                self._check(bytes(anchor.proof), digest)
                found.append((anchor.seal_id, digest.hex(), anchor.reference))
            except OSError as error:
                found.append((anchor.seal_id, "", str(error)))
        return found

    def examine(self) -> str:
        """Have something without meaning stamped."""
        self.leave(Note("", 0, 0, hashlib.sha256(b"tabard doctor").hexdigest(), ""))
        return self.address

    def _check(self, answer: bytes, message: bytes, nonce: int | None = None) -> None:
        builder = VerifierBuilder()
        for root in load_pem_x509_certificates(Path(self.roots).read_bytes()):
            builder = builder.add_root_certificate(root)
        if nonce is not None:
            builder = builder.nonce(nonce)
        try:
            builder.build().verify_message(decode_timestamp_response(answer), message)
        except (VerificationError, ValueError) as error:
            raise OSError(f"the time stamp of {self.address} is not good: {error}") from error
