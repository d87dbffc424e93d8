"""How entries leave: as files, and as a stream to other systems."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from tabard.kernel.place import Place


class Export(models.Model):
    """A file with entries and its manifest, made by a job."""

    unit_id = models.BigIntegerField()
    unit_path = models.CharField(max_length=400)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=200)
    # Who asked for it, whose right is looked at again when it is made; none: the command line.
    asker = models.BigIntegerField(null=True)
    form = models.CharField(max_length=5)
    params = models.JSONField(default=dict)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)
    file = models.CharField(max_length=200, blank=True)
    manifest = models.JSONField(default=dict)
    finished_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=500, blank=True)

    seen_with = "audit.export"

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return _("export %(number)s of the audit log") % {"number": self.pk}

    def facts(self) -> dict[str, Any]:
        """Without what the job writes later."""
        return {"id": self.pk, "form": self.form, "params": self.params}

    def place(self) -> Place:
        return Place(self.unit_id, self.unit_path, None)


class Stream(models.Model):
    """Where entries go as they are sealed, and how far it has come. Each at least once, in their order."""

    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=7, choices=[("webhook", "webhook"), ("syslog", "syslog")])
    address = models.CharField(max_length=300)
    unit_id = models.BigIntegerField()
    unit_path = models.CharField(max_length=400)
    cursor = models.BigIntegerField()
    made_at = models.DateTimeField()
    # The person who made it; none: the command line.
    maker = models.BigIntegerField(null=True)
    ended_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=500, blank=True)

    facts_hidden = ("cursor", "sent_at", "failures", "next_at", "trouble")
    seen_with = "audit.keep"

    class Meta:
        ordering = ("ended_at", "name")

    def __str__(self) -> str:
        return self.name

    def place(self) -> Place:
        return Place(self.unit_id, self.unit_path, None)
