"""Departures: the record of what ended when somebody left, for whoever audits it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models

from tabard.kernel.actor import known_as
from tabard.kernel.place import Place

if TYPE_CHECKING:
    from tabard.kernel.actor import Actor


class DepartureQuerySet(models.QuerySet["Departure"]):
    def visible_to(self, by: Actor) -> DepartureQuerySet:
        """Departures from units whose people `by` manages."""
        from tabard.org.reach import reach

        return reach(by, "org.people").narrow(self, unit="person__unit")


class Departure(models.Model):
    """Somebody left: what was closed, what went to whom, and what is still to be done."""

    person = models.ForeignKey("org.Person", on_delete=models.PROTECT, related_name="departures")
    to = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    # Who or what said so: a person, the directory, the command line.
    said_by = models.CharField(max_length=200)
    reason = models.CharField(max_length=300)
    at = models.DateTimeField()
    # {"closed": {door: n}, "grants": [id, ...], "absences": n, "handed_over": {holding: n}}
    evidence = models.JSONField(default=dict)

    objects: ClassVar = DepartureQuerySet.as_manager()
    seen_with = "org.people"

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return str(self.person)

    @property
    def who(self) -> str:
        """Who or what said so, in the reader's language."""
        return known_as(self.said_by)

    def place(self) -> Place:
        return self.person.place()
