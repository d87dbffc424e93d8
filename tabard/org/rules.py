"""Policies as data: what can be set, what holds by default, and which of two values is tighter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Steps = list[dict[str, Any]]


@dataclass(frozen=True)
class Matter:
    """One matter of policy. `tighten(above, here)` is what holds where both speak."""

    name: str
    label: str | Promise
    hint: str | Promise
    kind: str  # steps, flag, number or hours: how it is asked for
    default: Any
    tighten: Callable[[Any, Any], Any]


def _more_steps(above: Steps, here: Steps) -> Steps:
    """Every step of above, then what is added here."""
    known = [_step_key(step) for step in above]
    return [*above, *(step for step in here if _step_key(step) not in known)]


def _step_key(step: dict[str, Any]) -> tuple[Any, ...]:
    return (step.get("role", ""), step.get("person_id"), step.get("needed", 1))


def _smaller(above: int | None, here: int | None) -> int | None:
    given = [n for n in (above, here) if n is not None]
    return min(given) if given else None


MATTERS = {
    m.name: m
    for m in (
        Matter(
            "approval_steps",
            _("Approval steps"),
            _("Who must say yes before something goes out, in this order."),
            "steps",
            [{"name": "Approval", "role": "approver", "needed": 1}],
            _more_steps,
        ),
        Matter(
            "own_approval",
            _("Saying yes to one's own work"),
            _("Whether somebody may approve what they have written themselves."),
            "flag",
            False,
            lambda above, here: above and here,
        ),
        Matter(
            "reply_hours",
            _("Reply time"),
            _("Hours within which people get an answer."),
            "number",
            24,
            _smaller,
        ),
        Matter(
            "grant_days",
            _("Longest grant"),
            _("After how many days a grant must end at the latest."),
            "number",
            None,
            _smaller,
        ),
    )
}


def combined(values: list[tuple[str, Any]]) -> dict[str, Any]:
    """What holds at the end of a path: `values` are (matter, value) from the root down."""
    found = {name: matter.default for name, matter in MATTERS.items()}
    spoken: set[str] = set()
    for name, value in values:
        if name not in MATTERS:
            continue
        # The first word on a matter replaces the default; every later one can only tighten it.
        found[name] = MATTERS[name].tighten(found[name], value) if name in spoken else value
        spoken.add(name)
    return found
