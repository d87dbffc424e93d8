"""One line of the doctor's answer, and the list of all checks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "warn", "bad"]


@dataclass(frozen=True)
class Finding:
    """How one thing is, and what to do about it unless it is well."""

    state: State
    text: str
    do: str = ""


Check = Callable[[], Finding]
CHECKS: list[tuple[str, Check, bool]] = []


def check(name: str, *, database: bool = False) -> Callable[[Check], Check]:
    """Put a function among the checks, in order of their definition. `database`: it needs one."""

    def add(function: Check) -> Check:
        CHECKS.append((name, function, database))
        return function

    return add


def ok(text: str) -> Finding:
    """All is well."""
    return Finding("ok", text)


def warn(text: str, do: str) -> Finding:
    """It works, and will hurt some day."""
    return Finding("warn", text, do)


def bad(text: str, do: str) -> Finding:
    """It does not work, or is not safe."""
    return Finding("bad", text, do)
