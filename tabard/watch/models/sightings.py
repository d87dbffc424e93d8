"""Accounts that somebody came upon, who told us, and which names have been looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tabard.kernel.place import Place

if TYPE_CHECKING:
    from tabard.kernel.actor import Actor


class SightingQuerySet(models.QuerySet["Sighting"]):
    def visible_to(self, by: Actor) -> SightingQuerySet:
        """Those that are like channels of units whose sightings `by` may see."""
        from tabard.org.reach import reach

        return reach(by, "watch.see").narrow(self, unit="unit", channel="like")

    def waiting(self) -> SightingQuerySet:
        """Those about which nobody has decided, and that could be taken for one of ours."""
        return self.filter(decision="").exclude(label="unrelated")


class Sighting(models.Model):
    """One account on one platform, however often it is reported and however it is written."""

    class Label(models.TextChoices):
        """What its parts together look like; a guess, never a decision."""

        UNRELATED = "unrelated", _("Nothing alike")
        LOOK_ALIKE = "look-alike", _("Looks alike")
        SAME_OWNER = "same-owner", _("Same owner")
        IMPOSTOR = "impostor", _("May be an impostor")

    class Decision(models.TextChoices):
        OURS = "ours", _("Ours, but unlisted")
        EMPLOYEE = "employee", _("Made by an employee")
        FAN = "fan", _("Fan")
        PARODY = "parody", _("Parody")
        IMPOSTOR = "impostor", _("Impostor")
        SQUATTER = "squatter", _("Squatter")
        UNRELATED = "unrelated", _("Unrelated")

    class Source(models.TextChoices):
        LINK = "link", _("Pasted link")
        TIP = "tip", _("Tip of an employee")
        FILE = "file", _("File")
        NAME = "name", _("Name that was thought of")
        CHECK = "check", _("Check of profile pages")

    platform = models.ForeignKey("register.Platform", on_delete=models.PROTECT, related_name="+")
    handle = models.CharField(max_length=200)
    # The handle as platforms compare it: two spellings are one sighting.
    identity = models.CharField(max_length=200)
    url = models.CharField(max_length=500, blank=True)
    name = models.CharField(max_length=200, blank=True)
    bio = models.CharField(max_length=2000, blank=True)
    # Where it sends people.
    site = models.CharField(max_length=500, blank=True)
    # What its picture looks like, as `pictures.kept` writes it: enough to compare, no copy of the picture.
    avatar = models.CharField(max_length=210, blank=True)
    # The unit of the channel it is like; of nothing alike, the unit that recorded it.
    unit = models.ForeignKey("org.Unit", on_delete=models.PROTECT, related_name="+")
    like = models.ForeignKey(
        "register.Channel", null=True, on_delete=models.PROTECT, related_name="sightings"
    )
    score = models.FloatField(default=0.0)
    # The score as decisions about others of its kind have moved it: the order in which they are worked off.
    rank = models.FloatField(default=0.0)
    label = models.CharField(max_length=10, choices=Label, default=Label.UNRELATED)
    reasons = models.JSONField(default=list)
    # In which way it is made; what was decided about one of a family says something of the others.
    family = models.CharField(max_length=120, blank=True)
    source = models.CharField(max_length=5, choices=Source)
    reported = models.PositiveIntegerField(default=0)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    decision = models.CharField(max_length=9, choices=Decision, blank=True, default="")
    words = models.CharField(max_length=500, blank=True)
    decided_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    # The entry of the register that it has become.
    channel = models.OneToOneField(
        "register.Channel", null=True, on_delete=models.PROTECT, related_name="sighting"
    )
    search = models.TextField(blank=True, default="")

    objects: ClassVar = SightingQuerySet.as_manager()
    seen_with = "watch.see"
    facts_hidden = ("search", "reasons", "score", "rank", "family", "identity", "reported", "last_seen_at")

    class Meta:
        ordering = ("-rank", "-id")
        constraints = (
            models.UniqueConstraint(fields=["platform", "identity"], name="sighting_once"),
            models.CheckConstraint(
                condition=Q(decision="") | Q(decided_at__isnull=False), name="sighting_decided_then"
            ),
        )
        indexes = (
            models.Index(fields=["-rank", "-id"], name="sighting_by_rank"),
            models.Index(fields=["unit", "-rank", "-id"], name="sighting_by_unit"),
            models.Index(fields=["-rank", "-id"], condition=Q(decision=""), name="sighting_waits"),
            # What may be an impostor, for Today; and what is decided, which is little among what waits.
            models.Index(
                fields=["-rank", "-id"], condition=Q(decision="", label="impostor"), name="sighting_worst"
            ),
            models.Index(fields=["-rank", "-id"], condition=~Q(decision=""), name="sighting_decided"),
            models.Index(fields=["first_seen_at", "id"], name="sighting_by_age"),
            models.Index(fields=["identity"], condition=~Q(decision=""), name="sighting_decided_as"),
            models.Index(fields=["handle", "id"], name="sighting_by_handle"),
            models.Index(fields=["family", "decision"], name="sighting_family"),
        )

    def __str__(self) -> str:
        return self.handle

    @property
    def in_register(self) -> bool:
        """Whether its channel stands in the register; one that was retired is like any other again."""
        return self.channel is not None and self.channel.state != "retired"

    @property
    def percent(self) -> int:
        """The score as a figure of a hundred."""
        return round(100 * self.score)

    def form_values(self) -> dict[str, str]:
        """What its form shows."""
        return {name: getattr(self, name) for name in ("name", "bio", "site")}

    def place(self) -> Place:
        return Place(self.unit_id, self.unit.path, self.like_id)


class ReportQuerySet(models.QuerySet["Report"]):
    def visible_to(self, by: Actor) -> ReportQuerySet:
        """One's own, and those about sightings that `by` may see."""
        from tabard.org.reach import reach

        seen = reach(by, "watch.see")
        return seen.narrow(self, unit="sighting__unit", channel="sighting__like", own="person")


class Report(models.Model):
    """Somebody, or something, came upon an account."""

    sighting = models.ForeignKey(Sighting, on_delete=models.CASCADE, related_name="reports")
    source = models.CharField(max_length=5, choices=Sighting.Source)
    person = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=1000, blank=True)
    at = models.DateTimeField()

    objects: ClassVar = ReportQuerySet.as_manager()
    seen_with = "watch.see"

    class Meta:
        ordering = ("-id",)
        indexes = (models.Index(fields=["person", "-id"], name="sighting_report_by_person"),)

    def __str__(self) -> str:
        return str(self.sighting)

    def place(self) -> Place:
        return self.sighting.place()


class LookQuerySet(models.QuerySet["Look"]):
    def visible_to(self, by: Actor) -> LookQuerySet:
        """Those for channels whose sightings `by` may see."""
        from tabard.org.reach import reach

        return reach(by, "watch.see").narrow(self, unit="channel__unit", channel="channel")


class Look(models.Model):
    """Somebody has looked whether anybody has taken a name that could pass for a channel of ours."""

    class Answer(models.TextChoices):
        NOBODY = "nobody", _("Nobody there")
        UNSURE = "unsure", _("Could not tell")
        THERE = "there", _("Somebody is there")

    channel = models.ForeignKey("register.Channel", on_delete=models.CASCADE, related_name="looks")
    identity = models.CharField(max_length=200)
    answer = models.CharField(max_length=6, choices=Answer)
    by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects: ClassVar = LookQuerySet.as_manager()
    seen_with = "watch.see"

    class Meta:
        ordering = ("-id",)
        constraints = (models.UniqueConstraint(fields=["channel", "identity"], name="look_once"),)

    def __str__(self) -> str:
        return self.identity

    def place(self) -> Place:
        return self.channel.place()


class Comparison(models.Model):
    """Against which state of the register sightings were compared last. One row."""

    print = models.CharField(max_length=32)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"comparison of {self.at:%Y-%m-%d %H:%M}"
