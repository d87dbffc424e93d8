"""What platforms say of our channels, where the register says otherwise."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q, Value
from django.utils.translation import gettext_lazy as _

from tabard.kernel.place import Place
from tabard.kernel.sentences import sentence

if TYPE_CHECKING:
    from tabard.kernel.actor import Actor


class Comparison(models.Model):
    """When the platform of a channel was asked how it looks there, and when it is asked again."""

    channel = models.OneToOneField("register.Channel", on_delete=models.PROTECT, related_name="comparison")
    # When somebody last asked for it to be done with others; and when it is done next by itself.
    asked_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField()
    tried_at = models.DateTimeField(null=True)
    # When the question left of which the answer was kept: an older answer that comes late is not.
    answered_at = models.DateTimeField(null=True)
    tries = models.PositiveIntegerField(default=0)
    # Until when its platform is to be left alone.
    held_until = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=["next_at"], name="comparison_due"),
            models.Index(fields=["asked_at"], name="comparison_asked"),
        )

    def __str__(self) -> str:
        return str(self.channel)

    def place(self) -> Place:
        return self.channel.place()


class DifferenceQuerySet(models.QuerySet["Difference"]):
    def visible_to(self, by: Actor) -> DifferenceQuerySet:
        """Of channels that `by` may see."""
        from tabard.org.reach import reach

        return reach(by, "channels.see").narrow(self, unit="channel__unit", channel="channel")


class Difference(models.Model):
    """One way in which a channel differs at its platform from the register, and what was decided."""

    class Kind(models.TextChoices):
        HANDLE = "handle", _("Renamed")
        URL = "url", _("At another address")
        NAME = "name", _("Called otherwise")
        ID = "id", _("Its number was not known")
        OTHER = "other", _("Another account")
        GONE = "gone", _("No longer there, or shut")
        DEAD = "dead", _("Access ended")
        SILENT = "silent", _("Could not be asked")

    channel = models.ForeignKey("register.Channel", on_delete=models.PROTECT, related_name="differences")
    kind = models.CharField(max_length=6, choices=Kind)
    # Fields of the channel: what they are here, and what they would be as the platform has them.
    here = models.JSONField(default=dict)
    there = models.JSONField(default=dict)
    # What the platform said instead: an English sentence and what stands in its places.
    says = models.CharField(max_length=300, blank=True)
    facts = models.JSONField(default=dict, db_default=Value({}, models.JSONField()), blank=True)
    state = models.CharField(max_length=8, default="open")
    words = models.CharField(max_length=300, blank=True)
    decided_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    found_at = models.DateTimeField()

    objects: ClassVar = DifferenceQuerySet.as_manager()
    seen_with = "channels.see"
    facts_hidden = ("facts",)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["channel", "kind"], name="difference_once"),)
        indexes = (
            models.Index(fields=["found_at", "id"], name="difference_by_age"),
            models.Index(fields=["channel"], condition=Q(state="open"), name="difference_open"),
        )

    def __str__(self) -> str:
        return f"{self.channel}: {self.get_kind_display()}"

    @property
    def digest(self) -> str:
        """Changes when the platform says something else."""
        told = json.dumps([self.there, self.says, self.facts], sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()[:16]

    @property
    def said(self) -> str:
        """What the platform said instead of an answer, in the reader's language."""
        return sentence(self.says, self.facts)

    def place(self) -> Place:
        return self.channel.place()
