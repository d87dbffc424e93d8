"""What is done before a channel is gone, step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q

from tabard.kernel.place import Place
from tabard.life.rules import STEPS

if TYPE_CHECKING:
    from tabard.kernel.actor import Actor


class Retirement(models.Model):
    """A channel on its way out: its checklist, until it is retired or stays after all."""

    channel = models.ForeignKey("register.Channel", on_delete=models.PROTECT, related_name="retirements")
    state = models.CharField(max_length=10, default="open")
    begun_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    # Where its followers are sent.
    into = models.ForeignKey("register.Channel", null=True, on_delete=models.PROTECT, related_name="+")

    seen_with = "channels.see"

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=["channel"], condition=Q(state="open"), name="retirement_open_once"
            ),
        )

    def __str__(self) -> str:
        return str(self.channel)

    def place(self) -> Place:
        return self.channel.place()


class RetirementStepQuerySet(models.QuerySet["RetirementStep"]):
    def visible_to(self, by: Actor) -> RetirementStepQuerySet:
        """Those of channels that `by` may see, and one's own."""
        from tabard.org.reach import reach

        seen = reach(by, "channels.see")
        return seen.narrow(self, unit="retirement__channel__unit", channel="retirement__channel", own="owner")

    def to_do(self) -> RetirementStepQuerySet:
        """Those that are neither done nor found not to be needed."""
        return self.filter(state="todo", retirement__state="open")


class RetirementStep(models.Model):
    """One thing to do before a channel is gone."""

    retirement = models.ForeignKey(Retirement, on_delete=models.PROTECT, related_name="steps")
    position = models.PositiveSmallIntegerField()
    # One of ours, or the words of a policy.
    code = models.CharField(max_length=10, blank=True)
    title = models.CharField(max_length=200, blank=True)
    owner = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    state = models.CharField(max_length=7, default="todo")
    # How it was done, with a link where there is one, or why it is not needed.
    evidence = models.CharField(max_length=500, blank=True)
    ended_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    objects: ClassVar = RetirementStepQuerySet.as_manager()
    seen_with = "channels.see"

    class Meta:
        ordering = ("position", "id")
        indexes = (
            models.Index(fields=["due_on", "id"], condition=Q(state="todo"), name="retirement_step_due"),
            models.Index(fields=["owner"], condition=Q(state="todo"), name="retirement_step_owner"),
        )

    def __str__(self) -> str:
        return f"{self.said} · {self.retirement}"

    @property
    def said(self) -> str:
        """What is to be done, in the reader's language where the words are ours."""
        return str(STEPS[self.code].said) if self.code in STEPS else self.title

    @property
    def by_policy(self) -> bool:
        """Whether a policy asks for it."""
        return not self.code

    def place(self) -> Place:
        return self.retirement.channel.place()
