"""The plain rules of approval: which steps are open, when a step and the whole are done, what changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any, Protocol


class StepLike(Protocol):
    position: int
    needed: int
    done_at: Any


def digest(content: Mapping[str, Any]) -> str:
    """SHA-256 of the content as canonical JSON: the same content always has the same digest."""
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def open_steps(steps: Iterable[StepLike]) -> list[Any]:
    """The steps whose turn it is: the first position that is not done, all of it side by side."""
    waiting = [step for step in steps if step.done_at is None]
    turn = min((step.position for step in waiting), default=None)
    return [step for step in waiting if step.position == turn]


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """What differs between two contents: `{field: [before, after]}`."""
    fields = [*before, *(name for name in after if name not in before)]
    return {f: [before.get(f), after.get(f)] for f in fields if before.get(f) != after.get(f)}
