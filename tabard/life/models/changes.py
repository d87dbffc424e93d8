"""What platforms announce to change."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tabard.kernel.place import Place


class PlatformChange(models.Model):
    """Something that a platform does from a day on, and what somebody has to do before."""

    class Outcome(models.TextChoices):
        DONE = "done", _("Done")
        NOT_NEEDED = "skipped", _("Nothing to do")

    platform = models.ForeignKey("register.Platform", on_delete=models.PROTECT, related_name="changes")
    title = models.CharField(max_length=200)
    what = models.CharField(max_length=1000)
    # Where it is announced.
    source = models.URLField(max_length=500)
    takes_effect = models.DateField()
    # Which placements it touches; none: the whole platform.
    placements = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    owner = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    outcome = models.CharField(max_length=7, choices=Outcome, blank=True)
    words = models.CharField(max_length=500, blank=True)
    ended_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    seen_with = "channels.see"

    class Meta:
        indexes = (
            models.Index(fields=["takes_effect", "id"], name="platform_change_by_day"),
            models.Index(fields=["owner"], condition=Q(ended_at=None), name="platform_change_owner"),
        )

    def __str__(self) -> str:
        return self.title

    def place(self) -> Place:
        """It concerns the organisation as one."""
        from tabard.org.models import Unit

        return Unit.objects.get(parent=None).place()
