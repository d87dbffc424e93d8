"""How somebody would come in without their phone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tabard.access import recovery
from tabard.access.models import RecoveryCode
from tabard.access.signing_in import has_factor
from tabard.kernel.actor import Actor
from tabard.org.models import Person


@dataclass(frozen=True)
class Recovery:
    """What somebody has for the day their phone is gone."""

    factor: bool
    left: int
    made_at: datetime | None


def own_recovery(by: Actor) -> Recovery:
    """One's own codes: how many are left. What they are, nobody knows any more."""
    person = Person.objects.get(pk=by.person_id)
    newest = RecoveryCode.objects.filter(person=person).order_by("-pk").first()
    return Recovery(has_factor(person), recovery_left(person), newest.made_at if newest else None)


def recovery_left(person: Any) -> int:
    """How many codes somebody has left."""
    return recovery.left(person.pk).count()
