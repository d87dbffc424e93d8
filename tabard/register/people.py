"""Who answers for a channel: its owner and deputy, or else the lead and deputy of its unit."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, F, Q, QuerySet, When

from tabard.org.models import Person
from tabard.register.models import Channel

# The same fall-backs twice: for rows in the database, and for one channel in hand.
ANSWERS: Any = Case(
    When(owner__is_active=True, then=F("owner_id")),
    When(unit__lead__is_active=True, then=F("unit__lead_id")),
    default=None,
)
BACKS: Any = Case(
    When(Q(deputy__is_active=True) & ~Q(deputy_id=F("answers_id")), then=F("deputy_id")),
    When(Q(unit__deputy__is_active=True) & ~Q(unit__deputy_id=F("answers_id")), then=F("unit__deputy_id")),
    When(Q(unit__lead__is_active=True) & ~Q(unit__lead_id=F("answers_id")), then=F("unit__lead_id")),
    default=None,
)

NOBODY = Q(answers_id=None)
ONE_PERSON = Q(answers_id__isnull=False, backs_id=None)


def with_people(rows: QuerySet[Channel]) -> QuerySet[Any]:
    """`rows` with `answers_id` and `backs_id`."""
    return rows.annotate(answers_id=ANSWERS).annotate(backs_id=BACKS)


def answers(channel: Channel) -> Person | None:
    """The accountable person."""
    return next((p for p in (channel.owner, channel.unit.lead) if p and p.is_active), None)


def backs(channel: Channel) -> Person | None:
    """The backup: somebody other than who answers."""
    first = answers(channel)
    others = (channel.deputy, channel.unit.deputy, channel.unit.lead)
    return next((p for p in others if p and p.is_active and p != first), None)
