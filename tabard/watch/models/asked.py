"""Sites that are asked for names: whether they may be, what is known of them, and what they said."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tabard.kernel.place import Place

if TYPE_CHECKING:
    from tabard.kernel.actor import Actor


class AskedSite(models.Model):
    """A site that somebody has switched on once: whether it is asked, its budget and its self-check."""

    class Stood(models.TextChoices):
        PASSED = "passed", _("It tells the truth about what is known")
        FAILED = "failed", _("It is wrong about what is known")
        UNSURE = "unsure", _("It could not be checked")

    # As its definition calls it.
    site = models.CharField(max_length=63, unique=True)
    on = models.BooleanField(default=False)
    switched_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    switched_at = models.DateTimeField()
    # Requests that were spent on one day.
    day = models.DateField(null=True)
    used = models.PositiveIntegerField(default=0)
    stood = models.CharField(max_length=6, choices=Stood, blank=True, default="")
    stood_at = models.DateTimeField(null=True)
    # The known name by which it passed; or why it did not, as `sites.whys` has it.
    passed_by = models.CharField(max_length=200, blank=True, default="")
    why = models.CharField(max_length=20, blank=True, default="")
    more = models.JSONField(null=True)

    def __str__(self) -> str:
        return self.site


class AskedHost(models.Model):
    """A host of such sites: when it was asked, how long it is left alone, and its robots.txt."""

    host = models.CharField(max_length=260, unique=True)
    known = models.JSONField(default=dict)

    def __str__(self) -> str:
        return self.host


class AskedUnit(models.Model):
    """Whether sites are asked for names of channels of a unit, and of those below that say nothing else."""

    unit = models.ForeignKey("org.Unit", on_delete=models.CASCADE, related_name="+")
    on = models.BooleanField()
    set_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    seen_with = "watch.see"

    class Meta:
        constraints = (models.UniqueConstraint(fields=["unit"], name="asked_unit_once"),)

    def __str__(self) -> str:
        return str(self.unit)

    def place(self) -> Place:
        return self.unit.place()


class AskedTurn(models.Model):
    """When it was the turn of a channel at a site: who waits longest is next."""

    site = models.ForeignKey(AskedSite, on_delete=models.CASCADE, related_name="turns")
    channel = models.ForeignKey("register.Channel", on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["site", "channel"], name="asked_turn_once"),)
        indexes = (models.Index(fields=["site", "at"], name="asked_turn_by_age"),)

    def __str__(self) -> str:
        return str(self.channel)


class AskedQuerySet(models.QuerySet["Asked"]):
    def visible_to(self, by: Actor) -> AskedQuerySet:
        """Those for channels whose sightings `by` may see."""
        from tabard.org.reach import reach

        return reach(by, "watch.see").narrow(self, unit="channel__unit", channel="channel")


class Asked(models.Model):
    """One name that one site was asked for. Written before it is asked: what broke off is seen here."""

    class Answer(models.TextChoices):
        EXISTS = "exists", _("Somebody is there")
        ABSENT = "does-not-exist", _("Nobody is there")
        UNSURE = "could-not-tell", _("Could not tell")

    site = models.ForeignKey(AskedSite, on_delete=models.CASCADE, related_name="asked")
    channel = models.ForeignKey("register.Channel", on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=200)
    # As the handle is compared on its platform, where that is one of ours.
    identity = models.CharField(max_length=200)
    url = models.CharField(max_length=500)
    # Empty while it is asked.
    answer = models.CharField(max_length=14, choices=Answer, blank=True, default="")
    why = models.CharField(max_length=40, blank=True, default="")
    more = models.JSONField(null=True)
    at = models.DateTimeField()
    # Whether the site still told the truth after this: before that an answer is not believed.
    counts = models.BooleanField(default=False)
    again_on = models.DateField(null=True)
    sighting = models.ForeignKey("watch.Sighting", null=True, on_delete=models.SET_NULL, related_name="+")

    objects: ClassVar = AskedQuerySet.as_manager()
    seen_with = "watch.see"

    class Meta:
        ordering = ("-at", "-id")
        constraints = (models.UniqueConstraint(fields=["site", "name"], name="asked_once"),)
        indexes = (
            models.Index(fields=["-at", "-id"], name="asked_by_age"),
            models.Index(fields=["channel", "identity"], name="asked_for_channel"),
            models.Index(fields=["site"], condition=Q(counts=False), name="asked_not_believed"),
        )

    def __str__(self) -> str:
        return self.name

    def place(self) -> Place:
        return self.channel.place()
