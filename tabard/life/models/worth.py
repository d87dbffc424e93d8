"""Whether channels are needed: what is known, and what was decided."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q

from tabard.kernel.place import Place

if TYPE_CHECKING:
    from tabard.kernel.actor import Actor


class WorthQuerySet(models.QuerySet["Worth"]):
    def visible_to(self, by: Actor) -> WorthQuerySet:
        """Of channels that `by` may see."""
        from tabard.org.reach import reach

        return reach(by, "channels.see").narrow(self, unit="channel__unit", channel="channel")


class Worth(models.Model):
    """What speaks for a channel and against it, and what was decided about it."""

    channel = models.OneToOneField("register.Channel", on_delete=models.PROTECT, related_name="worth")
    # `life.worth_rules`: the verdict, the points it comes from, and the reasons as codes with their facts.
    verdict = models.CharField(max_length=8, default="unknown")
    points = models.SmallIntegerField(default=0)
    reasons = models.JSONField(default=list)
    # Figures by name, and what is usual on its platform.
    figures = models.JSONField(default=dict)
    usual = models.JSONField(default=dict)
    # What it takes in a month; only people know.
    hours = models.PositiveSmallIntegerField(null=True)
    cost = models.PositiveIntegerField(null=True)
    # keep, merge or retire; kept, it is asked about again on a day.
    decision = models.CharField(max_length=6, blank=True)
    words = models.CharField(max_length=300, blank=True)
    into = models.ForeignKey("register.Channel", null=True, on_delete=models.PROTECT, related_name="+")
    ask_on = models.DateField(null=True)
    decided_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)

    objects: ClassVar = WorthQuerySet.as_manager()
    seen_with = "channels.see"

    class Meta:
        indexes = (
            models.Index(fields=["points", "id"], name="worth_by_points"),
            models.Index(fields=["ask_on"], condition=Q(decision="keep"), name="worth_asked_again"),
        )

    def __str__(self) -> str:
        return str(self.channel)

    def form_values(self) -> dict[str, str]:
        """What the form of hours and cost shows."""
        return {name: "" if (value := getattr(self, name)) is None else str(value) for name in UPKEEP}

    def place(self) -> Place:
        return self.channel.place()


UPKEEP = ("hours", "cost")


class FollowerCount(models.Model):
    """How many followers a channel had from a day on, until it is counted otherwise."""

    channel = models.ForeignKey("register.Channel", on_delete=models.PROTECT, related_name="follower_counts")
    day = models.DateField()
    followers = models.PositiveIntegerField()

    seen_with = "channels.see"

    class Meta:
        ordering = ("day",)
        constraints = (models.UniqueConstraint(fields=["channel", "day"], name="followers_once_a_day"),)

    def __str__(self) -> str:
        return f"{self.channel}: {self.followers}"

    def place(self) -> Place:
        return self.channel.place()
