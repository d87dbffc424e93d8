"""Recovery codes: what is kept of them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tabard.kernel.place import Place


class RecoveryCode(models.Model):
    """One code that lets somebody in once when their phone is not at hand. Only a slow digest is kept."""

    person = models.ForeignKey("org.Person", on_delete=models.CASCADE, related_name="recovery_codes")
    # Its first digit, so that few digests are compared with what somebody types.
    start = models.CharField(max_length=1)
    digest = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    facts_hidden = ("digest", "start")

    class Meta:
        indexes = (models.Index(fields=["person"], condition=Q(used_at=None), name="recovery_code_left"),)

    def __str__(self) -> str:
        return f"{self.person}"

    def place(self) -> Place:
        return self.person.place()
