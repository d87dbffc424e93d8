"""Who administers channels at their platforms: what was read, who that is, and what does not fit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.db.models import Q, Value
from django.utils.translation import gettext_lazy as _

from tabard.kernel.place import Place
from tabard.kernel.sentences import sentence

if TYPE_CHECKING:
    from tabard.kernel.actor import Actor


class AdminList(models.Model):
    """The reading of one channel's list: when it was tried, when it worked, what stood in the way."""

    channel = models.OneToOneField("register.Channel", on_delete=models.PROTECT, related_name="admin_list")
    # When somebody asked for it to be read with others, and when it is read next by itself.
    asked_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField()
    tried_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    # An English sentence and what stands in its places; empty where the last reading worked.
    problem_says = models.CharField(max_length=300, blank=True)
    problem_facts = models.JSONField(default=dict, db_default=Value({}, models.JSONField()), blank=True)

    class Meta:
        indexes = (
            models.Index(fields=["next_at"], name="admin_list_due"),
            models.Index(fields=["asked_at"], name="admin_list_asked"),
        )

    def __str__(self) -> str:
        return str(self.channel)

    @property
    def problem(self) -> str:
        """Why it could not be read, in the reader's language."""
        return sentence(self.problem_says, self.problem_facts)

    def place(self) -> Place:
        return self.channel.place()


class PlatformAdminQuerySet(models.QuerySet["PlatformAdmin"]):
    def visible_to(self, by: Actor) -> PlatformAdminQuerySet:
        """Names on lists of channels whose shared credentials `by` may know of."""
        from tabard.org.reach import reach

        return reach(by, "vault.see").narrow(self, unit="channel__unit", channel="channel")


class PlatformAdmin(models.Model):
    """One name on the list of one channel, from the first reading that had it to the last."""

    channel = models.ForeignKey("register.Channel", on_delete=models.PROTECT, related_name="platform_admins")
    # The server it was read from: the same id means somebody else on another one.
    server = models.CharField(max_length=300, blank=True)
    remote_id = models.CharField(max_length=200)
    handle = models.CharField(max_length=200, blank=True)
    name = models.CharField(max_length=200, blank=True)
    email = models.CharField(max_length=254, blank=True)
    role = models.CharField(max_length=80, blank=True)
    # Since when, as the platform says.
    since = models.DateTimeField(null=True)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True)
    # Who that is, as somebody has confirmed; or who it may be, by e-mail or name.
    person = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    suggested = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar = PlatformAdminQuerySet.as_manager()
    seen_with = "vault.see"

    class Meta:
        ordering = ("name", "id")
        constraints = (
            models.UniqueConstraint(
                fields=["channel", "remote_id"], condition=Q(gone_at=None), name="platform_admin_once"
            ),
        )
        indexes = (
            models.Index(fields=["person"], condition=Q(gone_at=None), name="platform_admin_here"),
            models.Index(fields=["remote_id"], name="platform_admin_by_id"),
        )

    def __str__(self) -> str:
        return self.name or self.handle or self.remote_id

    def place(self) -> Place:
        return self.channel.place()


class PlatformName(models.Model):
    """Somebody has said who an id at a platform is; so it is on all lists there until taken back."""

    person = models.ForeignKey("org.Person", on_delete=models.PROTECT, related_name="platform_names")
    platform = models.ForeignKey("register.Platform", on_delete=models.PROTECT, related_name="+")
    server = models.CharField(max_length=300, blank=True)
    remote_id = models.CharField(max_length=200)
    said_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    said_at = models.DateTimeField()
    ended_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["platform", "server", "remote_id"],
                condition=Q(ended_at=None),
                name="platform_name_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.person} · {self.remote_id}"


class AdminFindingQuerySet(models.QuerySet["AdminFinding"]):
    def visible_to(self, by: Actor) -> AdminFindingQuerySet:
        """Those of channels whose shared credentials `by` may know of, and those `by` is to mend."""
        from tabard.org.reach import reach

        return reach(by, "vault.see").narrow(self, unit="channel__unit", channel="channel", own="owner")

    def open(self) -> AdminFindingQuerySet:
        return self.filter(state="open")

    def alive(self) -> AdminFindingQuerySet:
        """Still so: to be mended, or accepted for a reason."""
        return self.filter(state__in=("open", "accepted"))


class AdminFinding(models.Model):
    """Something about a list that does not fit: who mends it by when, what was decided, how it ended."""

    class Kind(models.TextChoices):
        LEFT = "left", _("Has left, and still administers it")
        UNKNOWN = "unknown", _("Nobody knows who that is")
        NO_GRANT = "no_grant", _("Has no grant there")
        ALONE = "alone", _("Administers it alone")

    channel = models.ForeignKey("register.Channel", on_delete=models.PROTECT, related_name="admin_findings")
    admin = models.ForeignKey(PlatformAdmin, on_delete=models.PROTECT, related_name="findings")
    kind = models.CharField(max_length=8, choices=Kind)
    # About whom, and the record of their leaving.
    person = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    departure = models.ForeignKey("access.Departure", null=True, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, default="open")
    found_at = models.DateTimeField()
    due_at = models.DateTimeField()
    # Why it may stay, who said so and when; kept when it ends.
    reason = models.CharField(max_length=300, blank=True)
    decided_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    # How it ended: an English sentence and what stands in its places.
    ended_at = models.DateTimeField(null=True)
    ended_says = models.CharField(max_length=300, blank=True)
    ended_facts = models.JSONField(default=dict, db_default=Value({}, models.JSONField()), blank=True)

    objects: ClassVar = AdminFindingQuerySet.as_manager()
    seen_with = "vault.see"
    facts_hidden = ("ended_facts",)

    class Meta:
        ordering = ("due_at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=["admin", "kind"],
                condition=Q(state__in=("open", "accepted")),
                name="admin_finding_once",
            ),
        )
        indexes = (
            models.Index(fields=["channel", "kind"], condition=Q(state="open"), name="admin_finding_open"),
            models.Index(fields=["due_at", "id"], name="admin_finding_by_due"),
            models.Index(fields=["departure"], name="admin_finding_by_departure"),
            models.Index(fields=["owner"], condition=Q(state="open"), name="admin_finding_by_owner"),
        )

    def __str__(self) -> str:
        return f"{self.admin} · {self.channel}"

    @property
    def evidence(self) -> str:
        """How it ended, in the reader's language."""
        return sentence(self.ended_says, self.ended_facts)

    @property
    def home(self) -> Any:
        """The unit of the channel."""
        return self.channel.unit

    def place(self) -> Place:
        return self.channel.place()
