"""Channels that somebody would like to have."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from tabard.kernel.place import Place

if TYPE_CHECKING:
    from tabard.kernel.actor import Actor


class ChannelRequestQuerySet(models.QuerySet["ChannelRequest"]):
    def visible_to(self, by: Actor) -> ChannelRequestQuerySet:
        """Those in units whose channels `by` may see, and one's own."""
        from tabard.org.reach import reach

        return reach(by, "channels.see").narrow(self, unit="unit", own="asked_by")


class ChannelRequest(models.Model):
    """Somebody asks for a channel; approved, it becomes an entry of the register."""

    unit = models.ForeignKey("org.Unit", on_delete=models.PROTECT, related_name="+")
    platform = models.ForeignKey("register.Platform", on_delete=models.PROTECT, related_name="+")
    handle = models.CharField(max_length=200)
    name = models.CharField(max_length=200, blank=True)
    purpose = models.CharField(max_length=300)
    audience = models.CharField(max_length=300)
    languages = ArrayField(models.CharField(max_length=12), default=list)
    # What it will do that no channel of ours does.
    why = models.CharField(max_length=1000)
    # Who will answer comments, and who does when they are away: its owner and deputy once it is there.
    answers = models.ForeignKey("org.Person", on_delete=models.PROTECT, related_name="+")
    backs = models.ForeignKey("org.Person", on_delete=models.PROTECT, related_name="+")
    # Until when it is tried; then it is asked whether it is needed.
    until = models.DateField()
    state = models.CharField(max_length=9, default="asked")
    asked_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    words = models.CharField(max_length=500, blank=True)
    decided_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    channel = models.OneToOneField(
        "register.Channel", null=True, on_delete=models.PROTECT, related_name="request"
    )
    search = models.TextField(blank=True, default="")

    objects: ClassVar = ChannelRequestQuerySet.as_manager()
    seen_with = "channels.see"
    facts_hidden = ("search",)

    class Meta:
        ordering = ("-id",)
        indexes = (
            models.Index(fields=["state", "asked_at", "id"], name="channel_request_by_state"),
            models.Index(fields=["asked_by"], name="channel_request_by_whom"),
        )

    def __str__(self) -> str:
        return self.name or self.handle

    def form_values(self) -> dict[str, str]:
        """What its form shows."""
        plain = {n: getattr(self, n) for n in ("handle", "name", "purpose", "audience", "why")}
        people = {"answers": self.answers.email, "backs": self.backs.email}
        return plain | people | {"languages": ", ".join(self.languages), "until": self.until.isoformat()}

    def place(self) -> Place:
        return self.unit.place()
