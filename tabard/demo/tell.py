"""Saying how far a long piece of work is: one line on a terminal, rewritten in place."""

from __future__ import annotations

import sys
from collections.abc import Callable

Tell = Callable[[str], None]


def quiet(_said: str) -> None:
    """For tests."""


def aloud(said: str) -> None:
    """A line on standard error."""
    sys.stderr.write(f"  {said}\n")
    sys.stderr.flush()
