"""What is done about an account that passes for one of ours: proven, asked, reported, answered, watched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tabard.kernel.place import Place
from tabard.watch.models.sightings import Sighting
from tabard.watch.routes import route

if TYPE_CHECKING:
    from tabard.kernel.actor import Actor


class CaseQuerySet(models.QuerySet["Case"]):
    def visible_to(self, by: Actor) -> CaseQuerySet:
        """Those about sightings that `by` may see, and one's own."""
        from tabard.org.reach import reach

        seen = reach(by, "watch.see")
        return seen.narrow(self, unit="sighting__unit", channel="sighting__like", own="owner")


class Case(models.Model):
    """One account that shall go, be renamed or be handed over; reopened when it comes back."""

    class Outcome(models.TextChoices):
        REMOVED = "removed", _("Removed")
        RENAMED = "renamed", _("Renamed, or says whose it is")
        HANDED_OVER = "handed_over", _("Handed over to us")
        REJECTED = "rejected", _("Rejected")
        SILENT = "silent", _("No answer")
        DROPPED = "dropped", _("Not pursued")

    class Todo(models.TextChoices):
        """What is next. None of them once it is closed and was looked after often enough."""

        NOTHING = "", _("Nothing")
        WAY = "way", _("Choose a way")
        FOLLOW = "follow", _("Ask after it")
        MORE = "more", _("Send what they ask for")
        ONWARD = "onward", _("Take another way")
        CLOSE = "close", _("Close it")
        LOOK = "look", _("Look whether it is back")

    sighting = models.OneToOneField(Sighting, on_delete=models.PROTECT, related_name="case")
    owner = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    # The language of its letters.
    language = models.CharField(max_length=12)
    state = models.CharField(max_length=9, default="open")
    todo = models.CharField(max_length=6, choices=Todo, blank=True, default=Todo.WAY)
    # When that is due; of no meaning where nothing is.
    due_on = models.DateField()
    opened_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    # Since when it is about the account that is there now: since it was opened, or came back.
    since = models.DateTimeField()
    returns = models.PositiveSmallIntegerField(default=0)
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=11, choices=Outcome, blank=True, default="")
    words = models.CharField(max_length=500, blank=True)
    # How often somebody has looked whether it is back, since it was closed.
    looks = models.PositiveSmallIntegerField(default=0)
    search = models.TextField(blank=True, default="")

    objects: ClassVar = CaseQuerySet.as_manager()
    seen_with = "watch.see"
    facts_hidden = ("search",)

    class Meta:
        ordering = ("-id",)
        indexes = (
            models.Index(fields=["owner", "due_on"], condition=~Q(todo=""), name="case_by_owner"),
            models.Index(fields=["due_on", "id"], name="case_by_due"),
            models.Index(fields=["opened_at", "id"], name="case_by_age"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False) & ~Q(outcome="")
                | ~Q(state="closed") & Q(closed_at=None, outcome=""),
                name="case_closed_then",
            ),
        )

    def __str__(self) -> str:
        return str(self.sighting)

    def place(self) -> Place:
        return self.sighting.place()


class BelowCase(models.QuerySet[Any]):
    def visible_to(self, by: Actor) -> BelowCase:
        """Those of cases that `by` may see."""
        return self.filter(case__in=Case.objects.visible_to(by))


class Evidence(models.Model):
    """What was seen of it at one moment. Once kept, the database lets nobody change it or take it away."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="evidence")
    # The address that was open, and the number by which the platform knows the account.
    address = models.CharField(max_length=1000)
    number = models.CharField(max_length=100, blank=True)
    page = models.TextField(blank=True)
    picture = models.BinaryField(null=True)
    # png, jpeg, gif or webp; nothing where there is no picture.
    form = models.CharField(max_length=4, blank=True)
    size = models.PositiveIntegerField(default=0)
    # SHA-256 of the page as UTF-8, of the picture, and of everything together, as `proof.print_of` makes it.
    page_sha256 = models.CharField(max_length=64, blank=True)
    picture_sha256 = models.CharField(max_length=64, blank=True)
    sha256 = models.CharField(max_length=64)
    # What was known of the account at that moment, as plain values.
    known = models.JSONField()
    taken_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    taken_name = models.CharField(max_length=150)
    taken_at = models.DateTimeField()

    objects: ClassVar = BelowCase.as_manager()
    seen_with = "watch.see"

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.case} · {self.taken_at:%Y-%m-%d %H:%M:%S} UTC"

    def facts(self) -> dict[str, Any]:
        """What the log has of it: instead of page and picture their digests."""
        left_out = {"page", "picture"}
        return {
            f.attname: f.value_from_object(self) for f in self._meta.concrete_fields if f.name not in left_out
        }

    def place(self) -> Place:
        return self.case.place()


class Filing(models.Model):
    """One way that was taken: its owner was written to, or it was reported to somebody."""

    class Answer(models.TextChoices):
        REMOVED = "removed", _("Removed")
        RENAMED = "renamed", _("Renamed, or says whose it is")
        HANDED_OVER = "handed_over", _("Handed over to us")
        REJECTED = "rejected", _("Rejected")
        SILENT = "silent", _("No answer")
        WITHDRAWN = "withdrawn", _("Taken back by us")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="filings")
    # One of routes.yaml.
    route = models.CharField(max_length=40)
    reference = models.CharField(max_length=120, blank=True)
    state = models.CharField(max_length=12, default="filed")
    answer = models.CharField(max_length=11, choices=Answer, blank=True, default="")
    filed_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    filed_at = models.DateTimeField()
    # SHA-256 over the evidence that was there when it was filed.
    proven = models.CharField(max_length=64)
    # When they answered first, be it that they have it, and when this way ended.
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    # From when its days are counted: since it was filed, or they were last heard of.
    since = models.DateField()
    follow_on = models.DateField()
    asked_after = models.PositiveSmallIntegerField(default=0)

    objects: ClassVar = BelowCase.as_manager()
    seen_with = "watch.see"

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=["case", "route"], condition=Q(ended_at=None), name="filing_open_once"
            ),
            models.CheckConstraint(
                condition=Q(state="ended", ended_at__isnull=False) & ~Q(answer="")
                | ~Q(state="ended") & Q(ended_at=None, answer=""),
                name="filing_ended_then",
            ),
        )
        indexes = (models.Index(fields=["route", "-id"], name="filing_by_route"),)

    def __str__(self) -> str:
        return f"{self.case} · {self.said}"

    @property
    def said(self) -> str:
        """The way, in the reader's language."""
        found = route(self.route)
        return str(found) if found else self.route

    def place(self) -> Place:
        return self.case.place()


class Turn(models.Model):
    """One thing that happened in a case, with what was sent or said. Stays as it was written."""

    class Kind(models.TextChoices):
        OPENED = "opened", _("The case was opened")
        GIVEN = "given", _("Given to somebody")
        PROVEN = "proven", _("Evidence was kept")
        FILED = "filed", _("It was sent")
        ASKED_AFTER = "after", _("Asked after")
        MORE_SENT = "more", _("Sent what they asked for")
        ACKNOWLEDGED = "acknowledged", _("They have it")
        ASKED = "asked", _("They ask for more")
        ENDED = "ended", _("This way has ended")
        CLOSED = "closed", _("The case was closed")
        LOOKED = "looked", _("Still gone")
        RETURNED = "returned", _("It is back")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="turns")
    filing = models.ForeignKey(Filing, null=True, on_delete=models.PROTECT, related_name="turns")
    kind = models.CharField(max_length=12, choices=Kind)
    # How it ended, of a way or of the case.
    answer = models.CharField(max_length=11, blank=True)
    # The letter as it was sent, or what was said.
    words = models.TextField(blank=True)
    by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects: ClassVar = BelowCase.as_manager()
    seen_with = "watch.see"

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.case} · {self.get_kind_display()}"

    @property
    def ending(self) -> str:
        """How it ended, in the reader's language."""
        return str(dict(Filing.Answer.choices + Case.Outcome.choices).get(self.answer, ""))

    def place(self) -> Place:
        return self.case.place()
