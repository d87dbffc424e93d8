"""Sources of identity: whom Tabard believes when they say who somebody is, and what their groups give."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from tabard.kernel.place import Place

if TYPE_CHECKING:
    from tabard.kernel.actor import Actor


OIDC, SAML = "oidc", "saml"
KINDS = {OIDC: "OpenID Connect", SAML: "SAML 2.0"}
SHOWN = ("name", "issuer", "client", "address", "logout_address", "certificates", "domains", "groups_claim")
DESCRIBED = ("metadata_address", "metadata_certificate")
FLAGS = ("links", "makes_people", "alone", "brings_factor", "encrypted", "takes_cbc", "signs_out", "enabled")


class SourceQuerySet(models.QuerySet["Source"]):
    def visible_to(self, by: Actor) -> SourceQuerySet:
        """For whoever decides how people sign in."""
        from tabard.org.reach import reach

        return reach(by, "sources.edit").narrow(self, unit="unit")

    def open(self) -> SourceQuerySet:
        return self.filter(enabled=True)


class Source(models.Model):
    """Whom the organisation believes about people, by OpenID Connect or SAML, for e-mails of its domains."""

    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    # Where people land whom the source makes known; the place of the source itself too.
    unit = models.ForeignKey("org.Unit", on_delete=models.PROTECT, related_name="sources")
    kind = models.CharField(max_length=10, default=OIDC)
    issuer = models.CharField(max_length=300)
    # OpenID Connect: how it knows us.
    client = models.CharField(max_length=200, blank=True)
    secret = models.TextField(blank=True)
    # Who typed that secret, and so knows it.
    secret_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    # SAML: where browsers go to sign in, and the certificates it signs with, in PEM.
    address = models.URLField(max_length=300, blank=True)
    certificates = models.TextField(blank=True)
    # SAML: where browsers go to sign out there, and where the answers to its sign-outs go.
    logout_address = models.URLField(max_length=300, blank=True)
    # SAML: takes no assertion that is not encrypted for us.
    encrypted = models.BooleanField(default=False)
    # SAML: takes what is encrypted by AES-CBC too, which the standards count as legacy.
    takes_cbc = models.BooleanField(default=False)
    # SAML: by what its last answer was encrypted, `aes256-gcm` say, or `clear`; and when that came.
    sent_by = models.CharField(max_length=20, blank=True)
    sent_at = models.DateTimeField(null=True)
    # Whoever signs out here is signed out there too.
    signs_out = models.BooleanField(default=False)
    # SAML: from where its own description is read every day, and by which certificate that must be signed.
    metadata_address = models.URLField(max_length=300, blank=True)
    metadata_certificate = models.TextField(blank=True)
    # When it was last read well; what was wrong since. What was read last holds until it reads well again.
    metadata_at = models.DateTimeField(null=True)
    metadata_problem = models.CharField(max_length=300, blank=True)
    domains = ArrayField(models.CharField(max_length=253), default=list, blank=True)
    groups_claim = models.CharField(max_length=80, default="groups", blank=True)
    # Takes over people who are here already, by their e-mail in one of the domains.
    links = models.BooleanField(default=False)
    # Makes people who are not here yet.
    makes_people = models.BooleanField(default=False)
    # No passwords for e-mails in the domains.
    alone = models.BooleanField(default=False)
    # Asks for a second factor itself: the policy counts it as given.
    brings_factor = models.BooleanField(default=False)
    enabled = models.BooleanField(default=True)

    objects: ClassVar = SourceQuerySet.as_manager()
    seen_with = "sources.edit"
    facts_hidden = ("secret",)

    class Meta:
        ordering = ("name", "id")

    def __str__(self) -> str:
        return self.name

    def form_values(self) -> dict[str, str]:
        """What its form shows, as one JSON; the secret is never shown."""
        return {"source": json.dumps({name: getattr(self, name) for name in (*SHOWN, *DESCRIBED, *FLAGS)})}

    @property
    def speaks(self) -> str:
        """The protocol, by its name."""
        return KINDS[self.kind]

    @property
    def sends_cbc(self) -> bool:
        """Whether its last answer came by what only `takes_cbc` lets in."""
        return self.sent_by.endswith("-cbc")

    def place(self) -> Place:
        return self.unit.place()


class SourceKey(models.Model):
    """A key of ours for one SAML source. The first signs; all of them open what it encrypts for us."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="keys")
    # Sealed: the private key in PEM.
    secret = models.TextField()
    # What the source is given, in PEM.
    certificate = models.TextField()
    made_at = models.DateTimeField()

    facts_hidden = ("secret",)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.source} · {self.made_at:%Y-%m-%d}"

    def place(self) -> Place:
        return self.source.place()


class SourceSession(models.Model):
    """How a source calls the sign-in that a session here began with, so that each can end the other's."""

    session = models.OneToOneField("access.Session", on_delete=models.CASCADE, related_name="at_source")
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="sessions")
    subject = models.CharField(max_length=255)
    # `sid` of OpenID Connect, SessionIndex of SAML; empty where the source names none.
    index = models.CharField(max_length=255, blank=True)
    # SAML: what qualifies the subject there.
    name = models.JSONField(default=dict)
    # OpenID Connect: the ID token, sealed; it is handed back when signing out.
    secret = models.TextField(blank=True)

    facts_hidden = ("secret",)

    class Meta:
        indexes = (
            models.Index(fields=["source", "subject"], name="source_session_subject"),
            models.Index(fields=["source", "index"], name="source_session_index"),
        )

    def __str__(self) -> str:
        return f"{self.session} · {self.source}"


class SeenAssertion(models.Model):
    """An assertion, or a word that somebody signed out, that was used: it is not believed a second time.

    Kept until it would be too old anyway.
    """

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="+")
    # SHA-256 of its id.
    mark = models.CharField(max_length=64)
    until = models.DateTimeField(db_index=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["source", "mark"], name="assertion_once"),)

    def __str__(self) -> str:
        return self.mark


class Identity(models.Model):
    """One person as one source knows them. The key is source and subject, never an e-mail."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="identities")
    subject = models.CharField(max_length=255)
    person = models.ForeignKey("org.Person", on_delete=models.CASCADE, related_name="identities")
    # As the source said when they last signed in.
    groups = ArrayField(models.CharField(max_length=200), default=list)
    linked_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["source", "subject"], name="identity_once"),)

    def __str__(self) -> str:
        return f"{self.person} · {self.source}"

    def place(self) -> Place:
        return self.person.place()

    @property
    def origin(self) -> Source:
        """Whose rules say what groups give."""
        return self.source


class GroupRule(models.Model):
    """Whoever is in a group of a source or a directory has a role on a unit, as long as they are in it."""

    source = models.ForeignKey(Source, null=True, on_delete=models.CASCADE, related_name="rules")
    directory = models.ForeignKey(
        "access.Directory", null=True, on_delete=models.CASCADE, related_name="rules"
    )
    group = models.CharField(max_length=200)
    role = models.ForeignKey("org.Role", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("org.Unit", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("group", "id")
        constraints = (
            models.UniqueConstraint(fields=["source", "group", "role", "unit"], name="rule_once"),
            models.UniqueConstraint(
                fields=["directory", "group", "role", "unit"], name="directory_rule_once"
            ),
            models.CheckConstraint(
                condition=Q(source=None, directory__isnull=False) | Q(source__isnull=False, directory=None),
                name="rule_of_one",
            ),
        )

    def __str__(self) -> str:
        return f"{self.group} → {self.role} · {self.unit}"


class GroupGrant(models.Model):
    """A grant that came by a rule, so that it ends with the rule or the group."""

    identity = models.ForeignKey(Identity, null=True, on_delete=models.CASCADE, related_name="grants")
    member = models.ForeignKey("access.Member", null=True, on_delete=models.CASCADE, related_name="grants")
    rule = models.ForeignKey(GroupRule, null=True, on_delete=models.SET_NULL, related_name="grants")
    grant = models.OneToOneField("org.Grant", on_delete=models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return str(self.grant)
