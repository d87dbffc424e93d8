"""Platforms, channels and their connections."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from tabard.kernel.place import Place
from tabard.kernel.sentences import sentence

if TYPE_CHECKING:
    from tabard.kernel.actor import Actor


class Platform(models.Model):
    """A platform on which channels can be; `platforms.yaml` beside this file says what is known of each."""

    slug = models.SlugField(max_length=40, primary_key=True)
    name = models.CharField(max_length=60)
    mark = models.CharField(max_length=2)
    # What the organisation does there, and why: watching, piloting, using or leaving; empty: nobody has said.
    stage = models.CharField(max_length=8, blank=True, default="", db_default="")
    stage_words = models.CharField(max_length=300, blank=True, default="", db_default="")

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class PlatformApp(models.Model):
    """What this installation has entered for its app on a platform, where people sign in through one."""

    platform = models.OneToOneField(Platform, on_delete=models.CASCADE, primary_key=True, related_name="app")
    # Sealed, about `platform_apps.purpose`: what the fields of the platform's card ask for.
    secret = models.TextField()
    set_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()
    # Who typed what is secret of it, and so knows it; others may have changed the rest since.
    secret_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")

    facts_hidden = ("secret",)

    def __str__(self) -> str:
        return f"app on {self.platform}"

    def form_values(self) -> dict[str, str]:
        """Only that it is another since it was looked at: what it holds is partly secret."""
        return {"app": self.set_at.isoformat()}


class ChannelQuerySet(models.QuerySet["Channel"]):
    def visible_to(self, by: Actor) -> ChannelQuerySet:
        """Channels that `by` may see."""
        from tabard.org.reach import reach

        return reach(by, "channels.see").narrow(self, unit="unit", channel="pk")

    def publishing(self) -> ChannelQuerySet:
        """Channels that posts can be planned for."""
        return self.filter(state__in=("active", "dormant"))


class Channel(models.Model):
    """One account on one platform: a page, a profile."""

    SHOWN = ("name", "handle", "unit", "platform", "state")

    class SecondFactor(models.TextChoices):
        UNKNOWN = "unknown", _("Not known")
        ON = "on", _("On")
        OFF = "off", _("Off")

    class Health(models.TextChoices):
        """Whether posts can leave through it. Kept up to date by whoever talks to the platform."""

        UNCONNECTED = "unconnected", _("Not connected")
        HEALTHY = "healthy", _("Healthy")
        FAILING = "failing", _("Failing")
        REVOKED = "revoked", _("Access ended")

    unit = models.ForeignKey("org.Unit", on_delete=models.PROTECT, related_name="channels")
    platform = models.ForeignKey(Platform, on_delete=models.PROTECT, related_name="channels")
    handle = models.CharField(max_length=200)
    name = models.CharField(max_length=200, blank=True)
    url = models.URLField(max_length=500, blank=True)
    # The platform's own id of it: stays when the handle changes.
    remote_id = models.CharField(max_length=200, blank=True)
    # Handles it had before: others may register them again.
    former_handles = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    reference = models.CharField(max_length=120, blank=True)
    state = models.CharField(max_length=10, default="active")
    owner = models.ForeignKey(
        "org.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="owns"
    )
    deputy = models.ForeignKey(
        "org.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="backs"
    )
    # Who answers for it and who backs them: its own people, else its unit's. The database keeps both right.
    answers = models.ForeignKey(
        "org.Person", null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    backs = models.ForeignKey(
        "org.Person", null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    purpose = models.CharField(max_length=300, blank=True)
    audience = models.CharField(max_length=300, blank=True)
    languages = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    business_manager = models.CharField(max_length=200, blank=True)
    recovery_email = models.CharField(max_length=254, blank=True)
    recovery_owner = models.ForeignKey(
        "org.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="recovers"
    )
    second_factor = models.CharField(max_length=8, choices=SecondFactor, default=SecondFactor.UNKNOWN)
    admins = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    followers = models.PositiveIntegerField(null=True, blank=True)
    last_activity_at = models.DateTimeField(null=True, blank=True)
    health = models.CharField(max_length=12, choices=Health, default=Health.UNCONNECTED)
    # What is wrong with the connection: an English sentence, what stands in its places, and since when.
    problem_says = models.CharField(max_length=300, blank=True, db_column="problem")
    problem_facts = models.JSONField(default=dict, db_default=Value({}, models.JSONField()), blank=True)
    problem_at = models.DateTimeField(null=True, blank=True)
    # When somebody last put their name to it in an attestation; and since when nobody has.
    attested_at = models.DateTimeField(null=True, blank=True)
    attested_by = models.ForeignKey(
        "org.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    unattested_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    search = models.TextField(blank=True, default="")

    objects: ClassVar = ChannelQuerySet.as_manager()
    seen_with = "channels.see"
    facts_hidden = ("search", "problem_facts", "answers", "backs")

    class Meta:
        ordering = ("handle", "id")
        constraints = (
            models.UniqueConstraint(
                "platform", Lower("handle"), condition=~Q(state="retired"), name="channel_handle_once"
            ),
            models.UniqueConstraint(
                fields=["platform", "remote_id"],
                condition=~Q(remote_id="") & ~Q(state="retired"),
                name="channel_remote_id_once",
            ),
            models.CheckConstraint(
                condition=Q(deputy=None) | Q(owner=None) | ~Q(deputy=models.F("owner")),
                name="channel_two_people",
            ),
        )
        indexes = (
            models.Index(fields=["unit", "handle", "id"], name="channel_by_unit"),
            models.Index(fields=["handle", "id"], name="channel_by_handle"),
        )

    def __str__(self) -> str:
        return self.name or self.handle

    def form_values(self) -> dict[str, str]:
        """What its form shows."""
        plain = ("handle", "name", "purpose", "audience", "business_manager", "recovery_email", "reference")
        found = {name: getattr(self, name) for name in (*plain, "second_factor")}
        found |= {name: ", ".join(getattr(self, name)) for name in ("languages", "admins")}
        people = {"owner": self.owner, "deputy": self.deputy, "recovery_owner": self.recovery_owner}
        return found | {name: person.email if person else "" for name, person in people.items()}

    @property
    def problem(self) -> str:
        """What is wrong with the connection, in the reader's language."""
        return sentence(self.problem_says, self.problem_facts)

    def place(self) -> Place:
        return Place(self.unit_id, self.unit.path, self.pk)


class Connection(models.Model):
    """The key to a channel: encrypted, never shown, never logged."""

    channel = models.OneToOneField(Channel, on_delete=models.CASCADE, related_name="connection")
    base_url = models.CharField(max_length=300, blank=True)
    # `access.vault` sealed, about "channel <id>".
    secret = models.TextField(blank=True)
    session = models.TextField(blank=True)
    limits = models.JSONField(default=dict, blank=True)
    servers = models.JSONField(default=dict, blank=True)
    connected_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    connected_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True, blank=True)
    # When the access ends, and when it is renewed; without the second, only a person can go on then.
    expires_at = models.DateTimeField(null=True, blank=True)
    renew_at = models.DateTimeField(null=True, blank=True)
    # Somebody has been renewing it since; and since when a renewal may have been taken without its answer
    # having reached us.
    renewing_at = models.DateTimeField(null=True, blank=True)
    renewal_lost_at = models.DateTimeField(null=True, blank=True)

    facts_hidden = ("secret", "session")

    class Meta:
        indexes = (
            models.Index(
                fields=["renew_at"], condition=Q(renew_at__isnull=False), name="connection_to_renew"
            ),
        )

    def __str__(self) -> str:
        return f"connection of {self.channel}"

    def place(self) -> Place:
        return self.channel.place()


class Revocation(models.Model):
    """What a channel was let in by, and must be ended on its platform: it was let go here already."""

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="revocations")
    base_url = models.CharField(max_length=300, blank=True)
    # Sealed as they were with the connection; empty once it was given up.
    secret = models.TextField(blank=True)
    session = models.TextField(blank=True)
    servers = models.JSONField(default=dict, blank=True)
    tries = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField()
    # Only a person can end it now, by hand; and why.
    gave_up_at = models.DateTimeField(null=True)
    problem_says = models.CharField(max_length=300, blank=True)
    problem_facts = models.JSONField(default=dict, blank=True)

    facts_hidden = ("secret", "session")

    def __str__(self) -> str:
        return f"access left of {self.channel}"

    @property
    def problem(self) -> str:
        """Why it was given up, in the reader's language."""
        return sentence(self.problem_says, self.problem_facts)


class DoubtQuerySet(models.QuerySet["Doubt"]):
    def visible_to(self, by: Actor) -> DoubtQuerySet:
        """Doubts about channels that `by` may see."""
        from tabard.org.reach import reach

        return reach(by, "channels.see").narrow(self, unit="channel__unit", channel="channel")


class Doubt(models.Model):
    """What an attestation has left to be decided about a channel, and what was decided."""

    class Kind(models.TextChoices):
        DISOWNED = "disowned", _("Said not to be ours")
        PROPOSED = "proposed", _("Named, and not in the register before")
        UNANSWERED = "unanswered", _("Nobody answered for it")

    class Decision(models.TextChoices):
        OURS = "ours", _("It is ours")
        MOVE = "move", _("It belongs to another unit")
        RETIRE = "retire", _("It goes")
        ATTESTED = "attested", _("Attested since")

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="doubts")
    kind = models.CharField(max_length=10, choices=Kind)
    # The answer it comes from, with its round.
    item = models.ForeignKey("attestation.Item", null=True, on_delete=models.PROTECT, related_name="+")
    words = models.CharField(max_length=500, blank=True)
    # Null: nobody said anything, that is the doubt.
    said_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    said_at = models.DateTimeField()
    decision = models.CharField(max_length=10, choices=Decision, blank=True)
    decided_words = models.CharField(max_length=300, blank=True)
    decided_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)

    objects: ClassVar = DoubtQuerySet.as_manager()
    seen_with = "channels.see"

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=["channel", "kind"], condition=Q(decided_at=None), name="doubt_open_once"
            ),
        )
        indexes = (models.Index(fields=["kind"], condition=Q(decided_at=None), name="doubt_open"),)

    def __str__(self) -> str:
        return f"{self.channel} · {self.get_kind_display()}"

    def place(self) -> Place:
        return self.channel.place()


class Import(models.Model):
    """A file of channels on its way into the register: what it would change, changed and refused."""

    class State(models.TextChoices):
        CHECKING = "checking", _("Checking")
        CHECKED = "checked", _("Checked")
        WRITING = "writing", _("Importing")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    unit = models.ForeignKey("org.Unit", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    source = models.BinaryField()
    columns = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.CHECKING)
    rows = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)
    # {"added": n, "changed": n, "same": n, "refused": n}
    counts = models.JSONField(default=dict)
    # One per row: {"row", "outcome", "label", "changes": {field: [before, after]}, "why": [sentences]}
    results = models.JSONField(default=list)
    problem = models.TextField(blank=True)
    started_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    seen_with = "channels.import"
    facts_hidden = ("source", "results")

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.name

    def place(self) -> Place:
        return self.unit.place()


class FindingQuerySet(models.QuerySet["Finding"]):
    def visible_to(self, by: Actor) -> FindingQuerySet:
        """Those about channels that `by` may see."""
        from tabard.org.reach import reach

        return reach(by, "channels.see").narrow(self, unit="channel__unit", channel="channel")


class Finding(models.Model):
    """What does not fit about an entry, until it does or somebody says why it may stay."""

    class Kind(models.TextChoices):
        DUPLICATE = "duplicate", _("Twice")
        CONTRADICTORY = "contradictory", _("Contradictory")
        NOBODY = "nobody", _("Nobody answers")
        ONE_PERSON = "one_person", _("One person")
        DORMANT = "dormant", _("Silent")
        INCOMPLETE = "incomplete", _("Incomplete")

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="findings")
    # For one that is there twice: the other entries.
    others = ArrayField(models.BigIntegerField(), default=list, blank=True)
    kind = models.CharField(max_length=13, choices=Kind)
    # `register.finding_rules`: what tells it from others of its kind, and its facts as reasons and digest.
    key = models.CharField(max_length=300)
    reasons = models.JSONField(default=list)
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=4, default="open")
    # Why it may stay; a decision holds while the facts are the same, and no longer than `until`.
    reason = models.CharField(max_length=300, blank=True)
    until = models.DateField(null=True, blank=True)
    decided_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    found_at = models.DateTimeField()

    objects: ClassVar = FindingQuerySet.as_manager()
    seen_with = "channels.see"
    facts_hidden = ("digest", "key")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["kind", "key"], name="finding_once"),)
        indexes = (models.Index(fields=["state", "found_at", "id"], name="finding_by_state"),)

    def __str__(self) -> str:
        return f"{self.channel}: {self.get_kind_display()}"

    def place(self) -> Place:
        return self.channel.place()
