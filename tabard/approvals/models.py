"""Approvals, their steps and decisions. Below posts: the subject is known by kind, id and what it showed."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from tabard.kernel.place import Place

if TYPE_CHECKING:
    from tabard.kernel.actor import Actor


class ApprovalQuerySet(models.QuerySet["Approval"]):
    def visible_to(self, by: Actor) -> ApprovalQuerySet:
        """Approvals of what `by` may see, and those they asked for."""
        from tabard.org.reach import reach

        return reach(by, "posts.see").narrow(self, unit="unit", channel="channel_id", own="asked_by")


class Approval(models.Model):
    """A yes asked for one subject (a variant) as it stood: `content` is what was shown, `digest` its hash."""

    subject_kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    # What belongs together for the one who decides: the post.
    group_id = models.BigIntegerField()
    title = models.CharField(max_length=200)
    unit = models.ForeignKey("org.Unit", on_delete=models.PROTECT, related_name="approvals")
    channel_id = models.BigIntegerField(null=True)
    # Everybody whose work it is: who wrote it and who changed it.
    author_ids = ArrayField(models.BigIntegerField(), default=list)
    digest = models.CharField(max_length=64)
    content = models.JSONField()
    state = models.CharField(max_length=10, default="asked")
    asked_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    note = models.CharField(max_length=500, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    # Why it no longer counts, and what was changed: {"by", "at", "changes": {field: [before, after]}}
    voided = models.JSONField(null=True, blank=True)

    objects: ClassVar = ApprovalQuerySet.as_manager()
    seen_with = "posts.see"

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id"],
                condition=Q(state__in=["asked", "granted"]),
                name="one_live_approval",
            ),
        )
        indexes = (
            models.Index(fields=["group_id"], name="approval_of_group"),
            models.Index(fields=["asked_at", "id"], condition=Q(state="asked"), name="approval_first"),
            models.Index(fields=["unit", "asked_at"], condition=Q(state="asked"), name="approval_waiting"),
            models.Index(F("subject_kind"), F("subject_id"), F("id").desc(), name="approval_of_subject"),
        )

    def __str__(self) -> str:
        return self.title

    def place(self) -> Place:
        return Place(self.unit_id, self.unit.path, self.channel_id)


class Step(models.Model):
    """One step of an approval: who must say yes. Steps of one `position` run side by side."""

    approval = models.ForeignKey(Approval, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(max_length=80)
    # A role on the unit, or one person.
    role = models.CharField(max_length=40, blank=True)
    person = models.ForeignKey(
        "org.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="steps"
    )
    needed = models.PositiveSmallIntegerField(default=1)
    own_work = models.BooleanField(default=False)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("position", "id")

    def __str__(self) -> str:
        return self.name


class Decision(models.Model):
    """One person's yes or no, to one digest."""

    step = models.ForeignKey(Step, on_delete=models.CASCADE, related_name="decisions")
    by = models.ForeignKey("org.Person", on_delete=models.PROTECT, related_name="+")
    yes = models.BooleanField()
    comment = models.TextField(blank=True)
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        ordering = ("at", "id")
        constraints = (models.UniqueConstraint(fields=["step", "by"], name="one_decision_each"),)

    def __str__(self) -> str:
        return f"{'yes' if self.yes else 'no'} by {self.by}"
