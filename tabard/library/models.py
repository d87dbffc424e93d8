"""Assets: one file each, kept once."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models

from tabard.kernel.place import Place

if TYPE_CHECKING:
    from tabard.kernel.actor import Actor


class AssetQuerySet(models.QuerySet["Asset"]):
    def visible_to(self, by: Actor) -> AssetQuerySet:
        """Assets of units whose library `by` may see."""
        from tabard.org.reach import reach

        return reach(by, "library.see").narrow(self, unit="unit")


class Asset(models.Model):
    """A picture, a video or a document with what is known of it. The file is never changed.

    `kind`: image, animation, video or document. `hidden`: what was taken out of it before it was kept.
    """

    unit = models.ForeignKey("org.Unit", on_delete=models.PROTECT, related_name="assets")
    name = models.CharField(max_length=200)
    file = models.FileField(upload_to="assets/%Y/%m/", max_length=300)
    thumbnail = models.FileField(upload_to="thumbnails/%Y/%m/", max_length=300, blank=True)
    kind = models.CharField(max_length=12, default="image")
    mime = models.CharField(max_length=80)
    size = models.PositiveBigIntegerField()
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    seconds = models.FloatField(default=0)
    codec = models.CharField(max_length=20, blank=True, default="")
    sound = models.CharField(max_length=20, blank=True, default="")
    fps = models.FloatField(default=0)
    pages = models.PositiveIntegerField(default=0)
    title = models.CharField(max_length=200, blank=True, default="")
    hidden = models.JSONField(default=list, blank=True)
    sha256 = models.CharField(max_length=64)
    alt = models.CharField(max_length=1500, blank=True)
    added_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)
    search = models.TextField(blank=True, default="")

    objects: ClassVar = AssetQuerySet.as_manager()
    seen_with = "library.see"
    facts_hidden = ("search",)

    class Meta:
        ordering = ("-id",)
        constraints = (models.UniqueConstraint(fields=["unit", "sha256"], name="asset_once_per_unit"),)

    def __str__(self) -> str:
        return self.name

    @property
    def length(self) -> str:
        """How long it lasts, as people write it: 1:02:03, or 0:12. Nothing where there is nothing to last."""
        minutes, seconds = divmod(max(1, round(self.seconds)) if self.seconds else 0, 60)
        hours, minutes = divmod(minutes, 60)
        if not self.seconds:
            return ""
        return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"

    def form_values(self) -> dict[str, str]:
        """What its form shows."""
        return {"name": self.name, "alt": self.alt}

    def place(self) -> Place:
        return self.unit.place()
