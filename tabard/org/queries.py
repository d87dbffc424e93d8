"""What is read about the organisation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tabard.org.models import Policy, Unit
from tabard.org.rules import Steps, combined


@dataclass(frozen=True)
class EffectivePolicy:
    """What holds for one unit: the tightest that it and the units above it say."""

    values: dict[str, Any]

    @property
    def approval_steps(self) -> Steps:
        steps: Steps = self.values["approval_steps"]
        return steps

    @property
    def own_approval(self) -> bool:
        return bool(self.values["own_approval"])


def policy(unit: Unit) -> EffectivePolicy:
    """The policy in force for `unit`. One query."""
    ids = [int(part) for part in unit.path.split("/") if part]
    said = Policy.objects.filter(unit__in=ids).order_by("unit__path").values_list("matter", "value")
    return EffectivePolicy(combined(list(said)))
