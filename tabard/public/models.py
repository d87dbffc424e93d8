"""What the organisation says to everybody: which channels are its own, and which profiles are not."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tabard.kernel.place import Place
from tabard.org.models import Unit

if TYPE_CHECKING:
    from tabard.kernel.actor import Actor


class Edition(models.Model):
    """The public register as it stood from `made_at` on: all that anybody without a session can read.

    `known`: by channel id since when it is public and until when it was ours. `profiles`: by canonical
    address, what was said of those that are not ours.
    """

    made_at = models.DateTimeField()
    # SHA-256 of what it says, without number, times and signature: the same where nothing has changed.
    says = models.CharField(max_length=64)
    # The signed document in its canonical form, and the key it is signed by.
    document = models.TextField()
    key = models.ForeignKey("public.SigningKey", on_delete=models.PROTECT, related_name="+")
    channels = models.PositiveIntegerField()
    known = models.JSONField(default=dict)
    profiles = models.JSONField(default=dict)

    facts_hidden = ("document", "known", "profiles")

    def __str__(self) -> str:
        return f"edition {self.pk}"

    def place(self) -> Place:
        return _whole()


class Publication(models.Model):
    """Whether there is a public register at all. One row."""

    is_on = models.BooleanField(default=False)
    since = models.DateTimeField(null=True)
    # Where outsiders may write when they have doubts: an e-mail or an address of the web.
    contact = models.CharField(max_length=200, blank=True)
    edition = models.ForeignKey(Edition, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(pk=1), name="one_publication"),)

    def __str__(self) -> str:
        return str(_("the public register"))

    def place(self) -> Place:
        return _whole()


class Showing(models.Model):
    """What was decided about one channel. No row: as the unit's policy says."""

    class Shown(models.TextChoices):
        POLICY = "policy", _("As the policy says")
        YES = "yes", _("Public")
        NO = "no", _("Not public")

    channel = models.OneToOneField("register.Channel", on_delete=models.CASCADE, related_name="showing")
    shown = models.CharField(max_length=6, choices=Shown, default=Shown.POLICY)
    # Whether it stays listed as "was ours until" once it is retired.
    lasting = models.BooleanField(default=False)
    said_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    said_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.channel)

    def place(self) -> Place:
        return self.channel.place()


class SigningKey(models.Model):
    """A key that signs editions from `signs_from` on, until the next one does. Never taken away."""

    # The first letters of the public key's SHA-256.
    name = models.CharField(max_length=16, unique=True)
    public = models.CharField(max_length=64)
    # `access.vault` sealed, about "signing key <id>".
    secret = models.TextField()
    made_at = models.DateTimeField()
    signs_from = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    facts_hidden = ("secret",)

    class Meta:
        ordering = ("signs_from", "made_at")

    def __str__(self) -> str:
        return self.name

    def place(self) -> Place:
        return _whole()


class DisownedQuerySet(models.QuerySet["Disowned"]):
    def visible_to(self, by: Actor) -> DisownedQuerySet:
        """What was said in units whose channels `by` may see."""
        from tabard.org.reach import reach

        return reach(by, "channels.see").narrow(self, unit="unit")


class Disowned(models.Model):
    """A profile of which we say that it is not ours."""

    class Kind(models.TextChoices):
        NOT_OURS = "not_ours", _("Not ours")
        IMPOSTOR = "impostor", _("Reported impostor")

    unit = models.ForeignKey("org.Unit", on_delete=models.PROTECT, related_name="+")
    platform = models.ForeignKey("register.Platform", on_delete=models.PROTECT, related_name="+")
    handle = models.CharField(max_length=200)
    canonical = models.CharField(max_length=500)
    kind = models.CharField(max_length=8, choices=Kind)
    # For ourselves; never shown to the public.
    note = models.CharField(max_length=300, blank=True)
    said_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    said_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects: ClassVar = DisownedQuerySet.as_manager()
    seen_with = "channels.see"

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["canonical"], condition=Q(ended_at=None), name="disowned_profile_once"
            ),
        )

    def __str__(self) -> str:
        return self.handle

    def place(self) -> Place:
        return self.unit.place()


def _whole() -> Place:
    """What concerns the organisation as one stands at its root."""
    return Unit.objects.get(parent=None).place()
