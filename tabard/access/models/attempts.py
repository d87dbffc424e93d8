"""Attempts to sign in that failed, counted for all nodes together. Whose they were cannot be read from it."""

from __future__ import annotations

from django.db import models


class Attempts(models.Model):
    """How often something was tried from one address, or for one e-mail, and until when it must rest."""

    # SHA-256 of what is counted.
    mark = models.CharField(max_length=64, unique=True)
    count = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField(db_index=True)
    rests_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.count} · {self.mark[:8]}"
