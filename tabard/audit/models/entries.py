"""The log itself. Below everything else, so it names things by kind and id and has no foreign key."""

from __future__ import annotations

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F

from tabard.kernel.actor import known_as
from tabard.kernel.place import Place
from tabard.kernel.search import words_index


class Entry(models.Model):
    """One action that was carried out. A trigger refuses every change and deletion but two: erasing a
    person's data with its salt, and removing what is past its term; both are logged themselves.

    Who and what are in the chain as digests with a salt of their own; once erased, only the digest is left.
    """

    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=10)
    actor_name = models.CharField(max_length=200)
    person_id = models.BigIntegerField(null=True)
    via = models.CharField(max_length=10)
    origin = models.CharField(max_length=200, blank=True)
    action = models.CharField(max_length=60)
    kind = models.CharField(max_length=60)
    thing_id = models.BigIntegerField(null=True)
    label = models.CharField(max_length=200)
    unit_id = models.BigIntegerField(null=True)
    unit_path = models.CharField(max_length=400, blank=True)
    channel_id = models.BigIntegerField(null=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    notes = models.JSONField(default=dict)
    # Salts of `actor_name, origin` and of `label, before, after, notes`; the digests follow when they go.
    salt_who = models.UUIDField(null=True, db_default=RandomUUID())
    salt_what = models.UUIDField(null=True, db_default=RandomUUID())
    digest_who = models.BinaryField(null=True)
    digest_what = models.BinaryField(null=True)
    # The clearing that erased something here.
    erased_in = models.BigIntegerField(null=True)

    seen_with = "audit.see"

    class Meta:
        ordering = ("-id",)
        indexes = (
            models.Index(F("person_id"), F("id").desc(), name="audit_by_person"),
            models.Index(F("kind"), F("thing_id"), F("id").desc(), name="audit_by_thing"),
            models.Index(F("unit_id"), F("id").desc(), name="audit_by_unit"),
            models.Index(F("action"), F("id").desc(), name="audit_by_action"),
            models.Index(F("at"), name="audit_by_time"),
            words_index("audit_words", "label", "actor_name"),
        )

    def __str__(self) -> str:
        return f"{self.actor_name}: {self.action} {self.label}"

    @property
    def who(self) -> str:
        """Who did it, in the reader's language."""
        return known_as(self.actor_name)

    def place(self) -> Place:
        return Place(self.unit_id or 0, self.unit_path, self.channel_id)
