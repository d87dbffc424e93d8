"""People: everybody who can sign in, or is named as responsible."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower, Upper
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from tabard.kernel import text
from tabard.kernel.place import Place

if TYPE_CHECKING:
    from tabard.kernel.actor import Actor


class PersonQuerySet(models.QuerySet["Person"]):
    def visible_to(self, by: Actor) -> PersonQuerySet:
        """People of units in which `by` may see who is who."""
        from tabard.org.reach import reach

        return reach(by, "org.see").narrow(self, unit="unit")

    def of_email(self, email: str) -> Person | None:
        """Who has this very address, in capitals or not."""
        wanted = text.email_key(email)
        return next((p for p in self.filter(email__iexact=wanted) if text.email_key(p.email) == wanted), None)


class PersonManager(BaseUserManager["Person"].from_queryset(PersonQuerySet)):  # type: ignore[misc]
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Person:
        """For libraries that make a person; ours go through the action `people.add`."""
        person: Person = self.model(email=self.normalize_email(email), **fields)
        person.set_password(password)
        person.save()
        return person


class Person(AbstractBaseUser):
    """Somebody who works for the organisation, or for it. Signs in by e-mail."""

    # What is drawn of it beside something else (`kernel.beside`); likewise in other models.
    SHOWN = ("name", "email", "is_active", "unit")

    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=120)
    title = models.CharField(max_length=120, blank=True)
    unit = models.ForeignKey("org.Unit", on_delete=models.PROTECT, related_name="people")
    language = models.CharField(max_length=8, default="en")
    zone = models.CharField(max_length=60, default="UTC")
    theme = models.CharField(
        max_length=6,
        default="system",
        choices=[("system", _("System")), ("light", _("Light")), ("dark", _("Dark"))],
    )
    single_keys = models.BooleanField(default=True)
    is_active = models.BooleanField(default=True)
    # Raised to end every session of theirs at once.
    generation = models.IntegerField(default=0, db_default=0)
    joined_at = models.DateTimeField(auto_now_add=True)
    left_at = models.DateTimeField(null=True, blank=True)
    search = models.TextField(blank=True, default="")

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects: ClassVar = PersonManager()
    seen_with = "org.see"
    facts_hidden = ("search", "password", "last_login", "generation")
    # What Django's own machinery asks of whoever signs in; Tabard has no admin site.
    is_staff = False
    is_superuser = False

    class Meta:
        ordering = ("name", "id")
        constraints = (models.UniqueConstraint(Lower("email"), name="person_email_once"),)
        # How `iexact` asks.
        indexes = (models.Index(Upper("email"), name="person_by_email"),)

    def __str__(self) -> str:
        return self.name or self.email

    def form_values(self) -> dict[str, str]:
        """What the form about them shows."""
        return {"name": self.name, "title": self.title, "email": self.email}

    def get_full_name(self) -> str:
        return self.name

    def place(self) -> Place:
        return Place(self.unit_id, self.unit.path)

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session must carry to be theirs: another password or generation ends all there are."""
        made = salted_hmac("tabard.session", f"{self.generation} {self.password}", secret, algorithm="sha256")
        return made.hexdigest()

    @property
    def initials(self) -> str:
        words = [w for w in self.name.split() if w[:1].isalpha()]
        return (words[0][0] + words[-1][0] if len(words) > 1 else self.name[:2]).upper()
