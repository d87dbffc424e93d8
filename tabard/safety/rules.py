"""Plain rules: how long and in which order a credential is had, and what a new password is made of."""

from __future__ import annotations

import secrets
import string
from collections.abc import Mapping
from datetime import timedelta

# No policy lets anybody have a credential longer.
MOST_HOURS = 8
EMERGENCY_HOURS = 4
# How long a free credential is kept for each of those who wait, one after the other.
TURN = timedelta(minutes=30)
# By when a password is to be changed.
DUE = {
    "left": timedelta(days=3),
    "suspended": timedelta(days=3),
    "codes": timedelta(days=3),
    "returned": timedelta(days=1),
    "emergency": timedelta(days=1),
    "asked": timedelta(days=7),
}
# No letters that look alike: people read these out and type them into televisions.
_LETTERS = "".join(c for c in string.ascii_letters + string.digits if c not in "O0oIl1")
_MARKS = "-_.!+*"
LENGTH = 24


def purpose(credential_id: int) -> str:
    """What the secrets of a credential are sealed for."""
    return f"credential {credential_id}"


def new_password() -> str:
    """24 characters of letters, digits and marks, each kind at least once: about 140 bits."""
    while True:
        made = secrets.choice(_LETTERS) + "".join(
            secrets.choice(_LETTERS + _MARKS) for _n in range(LENGTH - 1)
        )
        if all(set(made) & set(kind) for kind in (string.ascii_lowercase, string.ascii_uppercase)) and (
            set(made) & set(string.digits) and set(made) & set(_MARKS)
        ):
            return made


def turn_has_come(before: int, free_for: timedelta) -> bool:
    """Whether somebody with `before` others waiting in front of them may take what is free for `free_for`.

    The first may at once; each of them has half an hour before the next may too.
    """
    return free_for >= before * TURN


def points(values: Mapping[str, bool | None], weights: Mapping[str, int]) -> int | None:
    """0 to 100: the weight of what is well in the weight of all that is known. None where nothing is known.

    What nobody knows counts neither way.
    """
    known = sum(weights[name] for name, value in values.items() if value is not None)
    good = sum(weights[name] for name, value in values.items() if value)
    return (100 * good + known // 2) // known if known else None
