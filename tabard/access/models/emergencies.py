"""Emergencies: owner rights for hours, because another person agreed, and every owner hears of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import F, Q

from tabard.kernel import clock
from tabard.kernel.place import Place

if TYPE_CHECKING:
    from tabard.kernel.actor import Actor


class EmergencyQuerySet(models.QuerySet["Emergency"]):
    def visible_to(self, by: Actor) -> EmergencyQuerySet:
        """Where `by` may see who may do what, and those they ask for or were asked about."""
        from tabard.org.reach import reach

        own = self.filter(Q(person=by.person_id or 0) | Q(second=by.person_id or 0))
        seen: EmergencyQuerySet = reach(by, "grants.see").narrow(self, unit="unit")
        return seen | own

    def running(self) -> EmergencyQuerySet:
        """Those whose rights hold at this moment."""
        return self.filter(grant__ended_at=None, grant__ends_at__gt=clock.now(), grant__isnull=False)

    def over(self) -> EmergencyQuerySet:
        """Those whose rights were given and hold no longer."""
        ended = Q(grant__ended_at__isnull=False) | Q(grant__ends_at__lte=clock.now())
        return self.filter(ended, grant__isnull=False)

    def waiting(self) -> EmergencyQuerySet:
        """Those that the second person has yet to answer."""
        return self.filter(decided_at=None, answer_by__gt=clock.now(), asked_at__lte=clock.latest())


class Emergency(models.Model):
    """One request for owner rights on a unit, what became of it, and what was found when it was looked at."""

    person = models.ForeignKey("org.Person", on_delete=models.PROTECT, related_name="emergencies")
    # Whose yes it needs. None: it was opened on the machine itself.
    second = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("org.Unit", on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    hours = models.PositiveSmallIntegerField()
    asked_at = models.DateTimeField()
    answer_by = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    refusal = models.CharField(max_length=300, blank=True)
    grant = models.OneToOneField("org.Grant", null=True, on_delete=models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    review = models.TextField(blank=True)

    objects: ClassVar = EmergencyQuerySet.as_manager()
    seen_with = "grants.see"

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(condition=Q(hours__gte=1, hours__lte=4), name="emergency_hours"),
            models.CheckConstraint(
                condition=Q(second=None) | ~Q(second=F("person")), name="emergency_second_person"
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by=None) | ~Q(reviewed_by=F("person")), name="emergency_reviewer"
            ),
        )

    def __str__(self) -> str:
        return f"{self.person} · {self.unit}"

    def place(self) -> Place:
        return self.unit.place()

    @property
    def state(self) -> str:
        """`asked`, `lapsed`, `refused`, `running`, `over` or `reviewed`."""
        if self.reviewed_at:
            return "reviewed"
        if self.grant is not None:
            running = self.grant.ended_at is None and self.grant.ends_at and self.grant.ends_at > clock.now()
            return "running" if running else "over"
        if self.decided_at:
            return "refused"
        asked = clock.now() < self.answer_by and self.asked_at <= clock.latest()
        return "asked" if asked else "lapsed"
