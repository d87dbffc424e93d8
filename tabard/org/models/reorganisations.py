"""A reorganisation is one planned change: everything a unit holds gets a new owner first (A1)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tabard.kernel.place import Place


class Reorganisation(models.Model):
    """A plan to move, merge, split or close a unit.

    `plan` says who gets what: `{"register.channels": {"all": 7, "12": 9}}`, unit ids by holding, with
    exceptions by the id of the thing held. Closing waits until nothing is left without a new owner.
    """

    class Kind(models.TextChoices):
        MOVE = "move", _("Move")
        MERGE = "merge", _("Merge")
        SPLIT = "split", _("Split")
        CLOSE = "close", _("Close")

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        DONE = "done", _("Done")
        CANCELLED = "cancelled", _("Cancelled")

    unit = models.ForeignKey("org.Unit", on_delete=models.PROTECT, related_name="reorganisations")
    kind = models.CharField(max_length=8, choices=Kind)
    state = models.CharField(max_length=10, choices=State, default=State.PLANNED)
    # The new parent of a move, the unit merged into; empty for a split or a closure.
    target = models.ForeignKey("org.Unit", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    plan = models.JSONField(default=dict)
    # The units a split makes: [{"name", "lead_id", "deputy_id"}].
    parts = models.JSONField(default=list)
    reason = models.CharField(max_length=300)
    planned_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    planned_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True, blank=True)

    seen_with = "org.see"

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=["unit"], condition=models.Q(state="planned"), name="one_plan_per_unit"
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.unit}"

    def place(self) -> Place:
        return self.unit.place()
