"""What roles, units, grants, people and channels were before, for asking about a past day."""

from __future__ import annotations

from django.db import models


class Past(models.Model):
    """Old values of one row, and until when they held. Written by triggers alone (`kernel.past`)."""

    kind = models.CharField(max_length=10)
    thing_id = models.BigIntegerField()
    until = models.DateTimeField()
    value = models.JSONField()

    class Meta:
        ordering = ("until", "id")
        indexes = (models.Index(fields=["kind", "thing_id", "until"], name="past_of_thing"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.thing_id}"
