"""Directories: systems of the organisation that say over SCIM who is here and in which groups."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from tabard.kernel import clock
from tabard.kernel.place import Place

if TYPE_CHECKING:
    from tabard.kernel.actor import Actor


TOKEN_DAYS = 365
# So many days before its end the owners are told of a token.
TOLD = (30, 7)


def in_a_year() -> datetime:
    """When a token ends of which nothing else is said."""
    return clock.now() + timedelta(days=TOKEN_DAYS)


class DirectoryQuerySet(models.QuerySet["Directory"]):
    def visible_to(self, by: Actor) -> DirectoryQuerySet:
        """For whoever decides how people sign in."""
        from tabard.org.reach import reach

        return reach(by, "sources.edit").narrow(self, unit="unit")


class Directory(models.Model):
    """A system that says over SCIM who is here, which units they belong to and which groups they are in."""

    name = models.CharField(max_length=80, unique=True)
    # Where people land whom no rule places; the place of the directory itself too.
    unit = models.ForeignKey("org.Unit", on_delete=models.PROTECT, related_name="directories")
    # E-mails that it may give to people; none named: any.
    domains = ArrayField(models.CharField(max_length=253), default=list, blank=True)
    # Takes over people who are here already, by their e-mail.
    links = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar = DirectoryQuerySet.as_manager()
    seen_with = "sources.edit"

    class Meta:
        ordering = ("name", "id")
        verbose_name_plural = "directories"

    def __str__(self) -> str:
        return self.name

    def form_values(self) -> dict[str, str]:
        """What its form shows, as one JSON."""
        said = {"name": self.name, "unit": self.unit_id, "domains": self.domains, "links": self.links}
        return {"directory": json.dumps(said)}

    def place(self) -> Place:
        return self.unit.place()


class DirectoryToken(models.Model):
    """The key by which a directory speaks. Only its SHA-256 is stored; the key itself is shown once."""

    directory = models.ForeignKey(Directory, on_delete=models.CASCADE, related_name="tokens")
    digest = models.CharField(max_length=64, unique=True)
    # Its first characters, by which people tell tokens apart.
    start = models.CharField(max_length=12)
    # Who has it in hand, or answers for it since they left. None: made by the command line.
    keeper = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    # To whom the key was shown when it was made, and who so knows it, whoever answers for it since.
    made_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    used_at = models.DateTimeField(null=True)
    # It opens nothing from then on; a year from when it was made unless somebody said another day.
    ends_at = models.DateTimeField(default=in_a_year)
    # So many days before its end were the owners told last: 30, then 7; 0: not yet.
    told_before = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)
    # Somebody who knew it has left: it goes on, so that others who leave are told of, until it is renewed.
    known_outside_since = models.DateTimeField(null=True)

    # The key itself, only on a token just made: shown this once, never stored.
    key: str = ""

    facts_hidden = ("digest", "used_at", "told_before")

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.directory} · {self.start}…"

    def place(self) -> Place:
        return self.directory.place()

    @property
    def over(self) -> bool:
        """Whether its time is up."""
        return self.ends_at <= clock.now()

    @property
    def ends_soon(self) -> bool:
        """Whether somebody should make the next one now."""
        return self.ends_at <= clock.now() + timedelta(days=TOLD[0])


class Member(models.Model):
    """One person as one directory knows them."""

    directory = models.ForeignKey(Directory, on_delete=models.PROTECT, related_name="members")
    person = models.ForeignKey("org.Person", on_delete=models.CASCADE, related_name="members")
    user_name = models.CharField(max_length=255)
    external_id = models.CharField(max_length=255, blank=True)
    # All else that the directory said, with the names of SCIM. Passwords are not kept.
    said = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    # The directory has deleted them: nothing is said of them any more.
    gone_at = models.DateTimeField(null=True)

    facts_hidden = ("said",)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                "directory", Lower("user_name"), condition=Q(gone_at=None), name="member_once"
            ),
            models.UniqueConstraint(
                fields=["person"], condition=Q(gone_at=None), name="person_in_one_directory"
            ),
        )
        indexes = (models.Index(fields=["directory", "external_id"], name="member_external"),)

    def __str__(self) -> str:
        return f"{self.person} · {self.directory}"

    def place(self) -> Place:
        return self.person.place()

    @property
    def origin(self) -> Directory:
        """Whose rules say what groups give."""
        return self.directory

    @property
    def groups(self) -> list[str]:
        """The names of the groups they are in."""
        return list(self.memberships.values_list("group__name", flat=True))


class DirectoryGroup(models.Model):
    """A group of a directory. What it gives, rules say by its name."""

    directory = models.ForeignKey(Directory, on_delete=models.PROTECT, related_name="groups")
    name = models.CharField(max_length=200)
    external_id = models.CharField(max_length=255, blank=True)
    said = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    facts_hidden = ("said",)

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint("directory", Lower("name"), name="directory_group_once"),)

    def __str__(self) -> str:
        return self.name

    def place(self) -> Place:
        return self.directory.place()


class Membership(models.Model):
    """Somebody is in a group, as long as the directory says so and they are here."""

    group = models.ForeignKey(DirectoryGroup, on_delete=models.CASCADE, related_name="memberships")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="memberships")
    # What the directory calls them there, where it says so.
    display = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["group", "member"], name="membership_once"),)

    def __str__(self) -> str:
        return f"{self.member} · {self.group}"


class PlaceRule(models.Model):
    """Whoever has this value of an attribute belongs to a unit, and has a role there if one is named.

    The first rule that fits counts, by `rank`.
    """

    directory = models.ForeignKey(Directory, on_delete=models.CASCADE, related_name="place_rules")
    rank = models.PositiveIntegerField()
    attribute = models.CharField(max_length=20)
    value = models.CharField(max_length=200)
    unit = models.ForeignKey("org.Unit", on_delete=models.PROTECT, related_name="+")
    role = models.ForeignKey("org.Role", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("rank", "id")

    def __str__(self) -> str:
        return f"{self.attribute} {self.value} → {self.unit}"

    def same(self) -> tuple[Any, ...]:
        """What makes it the same rule, wherever it stands in the order."""
        return (self.attribute, self.value.casefold(), self.unit_id, self.role_id)


class PlaceGrant(models.Model):
    """A grant that came by a rule of places, so that it ends when another rule fits."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="place_grants")
    rule = models.ForeignKey(PlaceRule, null=True, on_delete=models.SET_NULL, related_name="grants")
    grant = models.OneToOneField("org.Grant", on_delete=models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return str(self.grant)
