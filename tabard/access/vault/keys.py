"""The master keys, kept outside the database: one seals, older ones still open.

A master key wraps the key that every secret has of its own. It comes from the environment, from a file,
or it never reaches us: then a program of the installation (a KMS, an HSM) wraps and unwraps for us.
"""

from __future__ import annotations

import functools
import hashlib
import os
import shlex
import subprocess
from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

NONCE = 12
# How long the installation's program may take to wrap or unwrap one key, in seconds.
PATIENCE = 10


class Sealed(Exception):
    """What is stored cannot be opened with the keys of this set-up."""


class MasterKey(Protocol):
    """Wraps the keys of secrets. `id` is stored beside what it wrapped and tells nothing of the key."""

    @property
    def id(self) -> str: ...

    def wrap(self, key: bytes, about: bytes) -> bytes: ...

    def unwrap(self, wrapped: bytes, about: bytes) -> bytes: ...


class Phrase:
    """A master key made from long random words."""

    def __init__(self, words: str) -> None:
        raw = hashlib.scrypt(words.encode(), salt=b"tabard vault v1", n=2**14, r=8, p=1, dklen=32)
        self.id = hashlib.sha256(raw).hexdigest()[:8]
        self.cipher = AESGCM(raw)

    def wrap(self, key: bytes, about: bytes) -> bytes:
        nonce = os.urandom(NONCE)
        return nonce + self.cipher.encrypt(nonce, key, about)

    def unwrap(self, wrapped: bytes, about: bytes) -> bytes:
        try:
            return self.cipher.decrypt(wrapped[:NONCE], wrapped[NONCE:], about)
        except InvalidTag as error:
            raise Sealed(f"the secret of {about.decode()} does not open") from error


class Program:
    """A program of the installation that holds the master key, called with `id`, `wrap` or `unwrap`.

    What is to be wrapped or unwrapped comes on standard input in base64, the purpose in TABARD_ABOUT; the
    answer is read from standard output in base64. `id` answers at most 40 letters, digits and hyphens.
    """

    def __init__(self, command: str) -> None:
        self.command = shlex.split(command)
        # A sender opens the same few thousand secrets all day; their own keys stay in this process.
        self.unwrap = functools.lru_cache(maxsize=4096)(self._unwrap)
        self.id = self._asked("id", "", b"").decode().strip()
        if not self.id or len(self.id) > 40 or not self.id.replace("-", "").isalnum():
            raise Sealed(
                "the program of TABARD_VAULT_COMMAND gives no id of 1 to 40 letters, digits and hyphens"
            )

    def wrap(self, key: bytes, about: bytes) -> bytes:
        return b64decode(self._asked("wrap", about.decode(), b64encode(key)))

    def _unwrap(self, wrapped: bytes, about: bytes) -> bytes:
        return b64decode(self._asked("unwrap", about.decode(), b64encode(wrapped)))

    def _asked(self, word: str, about: str, given: bytes) -> bytes:
        known = {"PATH": os.environ.get("PATH", ""), "TABARD_ABOUT": about}
        known |= {name: value for name, value in os.environ.items() if name.startswith("TABARD_VAULT_")}
        try:
            done = subprocess.run(  # noqa: S603 the administrator's own program, no shell
                [*self.command, word],
                input=given,
                capture_output=True,
                timeout=PATIENCE,
                check=True,
                env=known,
            )
        except (OSError, subprocess.SubprocessError) as error:
            # Its output may hold a key: only that it failed is told.
            raise Sealed(
                f"the program of TABARD_VAULT_COMMAND failed to {word}: {type(error).__name__}"
            ) from None
        return done.stdout


@dataclass(frozen=True)
class Ring:
    """All master keys of this set-up: the one that seals, and every one that opens, by id."""

    current: MasterKey
    known: dict[str, MasterKey]

    def of(self, key_id: str) -> MasterKey:
        if key_id not in self.known:
            raise Sealed(f"sealed under key {key_id}, this set-up has {', '.join(sorted(self.known))}")
        return self.known[key_id]


def ring() -> Ring:
    """The master keys, made once per process and set of settings."""
    return _ring(settings.VAULT_KEY, tuple(settings.VAULT_OLD_KEYS), settings.VAULT_COMMAND)


@functools.lru_cache(maxsize=4)
def _ring(words: str, older: tuple[str, ...], command: str) -> Ring:
    keys: list[MasterKey] = [Program(command)] if command else []
    keys += [Phrase(each) for each in (words, *older) if each]
    if not keys:
        raise Sealed("TABARD_VAULT_KEY is not set")
    return Ring(keys[0], {key.id: key for key in keys})
