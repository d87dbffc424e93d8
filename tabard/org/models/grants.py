"""Roles, the grants that tie them to people and places, and absences."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from tabard.kernel import clock
from tabard.kernel.place import Place
from tabard.org.catalogue import ROLES

if TYPE_CHECKING:
    from tabard.kernel.actor import Actor


class Role(models.Model):
    """A named set of permissions. The built-in ones can be changed, not deleted."""

    SHOWN = ("slug", "name", "built_in")

    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    permissions = ArrayField(models.CharField(max_length=40), default=list)
    built_in = models.BooleanField(default=False)
    # Changed by the organisation: from then on a new version of Tabard leaves it alone.
    changed = models.BooleanField(default=False)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return str(ROLES[self.slug][0]) if self.built_in and self.slug in ROLES else self.name

    def form_values(self) -> dict[str, str]:
        """What its form shows: the rights, as one text."""
        return {"permissions": " ".join(sorted(self.permissions))}


class GrantQuerySet(models.QuerySet["Grant"]):
    def visible_to(self, by: Actor) -> GrantQuerySet:
        """Grants in places where `by` may see who may do what, and one's own."""
        from tabard.org.reach import reach

        return reach(by, "grants.see").narrow(self, unit="unit", channel="channel_id", own="person")

    def active(self) -> GrantQuerySet:
        """In force at this moment."""
        now = clock.now()
        return self.not_over().filter(starts_at__lte=now)

    def not_over(self) -> GrantQuerySet:
        """In force, or to be so from their start."""
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=clock.now()), ended_at=None)

    def of_owners(self) -> GrantQuerySet:
        """By which somebody who is here owns the organisation."""
        return self.active().filter(
            role__slug="owner", unit__parent=None, channel_id=None, person__is_active=True
        )

    def lasting(self) -> GrantQuerySet:
        """Good for longer than rights in an emergency ever are."""
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=clock.now() + timedelta(days=1)))


class Grant(models.Model):
    """A role for a person on a unit (with all below it) or on one channel, from a start to an end.

    `unit` is always set: for a grant on a channel it is the unit the channel had when it was given.
    """

    person = models.ForeignKey("org.Person", on_delete=models.PROTECT, related_name="grants")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="grants")
    unit = models.ForeignKey("org.Unit", on_delete=models.PROTECT, related_name="grants")
    # Channels live above; the register's migration adds the foreign key in the database.
    channel_id = models.BigIntegerField(null=True, blank=True, db_index=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300)
    grantor = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="given")
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    end_reason = models.CharField(max_length=300, blank=True)

    objects: ClassVar = GrantQuerySet.as_manager()
    seen_with = "grants.see"

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")), name="grant_ends_later"
            ),
        )
        indexes = (
            models.Index(fields=["person"], condition=Q(ended_at=None), name="grant_not_ended"),
            models.Index(F("created_at").desc(), F("id").desc(), name="grant_newest"),
        )

    def __str__(self) -> str:
        return f"{self.role} · {self.person}"

    def place(self) -> Place:
        return Place(self.unit_id, self.unit.path, self.channel_id)


class Absence(models.Model):
    """A time in which somebody else stands in: the deputy has the person's grants beside their own."""

    person = models.ForeignKey("org.Person", on_delete=models.PROTECT, related_name="absences")
    deputy = models.ForeignKey("org.Person", on_delete=models.PROTECT, related_name="stands_in")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.CharField(max_length=300, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-starts_at", "-id")
        constraints = (
            models.CheckConstraint(condition=~Q(person=F("deputy")), name="deputy_of_oneself"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="absence_ends_later"),
        )

    def __str__(self) -> str:
        return f"{self.deputy} for {self.person}"

    def place(self) -> Place:
        return self.person.place()
