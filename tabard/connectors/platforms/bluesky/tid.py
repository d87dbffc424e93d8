"""Timestamp ids (TID): the keys of posts, which sort by time (atproto.com/specs/tid)."""

from __future__ import annotations

import hashlib
from datetime import datetime

LETTERS = "234567abcdefghijklmnopqrstuvwxyz"
MICRO = 1_000_000
CLOCKS = 1024


def tid_for(key: str, at: datetime) -> str:
    """A TID within the second of `at`, always the same for the same `key`.

    The microseconds and the clock's number come from the key: two posts of one channel due in the same second
    meet in one case of a thousand million.
    """
    chance = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big")
    micros = int(at.timestamp()) * MICRO + chance % MICRO
    return _written(micros << 10 | chance // MICRO % CLOCKS)


def _written(number: int) -> str:
    return "".join(LETTERS[number >> shift & 31] for shift in range(60, -1, -5))
