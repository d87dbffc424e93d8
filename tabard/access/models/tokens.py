"""API tokens: a person's key for programs, never more than the person may."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from tabard.kernel.place import Place

if TYPE_CHECKING:
    from tabard.kernel.actor import Actor


class TokenQuerySet(models.QuerySet["ApiToken"]):
    def visible_to(self, by: Actor) -> TokenQuerySet:
        """One's own tokens only."""
        return self.filter(person_id=by.person_id or 0)


class ApiToken(models.Model):
    """A key for the REST API. Only its SHA-256 is stored; the key itself is shown once."""

    person = models.ForeignKey("org.Person", on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    # Its first characters, by which a person tells tokens apart.
    start = models.CharField(max_length=12)
    # The most it may do; empty means whatever the person may.
    permissions = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    # Whether it may do what people must show again for that it is them.
    dangerous = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    # The key itself, only on a token just made: shown this once, never stored.
    key: str = ""

    objects: ClassVar = TokenQuerySet.as_manager()
    facts_hidden = ("digest",)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.name

    def place(self) -> Place:
        return self.person.place()
