"""What was refused, counted: so many in an hour are one row, however many they are."""

from __future__ import annotations

from django.db import models


class Refusal(models.Model):
    """Refusals of one kind to one person, or from one address, in one hour. Then they go into the log."""

    hour = models.DateTimeField()
    action = models.CharField(max_length=60)
    who = models.CharField(max_length=200)
    person_id = models.BigIntegerField(null=True)
    via = models.CharField(max_length=10)
    origin = models.CharField(max_length=200)
    what = models.CharField(max_length=200)
    count = models.PositiveIntegerField(default=1)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("hour", "action", "who", "origin", "what"), name="audit_refusal_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.action} {self.what} × {self.count}"
