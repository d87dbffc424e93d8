"""The log itself. Below everything else, so it names things by kind and id and has no foreign key."""

from __future__ import annotations

from django.db import models
from django.db.models import F

from tabard.kernel.place import Place
from tabard.kernel.search import words_index


class Entry(models.Model):
    """One action that was carried out. Never changed, never deleted: a trigger refuses both."""

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

    def place(self) -> Place:
        return Place(self.unit_id or 0, self.unit_path, self.channel_id)
