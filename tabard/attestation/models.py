"""Rounds, the sheets of those who answer in them, and the items on the sheets."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q, Value
from django.utils.translation import gettext as _

from tabard.attestation.kinds import kind
from tabard.kernel import clock
from tabard.kernel.place import Place
from tabard.kernel.question import question

if TYPE_CHECKING:
    from tabard.kernel.actor import Actor

# What nobody answered is done a day after the round was due, so that the last reminder can still be heeded.
GRACE = timedelta(days=1)


class RoundQuerySet(models.QuerySet["Round"]):
    def visible_to(self, by: Actor) -> RoundQuerySet:
        """Rounds over places whose reviews `by` may see, and those that ask them."""
        from tabard.org.reach import reach

        whole = reach(by, "reviews.see").narrow(Round.objects.all(), unit="unit")
        return self.filter(
            Q(pk__in=whole.values("pk")) | Q(pk__in=Sheet.objects.visible_to(by).values("round"))
        )


class Round(models.Model):
    """One time of asking about a unit and all below it, from a day to a day."""

    kind = models.CharField(max_length=40)
    unit = models.ForeignKey("org.Unit", on_delete=models.PROTECT, related_name="rounds")
    # What it is narrowed to besides, as the kind's scope has it; empty: everything there.
    scope = models.JSONField(default=dict, db_default=Value({}, models.JSONField()), blank=True)
    state = models.CharField(max_length=10, default="planned")
    note = models.CharField(max_length=500, blank=True)
    opens_at = models.DateTimeField()
    due_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    # What follows for what nobody answered, as it was when the round was planned.
    unanswered = models.CharField(max_length=20, blank=True)
    # Null: the policy of the unit asked for it.
    made_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    objects: ClassVar = RoundQuerySet.as_manager()
    seen_with = "reviews.see"

    class Meta:
        ordering = ("-id",)
        indexes = (models.Index(fields=["due_at"], condition=Q(state="open"), name="round_open"),)

    def __str__(self) -> str:
        return _("%(kind)s of %(unit)s, %(day)s") % {
            "kind": kind(self.kind).label,
            "unit": self.unit,
            "day": f"{self.opens_at:%Y-%m-%d}",
        }

    def place(self) -> Place:
        return Place(self.unit_id, self.unit.path)

    @property
    def ends_at(self) -> object:
        """When what nobody answered is done."""
        return self.due_at + GRACE


class SheetQuerySet(models.QuerySet["Sheet"]):
    def visible_to(self, by: Actor) -> SheetQuerySet:
        """Sheets of places whose reviews `by` may see, and those they may answer."""
        from tabard.org.reach import reach

        found = reach(by, "reviews.see")
        return self if found.everything else self.filter(Q(unit__in=found.unit_ids) | mine(by))

    def answerable(self, by: Actor) -> SheetQuerySet:
        """Open sheets that wait for `by`."""
        return self.filter(mine(by), state="open")


def mine(by: Actor) -> Q:
    """Sheets `by` may answer: their own, those they were added to, and those of people they stand in for."""
    if by.person_id is None:
        return Q(pk__in=[])
    return of_any(acting_for(by))


def of_any(people: Collection[int]) -> Q:
    """Sheets that one of these people may answer."""
    return Q(person__in=people) | Q(also__overlap=list(people))


@question
def _away(deputy: int) -> Any:
    from tabard.org.models import Absence

    now = clock.now()
    away = Absence.objects.filter(deputy=deputy, ended_at=None, starts_at__lte=now, ends_at__gt=now)
    return away.values_list("person")


def acting_for(by: Actor) -> list[int]:
    """`by` and the people they stand in for at this moment. One query an actor."""
    if "acting_for" not in by.known:
        by.known["acting_for"] = [by.person_id, *_away.rows(by.person_id)]
    found: list[int] = by.known["acting_for"]
    return found


class Sheet(models.Model):
    """What one person is asked about one unit in a round. Signed once, over all answers on it."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="sheets")
    unit = models.ForeignKey("org.Unit", on_delete=models.PROTECT, related_name="sheets")
    # Null: there is nobody who may answer.
    person = models.ForeignKey(
        "org.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="sheets"
    )
    # Who was brought in when time ran out: the deputy, the ones above.
    also = ArrayField(models.BigIntegerField(), default=list, blank=True)
    state = models.CharField(max_length=10, default="open")
    # What was done that it gets answered: [{"what", "at", "to": [names], "days": n}]
    told = models.JSONField(default=list)
    # What follows for what nobody answers: the round's word, or a stricter one of the unit's policy.
    unanswered = models.CharField(max_length=20, blank=True, default="", db_default="")
    # How many items are on it, and how many of them are answered.
    total = models.PositiveIntegerField(default=0, db_default=0)
    answered = models.PositiveIntegerField(default=0, db_default=0)
    # What was asked about the unit the last time and is not there any more: [{"title", "said"}]
    gone = models.JSONField(default=list, db_default=Value([], models.JSONField()), blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    signed_name = models.CharField(max_length=120, blank=True)
    # SHA-256 over every item with its answer, as rules.py has it.
    fingerprint = models.CharField(max_length=64, blank=True)

    objects: ClassVar = SheetQuerySet.as_manager()
    seen_with = "reviews.see"

    class Meta:
        ordering = ("id",)
        indexes = (models.Index(fields=["person"], condition=Q(state="open"), name="sheet_waits"),)

    def __str__(self) -> str:
        return f"{self.round} · {self.unit}"

    def place(self) -> Place:
        return Place(self.unit_id, self.unit.path)


class Item(models.Model):
    """One question: what was asked, frozen, and what was answered."""

    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, related_name="items")
    thing = models.CharField(max_length=40)
    thing_id = models.BigIntegerField()
    title = models.CharField(max_length=300)
    facts = models.JSONField(default=dict)
    # SHA-256 over what was asked; `gist` leaves out what changes by itself.
    fingerprint = models.CharField(max_length=64)
    gist = models.CharField(max_length=64)
    about = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    # 0 new, 1 changed since it was last answered, 2 the same: what to look at first.
    known = models.PositiveSmallIntegerField(default=0)
    # How it was answered before: {"choice", "by", "at", "changed": {fact: [then, now]}}
    last = models.JSONField(null=True)
    choice = models.CharField(max_length=20, blank=True)
    note = models.CharField(max_length=500, blank=True)
    # What the answer said besides, and what it changed.
    given = models.JSONField(default=dict, db_default=Value({}, models.JSONField()), blank=True)
    # What became of the answer, in a sentence.
    outcome = models.CharField(max_length=500, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    # Null with a time: nobody did, the round ended.
    answered_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    answered_name = models.CharField(max_length=120, blank=True)

    facts_hidden = ("facts",)

    class Meta:
        ordering = ("known", "title", "id")
        indexes = (
            models.Index(F("sheet"), F("known"), F("title"), F("id"), name="item_on_sheet"),
            models.Index(fields=["thing", "thing_id", "answered_at"], name="item_of_thing"),
        )

    def __str__(self) -> str:
        return self.title

    def place(self) -> Place:
        return self.sheet.place()
