"""What was decided about keeping entries, and what was cleared of them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from tabard.kernel.place import Place


class LegalHold(models.Model):
    """Keeps entries about a person, a thing or a time from erasure and removal until it is ended."""

    name = models.CharField(max_length=120)
    reason = models.CharField(max_length=500)
    unit_id = models.BigIntegerField()
    unit_path = models.CharField(max_length=400)
    # Who acted or was acted upon; a thing; a time. What is empty does not narrow.
    about_person = models.BigIntegerField(null=True)
    about_kind = models.CharField(max_length=60, blank=True)
    about_thing = models.BigIntegerField(null=True)
    since = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=200)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=500, blank=True)

    seen_with = "audit.keep"

    class Meta:
        ordering = (F("ended_at").desc(nulls_first=True), "-id")

    def __str__(self) -> str:
        return self.name

    def place(self) -> Place:
        return Place(self.unit_id, self.unit_path, None)

    def covers(self) -> Q:
        """The entries it keeps."""
        found = Q()
        if self.about_person is not None:
            found &= Q(person_id=self.about_person) | Q(kind="org.person", thing_id=self.about_person)
        if self.about_kind:
            found &= Q(kind=self.about_kind)
        if self.about_thing is not None:
            found &= Q(thing_id=self.about_thing)
        if self.since:
            found &= Q(at__gte=self.since)
        if self.until:
            found &= Q(at__lt=self.until)
        return found


class Clearing(models.Model):
    """A permitted loss: a person's data erased, or old batches removed. The trigger asks for it.

    `tx` is the transaction that made it, and only that one may clear under it.
    """

    ERASE, REMOVE = "erase", "remove"
    kind = models.CharField(max_length=6, choices=[(ERASE, "erase"), (REMOVE, "remove")])
    reason = models.CharField(max_length=500)
    unit_id = models.BigIntegerField()
    unit_path = models.CharField(max_length=400)
    about_person = models.BigIntegerField(null=True)
    last_id = models.BigIntegerField(null=True)
    # The numbers of the entries that lost their words, 8 bytes each.
    entries = models.BinaryField(default=bytes)
    at = models.DateTimeField()
    tx = models.BigIntegerField(
        db_default=Cast(
            Cast(models.Func(function="pg_current_xact_id"), models.TextField()), models.BigIntegerField()
        )
    )

    facts_hidden = ("tx", "entries")
    seen_with = "audit.keep"

    def __str__(self) -> str:
        return _("clearing %(number)s") % {"number": self.pk}

    def place(self) -> Place:
        return Place(self.unit_id, self.unit_path, None)
