"""Sessions: where somebody is signed in, from which device, and until when."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q

from tabard.access.devices import device
from tabard.kernel import clock
from tabard.kernel.place import Place

if TYPE_CHECKING:
    from tabard.kernel.actor import Actor


class SessionQuerySet(models.QuerySet["Session"]):
    def visible_to(self, by: Actor) -> SessionQuerySet:
        """One's own, and those of people whose sessions `by` may end."""
        from tabard.org.reach import reach

        return reach(by, "sessions.end").narrow(self, unit="person__unit", own="person")

    def open(self) -> SessionQuerySet:
        """Good for the next request."""
        now = clock.now()
        rows = self.filter(ended_at=None, ends_at__gt=now, idle_at__gt=now)
        # Seen later than now: the clock was set back, and how old it is nobody knows.
        return rows.filter(seen_at__lte=clock.latest())


class Session(models.Model):
    """One sign-in in one browser. The browser's session carries its number; nothing here opens anything."""

    person = models.ForeignKey("org.Person", on_delete=models.CASCADE, related_name="sessions")
    # `password`, `passkey`, `link`, or `source` with the name of the source in `through`.
    way = models.CharField(max_length=20)
    through = models.CharField(max_length=80, blank=True)
    # Whether a second factor was shown in it.
    factor = models.BooleanField(default=False)
    address = models.GenericIPAddressField(null=True)
    agent = models.CharField(max_length=300, blank=True)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    # When they last showed that it is them: at the start, or by their second factor since.
    proved_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    # When it ends if nothing is done in it; `pause` is that time in minutes.
    idle_at = models.DateTimeField()
    pause = models.PositiveIntegerField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    end_reason = models.CharField(max_length=300, blank=True)

    objects: ClassVar = SessionQuerySet.as_manager()
    seen_with = "sessions.end"
    facts_hidden = ("seen_at", "idle_at")

    class Meta:
        ordering = ("-id",)
        indexes = (models.Index(fields=["person"], condition=Q(ended_at=None), name="session_open"),)

    def __str__(self) -> str:
        return f"{self.person} · {self.device}"

    def place(self) -> Place:
        return self.person.place()

    @property
    def device(self) -> str:
        """Browser and system, as far as the browser says."""
        return device(self.agent)
