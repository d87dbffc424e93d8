"""Campaigns: what several posts belong to."""

from __future__ import annotations

from django.db import models

from tabard.kernel.place import Place


class Campaign(models.Model):
    """A stretch of time with one aim, shown as a bar in the calendar."""

    SHOWN = ("name", "unit")

    unit = models.ForeignKey("org.Unit", on_delete=models.PROTECT, related_name="campaigns")
    name = models.CharField(max_length=120)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)

    seen_with = "posts.see"

    class Meta:
        ordering = ("name", "id")

    def __str__(self) -> str:
        return self.name

    def form_values(self) -> dict[str, str]:
        """What its form shows; days as 2026-12-31."""
        days = {"starts_on": self.starts_on, "ends_on": self.ends_on}
        return {"name": self.name, **{name: day.isoformat() if day else "" for name, day in days.items()}}

    def place(self) -> Place:
        return self.unit.place()
