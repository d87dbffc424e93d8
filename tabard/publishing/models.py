"""Deliveries, their attempts, the senders that carry them, and holds."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.db.models import F, Q, Value

from tabard.kernel.place import Place
from tabard.kernel.sentences import sentence
from tabard.posts.content import parts_of
from tabard.publishing.rules import to_do

if TYPE_CHECKING:
    from tabard.kernel.actor import Actor


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def visible_to(self, by: Actor) -> DeliveryQuerySet:
        """Deliveries through channels that `by` may see."""
        from tabard.org.reach import reach

        return reach(by, "deliveries.see").narrow(self, unit="unit", channel="channel")


class Delivery(models.Model):
    """The record of sending one variant once, each attempt in it. `content` is frozen at scheduling.

    `armed_at` is written and committed before the call that shows: while it is empty nothing can have gone
    out; once it is set, only the platform, `find`, or a person can say.
    """

    variant = models.ForeignKey("posts.Variant", on_delete=models.PROTECT, related_name="deliveries")
    post = models.ForeignKey("posts.Post", on_delete=models.PROTECT, related_name="deliveries")
    channel = models.ForeignKey("register.Channel", on_delete=models.PROTECT, related_name="deliveries")
    unit = models.ForeignKey("org.Unit", on_delete=models.PROTECT, related_name="deliveries")
    # In whose name it goes: their grant is checked again in the moment it leaves.
    scheduled_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    # A post may be followed by others (`posts.content.parts_of`): `part` 0 is the post itself, of `parts`
    # altogether. Each answers the one it `follows`, and waits until that one is there.
    part = models.PositiveSmallIntegerField(default=0, db_default=0)
    parts = models.PositiveSmallIntegerField(default=1, db_default=1)
    follows = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="followers"
    )
    # 0: waits for the one before it. 2: the one before it is there, so nothing else goes in between.
    turn = models.PositiveSmallIntegerField(default=1, db_default=1)
    key = models.UUIDField(default=uuid.uuid4, unique=True)
    digest = models.CharField(max_length=64)
    content = models.JSONField()
    due_at = models.DateTimeField()
    state = models.CharField(max_length=10, default="queued")
    # What the connector made before the first call, and what its preparations gave.
    own = models.JSONField(default=dict)
    prepared = models.JSONField(default=dict)
    sender = models.UUIDField(null=True, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    armed_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    # Not before this moment: the platform, a budget or our own patience says so.
    next_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    remote_id = models.CharField(max_length=300, blank=True)
    url = models.CharField(max_length=500, blank=True)
    # Somebody wants it away from the platform again, and it is.
    removal_asked_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    # What went wrong: an English sentence, what stands in its places, a code; and must a person decide?
    says = models.TextField(blank=True, db_column="problem")
    facts = models.JSONField(default=dict, db_default=Value({}, models.JSONField()), blank=True)
    code = models.CharField(max_length=40, blank=True)
    asks_person = models.BooleanField(default=False)

    objects: ClassVar = DeliveryQuerySet.as_manager()
    seen_with = "deliveries.see"
    facts_hidden = ("own", "prepared", "content", "turn")

    class Meta:
        verbose_name_plural = "deliveries"
        ordering = ("-due_at", "-id")
        constraints = (
            # The last guard against sending twice: a part of a variant has one delivery that went or may go.
            models.UniqueConstraint(
                fields=["variant", "part"],
                condition=~Q(state__in=["cancelled", "failed", "removed"]),
                name="one_live_delivery",
            ),
            # What waits has not been armed: whatever put it back made sure of that.
            models.CheckConstraint(condition=~Q(state="queued") | Q(armed_at=None), name="queued_is_unarmed"),
            # One at a time through a channel, in order.
            models.UniqueConstraint(
                fields=["channel"], condition=Q(state="sending"), name="one_sending_per_channel"
            ),
        )
        indexes = (
            models.Index(
                fields=["channel", "-turn", "due_at", "id"],
                condition=Q(state="queued", turn__gt=0),
                name="delivery_queue",
            ),
            models.Index(fields=["next_at"], condition=Q(state="queued", turn__gt=0), name="delivery_due"),
            models.Index(fields=["sender"], condition=Q(state="sending"), name="delivery_sending"),
            models.Index(fields=["next_at", "id"], condition=Q(state="unsure"), name="delivery_unsure"),
            models.Index(fields=["next_at", "id"], condition=Q(state="removing"), name="delivery_removing"),
            models.Index(F("unit"), F("due_at").desc(), F("id").desc(), name="delivery_of_unit"),
            models.Index(F("due_at").desc(), F("id").desc(), name="delivery_newest"),
            models.Index(
                F("due_at").desc(), F("id").desc(), name="delivery_asks", condition=Q(asks_person=True)
            ),
            models.Index(F("state"), F("due_at").desc(), F("id").desc(), name="delivery_by_state"),
            models.Index(fields=["post"], name="delivery_of_post"),
        )

    def __str__(self) -> str:
        whole = f"{self.post} · {self.channel}"
        return f"{whole} · {self.part + 1}/{self.parts}" if self.parts > 1 else whole

    def place(self) -> Place:
        return self.channel.place()

    @property
    def said(self) -> dict[str, Any]:
        """What this delivery itself says of the whole that was approved."""
        return parts_of(self.content)[self.part]

    @property
    def problem(self) -> str:
        """What went wrong, in the reader's language."""
        return sentence(self.says, self.facts)

    @property
    def to_do(self) -> str:
        """What can be done about it."""
        return to_do(self.state, self.code, self.asks_person) if self.says else ""


class Attempt(models.Model):
    """One try: when it began, when the showing call was armed, how it ended."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    sender = models.UUIDField()
    began_at = models.DateTimeField()
    armed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=12, blank=True)
    says = models.TextField(blank=True, db_column="detail")
    facts = models.JSONField(default=dict, db_default=Value({}, models.JSONField()), blank=True)

    class Meta:
        ordering = ("number",)
        constraints = (models.UniqueConstraint(fields=["delivery", "number"], name="attempt_once"),)

    def __str__(self) -> str:
        return f"try {self.number} of {self.delivery_id}"

    @property
    def detail(self) -> str:
        """What was said of it, in the reader's language."""
        return sentence(self.says, self.facts)


class Sender(models.Model):
    """A worker process that sends. One that does not beat is dead, and what it carried is resolved."""

    key = models.UUIDField(primary_key=True)
    name = models.CharField(max_length=120)
    started_at = models.DateTimeField()
    beat_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.name


class BudgetQuerySet(models.QuerySet["Budget"]):
    def visible_to(self, by: Actor) -> BudgetQuerySet:
        """Budgets of channels whose deliveries `by` may see, and of platforms they are on."""
        from tabard.org.reach import reach
        from tabard.register.models import Channel

        channels = reach(by, "deliveries.see").narrow(Channel.objects.all(), unit="unit", channel="pk")
        shared = Q(channel=None, platform__in=channels.values("platform"))
        return self.filter(Q(channel__in=channels.values("pk")) | shared)


class Budget(models.Model):
    """What is left of a platform's limit, for one channel or all of them; `sender.budgets` counts.

    `left` of `most` at `at`, by our own count. `told`: what the platform said is left until `told_until`.
    """

    name = models.CharField(max_length=120, unique=True)
    platform = models.ForeignKey("register.Platform", on_delete=models.CASCADE, related_name="+")
    channel = models.ForeignKey(
        "register.Channel", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    of = models.CharField(max_length=60)
    most = models.FloatField()
    left = models.FloatField()
    at = models.DateTimeField()
    told = models.FloatField(null=True, blank=True)
    told_until = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = BudgetQuerySet.as_manager()
    seen_with = "deliveries.see"

    def __str__(self) -> str:
        return self.name


class HoldQuerySet(models.QuerySet["Hold"]):
    def visible_to(self, by: Actor) -> HoldQuerySet:
        """Holds on places whose deliveries `by` may see."""
        from tabard.org.reach import reach

        return reach(by, "deliveries.see").narrow(self, unit="unit", channel="channel")


class Hold(models.Model):
    """Publishing paused for a unit with all below it, or for one channel, until it is lifted."""

    unit = models.ForeignKey("org.Unit", on_delete=models.PROTECT, related_name="holds")
    channel = models.ForeignKey(
        "register.Channel", null=True, blank=True, on_delete=models.PROTECT, related_name="holds"
    )
    reason = models.CharField(max_length=300)
    pressed_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    pressed_at = models.DateTimeField()
    lifted_by = models.ForeignKey(
        "org.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    lifted_at = models.DateTimeField(null=True, blank=True)
    # Pressed because nobody answered for the channel: lifted by itself once somebody has.
    until_attested = models.BooleanField(default=False, db_default=False)

    objects: ClassVar = HoldQuerySet.as_manager()
    seen_with = "deliveries.see"

    class Meta:
        ordering = ("-id",)
        indexes = (models.Index(fields=["unit"], condition=Q(lifted_at=None), name="hold_in_force"),)

    def __str__(self) -> str:
        return str(self.channel or self.unit)

    def place(self) -> Place:
        return Place(self.unit_id, self.unit.path, self.channel_id)
