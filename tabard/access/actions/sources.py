"""Deciding how people sign in: sources, and what their groups give."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.access.events import SecretChanged
from tabard.access.models import Directory, GroupRule, Source
from tabard.access.models.sources import FLAGS, KINDS, OIDC, SAML
from tabard.access.oidc.flow import purpose
from tabard.access.saml import keys
from tabard.access.vault import Sealed, seal, unseal
from tabard.kernel import clock, permissions, text
from tabard.kernel.actions import action, note, step
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Denied, Invalid
from tabard.kernel.events import emit
from tabard.kernel.opened import Values, not_overtaken
from tabard.org.models import Role, Unit

__all__ = ["FLAGS", "OIDC", "SAML", "Settings", "add_source", "change_source", "map_groups"]
DOMAIN = re.compile(r"^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$")


@dataclass(frozen=True)
class Settings:
    """What is said of a source. An empty secret leaves the one that is kept."""

    name: str
    issuer: str
    client: str = ""
    secret: str = ""
    kind: str = OIDC
    address: str = ""
    logout_address: str = ""
    certificates: str = ""
    metadata_address: str = ""
    metadata_certificate: str = ""
    domains: list[str] = field(default_factory=list)
    groups_claim: str = "groups"
    links: bool = False
    makes_people: bool = False
    alone: bool = False
    brings_factor: bool = False
    encrypted: bool = False
    takes_cbc: bool = False
    signs_out: bool = False
    enabled: bool = True
    # Its addresses and certificates were read just now from its own description.
    read: bool = False


@action(
    "source.add",
    may="sources.edit",
    on=Unit,
    says=gettext_lazy("%(who)s added the source of identity %(what)s"),
    lock=False,
    step_up=True,
)
def add_source(by: Actor, unit: Unit, *, said: Settings) -> Source:
    """A source whose word is believed from now on; whom it makes known lands in `unit`."""
    if said.kind not in KINDS:
        raise Invalid({"kind": [_("Choose OpenID Connect or SAML.")]})
    source = Source(unit=unit, slug=_free_slug(said.name), kind=said.kind)
    _fill(source, said)
    _keep_secret(by, source, said.secret)
    if source.domains:
        decides_for_all(by)
    source.save()
    if source.kind == SAML:
        keys.made(source).save()
    return source


@action(
    "source.change",
    may="sources.edit",
    on=Source,
    says=gettext_lazy("%(who)s changed the source of identity %(what)s"),
    step_up=True,
)
def change_source(by: Actor, source: Source, *, said: Settings, was: Values | None = None) -> Source:
    """Change what is said of a source. Another issuer is another source: nobody it knew is known any more."""
    not_overtaken(source, was, readable=False)
    if said.issuer.strip() != source.issuer:
        raise Invalid({"issuer": [_("Another issuer is another source: add it, and switch this one off.")]})
    if source.domains or said.domains or source.identities.exists():
        decides_for_all(by)
    _fill(source, said)
    changed = _keep_secret(by, source, said.secret)
    source.save()
    note(secret_changed=changed)
    if changed:
        emit(by, SecretChanged("source", str(source.pk)))
    return source


@action(
    "source.map",
    may="sources.edit",
    on=Source,
    says=gettext_lazy("%(who)s changed what the groups of %(what)s give"),
    step_up=True,
)
def map_groups(by: Actor, source: Source, *, rules: list[tuple[str, Role, Unit]]) -> Source:
    """These groups give these roles on these units, and no others; the grants of everybody known follow."""
    from tabard.access.actions.identities import follow_groups

    kept_rules(by, source, rules)
    for identity in source.identities.select_related("person__unit", "source"):
        follow_groups(by, identity)
    return source


@step
def kept_rules(by: Actor, origin: Source | Directory, rules: list[tuple[str, Role, Unit]]) -> set[str]:
    """These rules and no others are those of a source or a directory; the names of groups it matters to."""
    _may_give(by, rules)
    wanted = {(text.name(group)[:200], role.pk, unit.pk) for group, role, unit in rules}
    there = {(r.group, r.role_id, r.unit_id): r for r in origin.rules.all()}
    gone = [rule for key, rule in there.items() if key not in wanted]
    added = sorted(wanted - there.keys())
    whose = {"directory": origin} if isinstance(origin, Directory) else {"source": origin}
    GroupRule.objects.bulk_create(
        GroupRule(**whose, group=group, role_id=role, unit_id=unit) for group, role, unit in added
    )
    note(added=[list(key) for key in added], removed=[str(rule) for rule in gone])
    GroupRule.objects.filter(pk__in=[rule.pk for rule in gone]).delete()
    return {group for group, _role, _unit in added} | {rule.group for rule in gone}


def _may_give(by: Actor, rules: Iterable[tuple[str, Role, Unit]]) -> None:
    """Nobody gives by a group what they could not give by hand."""
    for _group, role, unit in rules:
        if not text.name(_group):
            raise Invalid({"rules": [_("Name the group.")]})
        for permission in ("grants.give", *role.permissions):
            if not permissions.may(by, permission, unit.place()):
                raise Denied(_("You cannot give “%(role)s” in %(unit)s.") % {"role": role, "unit": unit})


def decides_for_all(by: Actor) -> None:
    """Whoever may let in people by their e-mail could let themselves in as anybody: not from a unit below."""
    whole = Unit.objects.get(parent=None)
    if not permissions.may(by, "sources.edit", whole.place()):
        raise Denied(
            _("This lets in people of the whole organisation: only who decides for %(unit)s may say so.")
            % {"unit": whole}
        )


def _fill(source: Source, said: Settings) -> None:
    wrong: dict[str, list[str]] = {}
    source.name = text.name(said.name)
    if not 1 <= len(source.name) <= 80:
        wrong["name"] = [_("Give a name of 1 to 80 characters.")]
    wrong |= (_fill_oidc if source.kind == OIDC else _fill_saml)(source, said)
    source.domains = sorted({d.strip().lower().lstrip("@") for d in said.domains if d.strip()})
    if problem := _wrong_domain(source):
        wrong["domains"] = [problem]
    if (said.links or said.makes_people or said.alone) and not source.domains:
        wrong["domains"] = [_("Say for which e-mail domains this source speaks.")]
    if wrong:
        raise Invalid(wrong)
    source.groups_claim = text.name(said.groups_claim)[:80]
    for name in FLAGS:
        setattr(source, name, getattr(said, name))


def _keep_secret(by: Actor, source: Source, typed: str) -> bool:
    """Seal what was typed, and whose it is to know; whether it is another one than before."""
    if not typed:
        return False
    try:
        same = bool(source.secret) and unseal(source.secret, about=purpose(source)) == {"secret": typed}
    except Sealed:
        same = False
    if not same:
        source.secret, source.secret_by_id = seal({"secret": typed}, about=purpose(source)), by.person_id
    return not same


def _fill_oidc(source: Source, said: Settings) -> dict[str, list[str]]:
    wrong: dict[str, list[str]] = {}
    source.issuer, source.client = said.issuer.strip(), text.name(said.client)
    if not _is_issuer(source.issuer):
        wrong["issuer"] = [_("Give the https address of the issuer, as its own description has it.")]
    if not 1 <= len(source.client) <= 200:
        wrong["client"] = [_("Give the client id that the source has given to Tabard.")]
    return wrong


def _fill_saml(source: Source, said: Settings) -> dict[str, list[str]]:
    wrong: dict[str, list[str]] = {}
    source.issuer, source.address = said.issuer.strip(), said.address.strip()
    if not text.one_word(source.issuer) or not 1 <= len(source.issuer) <= 300:
        wrong["issuer"] = [_("Give the entity id of the source, as its metadata has it.")]
    if not is_address(source.address):
        wrong["address"] = [_("Give the https address to which people are sent to sign in.")]
    source.certificates = text.prose(said.certificates)
    if problem := wrong_certificates(source.certificates):
        wrong["certificates"] = [problem]
    source.logout_address = said.logout_address.strip()
    if source.logout_address and not is_address(source.logout_address):
        wrong["logout_address"] = [_("Give the https address to which people are sent to sign out.")]
    if said.signs_out and not source.logout_address:
        wrong["logout_address"] = [_("Say where people sign out there.")]
    return wrong | _fill_description(source, said)


def _fill_description(source: Source, said: Settings) -> dict[str, list[str]]:
    wrong: dict[str, list[str]] = {}
    source.metadata_address = said.metadata_address.strip()
    if source.metadata_address and not is_address(source.metadata_address):
        wrong["metadata_address"] = [_("Give the https address of its metadata.")]
    source.metadata_certificate = text.prose(said.metadata_certificate)
    pinned = source.metadata_certificate
    if pinned and (problem := wrong_certificates(pinned)):
        wrong["metadata_certificate"] = [problem]
    if said.read:
        source.metadata_at, source.metadata_problem = clock.now(), ""
    elif not source.metadata_address:
        source.metadata_at, source.metadata_problem = None, ""
    return wrong


def wrong_certificates(pem: str) -> str:
    """What is wrong with certificates in PEM; nothing if they can be believed by."""
    try:
        found = keys.certificates(pem) if len(pem) <= 20_000 else []
    except ValueError:
        found = []
    if not 1 <= len(found) <= 5:
        return _("Paste one to five certificates, each from BEGIN CERTIFICATE to END CERTIFICATE.")
    if all(c.not_valid_after_utc < clock.now() for c in found):
        return _("All of these certificates have expired.")
    return ""


def is_address(address: str) -> bool:
    """Whether a browser, or we, may be sent there."""
    return _is_issuer(address.partition("?")[0]) and len(address) <= 300


def _is_issuer(issuer: str) -> bool:
    try:
        parts = urlsplit(issuer)
    except ValueError:
        return False
    safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in settings.PRIVATE_HOSTS)
    return bool(safe and parts.hostname and not parts.query and not parts.fragment and len(issuer) <= 300)


def _wrong_domain(source: Source) -> str:
    for domain in source.domains:
        if not DOMAIN.match(domain):
            return _("“%(domain)s” is not a domain.") % {"domain": domain[:80]}
        other = Source.objects.filter(domains__contains=[domain]).exclude(pk=source.pk or 0).first()
        if other is not None:
            return _("%(source)s speaks for %(domain)s already.") % {"source": other, "domain": domain}
    return ""


def _free_slug(name: str) -> str:
    slug = slugify(text.folded(name))[:34] or "source"
    taken: set[Any] = set(Source.objects.filter(slug__startswith=slug).values_list("slug", flat=True))
    return next(s for s in (slug, *(f"{slug}-{n}" for n in range(2, 1000))) if s not in taken)
