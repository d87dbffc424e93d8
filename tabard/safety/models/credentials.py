"""Credentials, who has them out, who has ever seen them, and what must be changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from tabard.kernel import clock
from tabard.kernel.place import Place

if TYPE_CHECKING:
    from tabard.kernel.actor import Actor


def _reached(rows: Any, by: Actor, right: str) -> Any:
    """`rows` where `by` has `right`: a thing stands at its channel, or at a unit itself."""
    from tabard.org.reach import reach

    rows = rows.annotate(at_unit=Coalesce(F("unit_id"), F("channel__unit_id")))
    return reach(by, right).narrow(rows, unit="at_unit", channel="channel")


class CredentialQuerySet(models.QuerySet["Credential"]):
    def visible_to(self, by: Actor) -> CredentialQuerySet:
        """That there are such credentials; what is in them is seen by checking them out."""
        found: CredentialQuerySet = _reached(self, by, "vault.see")
        return found

    def kept(self) -> CredentialQuerySet:
        return self.filter(forgotten_at=None)


class Credential(models.Model):
    """A user name and password that people share, of a channel or of a unit."""

    SHOWN = ("name", "unit", "channel")

    unit = models.ForeignKey("org.Unit", null=True, on_delete=models.PROTECT, related_name="credentials")
    channel = models.ForeignKey(
        "register.Channel", null=True, on_delete=models.PROTECT, related_name="credentials"
    )
    name = models.CharField(max_length=120)
    login = models.CharField(max_length=254, blank=True)
    recovery_email = models.CharField(max_length=254, blank=True)
    recovery_phone = models.CharField(max_length=40, blank=True)
    # `access.vault` sealed, about "credential <id>": password and the one before; seed of its codes; notes.
    secret = models.TextField(blank=True)
    seed = models.TextField(blank=True)
    notes_sealed = models.TextField(blank=True)
    # When the password was changed, as far as is known here.
    changed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    # Nothing of it is kept any more but who has seen it.
    forgotten_at = models.DateTimeField(null=True)
    search = models.TextField(blank=True, default="")

    objects: ClassVar = CredentialQuerySet.as_manager()
    seen_with = "vault.see"
    facts_hidden = ("seed", "notes_sealed", "search")

    class Meta:
        ordering = ("name", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(unit=None, channel__isnull=False) | Q(unit__isnull=False, channel=None),
                name="credential_stands_somewhere",
            ),
        )
        indexes = (models.Index(fields=["name", "id"], name="credential_by_name"),)

    def __str__(self) -> str:
        return self.name

    def form_values(self) -> dict[str, str]:
        """What its form shows."""
        return {n: getattr(self, n) for n in ("name", "login", "recovery_email", "recovery_phone")}

    def place(self) -> Place:
        if self.channel is not None:
            return self.channel.place()
        assert self.unit is not None
        return self.unit.place()

    @property
    def home(self) -> Any:
        """The unit it stands in."""
        return self.channel.unit if self.channel is not None else self.unit


def too_long() -> Q:
    """Whose time is over, or who took it later than now: then the clock was set back."""
    return Q(until__lte=clock.now()) | Q(taken_at__gt=clock.latest())


class CheckOutQuerySet(models.QuerySet["CheckOut"]):
    def out(self) -> CheckOutQuerySet:
        return self.filter(taken_at__isnull=False, ended_at=None)

    def held(self) -> CheckOutQuerySet:
        """Those by which somebody has it at this moment."""
        return self.out().filter(until__gt=clock.now(), taken_at__lte=clock.latest())

    def late(self) -> CheckOutQuerySet:
        """Those whose time is over and that nobody has ended."""
        return self.out().filter(too_long())

    def waiting(self) -> CheckOutQuerySet:
        return self.filter(taken_at=None, ended_at=None)


class CheckOut(models.Model):
    """One person has a credential for a while, or waits for it."""

    class Ended(models.TextChoices):
        RETURNED = "returned", _("Returned")
        TIME = "time", _("Time was up")
        TAKEN = "taken", _("Taken back")
        LEFT = "left", _("The person left")
        GAVE_UP = "gave_up", _("No longer waits")

    credential = models.ForeignKey(Credential, on_delete=models.PROTECT, related_name="check_outs")
    person = models.ForeignKey("org.Person", on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300, blank=True)
    emergency = models.BooleanField(default=False)
    asked_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    ended_how = models.CharField(max_length=8, choices=Ended, blank=True)

    objects: ClassVar = CheckOutQuerySet.as_manager()
    seen_with = "vault.see"

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=["credential"],
                condition=Q(taken_at__isnull=False, ended_at=None, emergency=False),
                name="credential_out_once",
            ),
            models.UniqueConstraint(
                fields=["credential", "person"],
                condition=Q(taken_at=None, ended_at=None),
                name="credential_waited_for_once",
            ),
        )
        indexes = (
            models.Index(fields=["until"], condition=Q(ended_at=None), name="check_out_open"),
            models.Index(fields=["person"], name="check_out_by_person"),
        )

    def __str__(self) -> str:
        return f"{self.credential} · {self.person}"

    @property
    def late(self) -> bool:
        """Its time is over, as `too_long` says it of many."""
        if self.until is None or self.taken_at is None:
            return False
        return self.until <= clock.now() or self.taken_at > clock.latest()

    def place(self) -> Place:
        return self.credential.place()


class Look(models.Model):
    """Somebody saw something of a credential, or set it and so knows it."""

    class What(models.TextChoices):
        PASSWORD = "password", _("Password")
        CODE = "code", _("Code")
        SET = "set", _("Set the password")
        SEED = "seed", _("Set the key of its codes")

    credential = models.ForeignKey(Credential, on_delete=models.PROTECT, related_name="looks")
    person = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    check_out = models.ForeignKey(CheckOut, null=True, on_delete=models.PROTECT, related_name="looks")
    what = models.CharField(max_length=8, choices=What)
    via = models.CharField(max_length=8)
    at = models.DateTimeField()

    class Meta:
        ordering = ("-id",)
        indexes = (
            models.Index(fields=["credential", "-id"], name="look_newest"),
            models.Index(fields=["person", "credential"], name="look_by_person"),
        )

    def __str__(self) -> str:
        return f"{self.credential} · {self.person}"


class RotationQuerySet(models.QuerySet["Rotation"]):
    def visible_to(self, by: Actor) -> RotationQuerySet:
        """Those of credentials and channels that `by` may know of."""
        from tabard.org.reach import reach

        theirs = ("channel__unit_id", "credential__unit_id", "credential__channel__unit_id", "unit_id")
        channel = Coalesce("channel_id", "credential__channel_id")
        rows = self.annotate(at_unit=Coalesce(*theirs), at_channel=channel)
        return reach(by, "vault.see").narrow(rows, unit="at_unit", channel="at_channel", own="owner")

    def open(self) -> RotationQuerySet:
        return self.filter(state__in=("asked", "overdue"))


class Rotation(models.Model):
    """A password, the key of a connection or a secret kept elsewhere must be changed: why, by when, by whom,
    and how it ended."""

    class Why(models.TextChoices):
        LEFT = "left", _("Somebody who knew it has left")
        SUSPENDED = "suspended", _("Somebody who knows it is suspended")
        CODES = "codes", _("Somebody who knows the key of its codes has left or is suspended")
        RETURNED = "returned", _("It was returned")
        EMERGENCY = "emergency", _("It was used in an emergency")
        ASKED = "asked", _("Somebody asked for it")

    class Elsewhere(models.TextChoices):
        APP = "app", _("app on a platform")
        SOURCE = "source", _("secret of a source of identity")
        TOKEN = "token", _("token of a directory")
        STREAM = "stream", _("secret of a stream of the audit log")

    credential = models.ForeignKey(Credential, null=True, on_delete=models.PROTECT, related_name="rotations")
    # The connection of this channel.
    channel = models.ForeignKey(
        "register.Channel", null=True, on_delete=models.PROTECT, related_name="rotations"
    )
    # What is secret elsewhere: the kind of it, its key there, its name then, and the unit it belongs to. No
    # foreign keys, because an app can be taken away and what was asked of it stays.
    elsewhere = models.CharField(max_length=8, choices=Elsewhere, blank=True)
    elsewhere_key = models.CharField(max_length=40, blank=True)
    called = models.CharField(max_length=300, blank=True)
    unit = models.ForeignKey("org.Unit", null=True, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=10, choices=Why)
    reason = models.CharField(max_length=300, blank=True)
    # Because of whom, and the record of their leaving.
    person = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    departure = models.ForeignKey(
        "access.Departure", null=True, on_delete=models.PROTECT, related_name="rotations"
    )
    owner = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    # Who was told when it was overdue.
    lead = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, default="asked")
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    evidence = models.CharField(max_length=300, blank=True)

    objects: ClassVar = RotationQuerySet.as_manager()
    seen_with = "vault.see"

    class Meta:
        ordering = ("due_at", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(credential=None, channel__isnull=False, unit=None, elsewhere="")
                | Q(credential__isnull=False, channel=None, unit=None, elsewhere="")
                | Q(credential=None, channel=None, unit__isnull=False) & ~Q(elsewhere=""),
                name="rotation_of_one_thing",
            ),
        )
        indexes = (
            models.Index(
                fields=["due_at", "id"], condition=Q(state__in=("asked", "overdue")), name="rotation_open"
            ),
            models.Index(fields=["due_at", "id"], name="rotation_by_due"),
        )

    def __str__(self) -> str:
        if self.elsewhere:
            return f"{self.called} · {self.get_elsewhere_display()}"
        return str(self.credential or self.channel)

    def place(self) -> Place:
        thing = self.credential or self.channel or self.unit
        assert thing is not None
        return thing.place()

    @property
    def home(self) -> Any:
        """The unit of what is to be changed."""
        if self.credential is not None:
            return self.credential.home
        return self.channel.unit if self.channel else self.unit
