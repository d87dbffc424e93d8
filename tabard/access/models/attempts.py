"""What is counted for all nodes together: attempts that failed, and requests. Whose, nobody can read."""

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


class Level(models.Model):
    """How much somebody has asked lately, as far as single processes told; see `access.rate`."""

    # SHA-256 of whose it is.
    mark = models.CharField(max_length=64, unique=True)
    level = models.FloatField()
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.level:.0f} · {self.mark[:8]}"
