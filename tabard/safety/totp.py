"""One-time codes by time, RFC 6238: the seed as it is given, and its code at a moment."""

from __future__ import annotations

import hashlib
import hmac
import struct
from base64 import b32decode
from binascii import Error
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

HASHES = {"SHA1": hashlib.sha1, "SHA256": hashlib.sha256, "SHA512": hashlib.sha512}
MOST = 512  # bytes of a key


@dataclass(frozen=True)
class Seed:
    """What codes are made from. `key` is base32 without padding; a code lasts `period` seconds."""

    key: str
    hash: str = "SHA1"
    digits: int = 6
    period: int = 30

    def data(self) -> dict[str, Any]:
        return asdict(self)


def seed(given: str) -> Seed:
    """From what a platform shows: base32, or an address `otpauth://totp/...`. ValueError for all else."""
    said = given.strip()
    if not said.lower().startswith("otpauth:"):
        return Seed(_key(said))
    parts = urlsplit(said)
    if parts.netloc.lower() != "totp":
        raise ValueError("no code by time")
    told = {name.lower(): values[-1] for name, values in parse_qs(parts.query).items()}
    hash_name = told.get("algorithm", "SHA1").upper().replace("-", "")
    digits, period = told.get("digits", "6"), told.get("period", "30")
    if hash_name not in HASHES or digits not in {"6", "7", "8"} or not _whole(period, 10, 120):
        raise ValueError("a kind of code that is not known")
    return Seed(_key(unquote(told.get("secret", ""))), hash_name, int(digits), int(period))


def code(of: Seed, at: float) -> tuple[str, int]:
    """The code at `at` (seconds since 1970), and for how many seconds more it is the one."""
    moment = int(at)
    raw = hmac.digest(_bytes(of.key), struct.pack(">Q", moment // of.period), HASHES[of.hash])
    start = raw[-1] & 0x0F
    number = struct.unpack(">I", raw[start : start + 4])[0] & 0x7FFFFFFF
    return str(number % 10**of.digits).zfill(of.digits), of.period - moment % of.period


def _key(typed: str) -> str:
    """Base32 as people copy it: in groups, in small letters, with or without padding."""
    plain = "".join(typed.split()).replace("-", "").upper().rstrip("=")
    if not 10 <= len(_bytes(plain)) <= MOST:
        raise ValueError("a key of another length")
    return plain


def _bytes(key: str) -> bytes:
    try:
        return b32decode(key + "=" * (-len(key) % 8))
    except (Error, ValueError) as error:
        raise ValueError("no base32") from error


def _whole(said: str, least: int, most: int) -> bool:
    return said.isascii() and said.isdigit() and len(said) < 4 and least <= int(said) <= most
