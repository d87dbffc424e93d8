"""Policies: set on a unit, inherited downward, tightened below and never loosened (A3)."""

from __future__ import annotations

import json

from django.db import models

from tabard.kernel.place import Place


class Policy(models.Model):
    """What one unit says about one matter. `org.rules` knows the matters and which of two is tighter."""

    unit = models.ForeignKey("org.Unit", on_delete=models.CASCADE, related_name="policies")
    matter = models.CharField(max_length=40)
    value = models.JSONField()
    set_at = models.DateTimeField(auto_now=True)
    set_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")

    seen_with = "org.see"

    class Meta:
        verbose_name_plural = "policies"
        constraints = (models.UniqueConstraint(fields=["unit", "matter"], name="policy_once"),)

    def __str__(self) -> str:
        return f"{self.matter} of {self.unit}"

    def form_values(self) -> dict[str, str]:
        """What its form shows: the value, as JSON."""
        return {"value": json.dumps(self.value, sort_keys=True)}

    def place(self) -> Place:
        return self.unit.place()
