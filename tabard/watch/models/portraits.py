"""How channels of ours look, so that what looks like them is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models

from tabard.kernel.place import Place

if TYPE_CHECKING:
    from tabard.kernel.actor import Actor


class PortraitQuerySet(models.QuerySet["Portrait"]):
    def visible_to(self, by: Actor) -> PortraitQuerySet:
        """Those of channels that `by` may see."""
        from tabard.org.reach import reach

        return reach(by, "channels.see").narrow(self, unit="channel__unit", channel="channel")


class Portrait(models.Model):
    """What a channel of ours says of itself, and what its picture looks like."""

    channel = models.OneToOneField("register.Channel", on_delete=models.CASCADE, related_name="portrait")
    bio = models.CharField(max_length=2000, blank=True)
    site = models.CharField(max_length=500, blank=True)
    avatar = models.CharField(max_length=210, blank=True)

    objects: ClassVar = PortraitQuerySet.as_manager()
    seen_with = "channels.see"

    def __str__(self) -> str:
        return str(self.channel)

    def form_values(self) -> dict[str, str]:
        """What its form shows."""
        return {"bio": self.bio, "site": self.site}

    def place(self) -> Place:
        return self.channel.place()
