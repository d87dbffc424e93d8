"""The chain of seals over the log, and where its heads were left outside."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from tabard.kernel.place import Place


class Chain(models.Model):
    """The log as a whole: where its chain begins, and how long entries are kept. One row.

    It names the organisation by id and path, because it stands below the tables of units.
    """

    name = models.CharField(max_length=200)
    unit_id = models.BigIntegerField()
    unit_path = models.CharField(max_length=400)
    mark = models.UUIDField(default=uuid.uuid4)
    version = models.SmallIntegerField()
    begun_at = models.DateTimeField()
    # After how many months entries are removed; empty: never.
    months = models.PositiveSmallIntegerField(null=True)

    seen_with = "audit.see"

    def __str__(self) -> str:
        return str(_("the audit log"))

    def place(self) -> Place:
        return Place(self.unit_id, self.unit_path, None)


class Seal(models.Model):
    """A closed batch of entries: all ids above the seal before it, up to `last_id`. The pk counts from 1."""

    number = models.BigIntegerField(primary_key=True)
    first_id = models.BigIntegerField()
    last_id = models.BigIntegerField(unique=True)
    count = models.PositiveIntegerField()
    # Of `leaves`: per entry its id (8 bytes) and its digest (32). Emptied when the entries are removed.
    content = models.BinaryField()
    leaves = models.BinaryField()
    previous = models.BinaryField()
    digest = models.BinaryField()
    version = models.SmallIntegerField()
    sealed_at = models.DateTimeField(db_index=True)
    # Which key outside the database made `mac`.
    key_name = models.CharField(max_length=16)
    mac = models.BinaryField()

    class Meta:
        ordering = ("-number",)

    def __str__(self) -> str:
        return f"{self.number}"


class Anchor(models.Model):
    """One head of the chain left at one place outside the database, or why that failed."""

    seal = models.ForeignKey(Seal, models.PROTECT, related_name="anchors")
    where = models.CharField(max_length=10)
    at = models.DateTimeField()
    # A path, the addresses it went to, or the address of the time-stamping server.
    reference = models.CharField(max_length=500, blank=True)
    proof = models.BinaryField(default=bytes)
    trouble = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.where} {self.seal_id}"


class Check(models.Model):
    """What a verification found."""

    at = models.DateTimeField()
    sound = models.BooleanField()
    report = models.JSONField(default=dict)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"
