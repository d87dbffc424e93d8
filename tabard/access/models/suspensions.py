"""Suspensions: a time in which nothing opens for somebody, and after which everything is as it was."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from tabard.kernel.actor import known_as
from tabard.kernel.place import Place


class Suspension(models.Model):
    """Nothing opens for somebody for a while. Nothing of theirs goes to others, and no grant ends."""

    person = models.ForeignKey("org.Person", on_delete=models.CASCADE, related_name="suspensions")
    by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    said_by = models.CharField(max_length=200)
    reason = models.CharField(max_length=300)
    starts_at = models.DateTimeField()
    # They are back by themselves then.
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar = models.Manager()
    seen_with = "org.people"

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=["person"], condition=Q(ended_at=None), name="suspended_once"),
            models.CheckConstraint(condition=Q(until__gt=F("starts_at")), name="suspension_ends_later"),
        )

    def __str__(self) -> str:
        return str(self.person)

    @property
    def who(self) -> str:
        """Who or what said so, in the reader's language."""
        return known_as(self.said_by)

    def place(self) -> Place:
        return self.person.place()
