"""Sources of identity: which there are, who is sent where, and what a change of their groups would do."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q, QuerySet, Value
from django.utils.translation import gettext as _

from tabard.access import oidc, saml
from tabard.access.models import Directory, GroupGrant, Source
from tabard.access.models.sources import OIDC, SAML
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Missing
from tabard.org.models import Role, Unit

Rules = list[tuple[str, Role, Unit]]


def sources(by: Actor) -> QuerySet[Source]:
    """Those that `by` decides about."""
    found: QuerySet[Source] = Source.objects.visible_to(by).select_related("unit")
    return found


def source(by: Actor, source_id: int) -> Source:
    """One of them."""
    for found in sources(by).filter(pk=source_id):
        return found
    raise Missing(_("There is no such source, or it is not yours to see."))


def open_sources() -> list[Source]:
    """Those offered at the door, to everybody."""
    return list(Source.objects.open().order_by("name"))


def open_source(slug: str, kind: str = "") -> Source | None:
    """One that people may come by; of one kind, where `kind` is given."""
    rows = Source.objects.open().select_related("unit").filter(slug=slug)
    found: Source | None = (rows.filter(kind=kind) if kind else rows).first()
    return found


def described_source(slug: str) -> Source | None:
    """One that asks for our description, open already or not yet."""
    found: Source | None = Source.objects.filter(slug=slug, kind=SAML).first()
    return found


def source_for(email: str) -> Source | None:
    """The source that speaks for an e-mail's domain. Tells nothing about whether anybody has that e-mail."""
    domain = email.strip().lower().rpartition("@")[2]
    found: Source | None = (
        Source.objects.open().filter(domains__contains=[domain]).first() if domain else None
    )
    return found


def registered(source: Source) -> dict[str, str]:
    """What whoever runs the source must register there: where people come back to, and our description."""
    if source.kind == OIDC:
        return {"back": oidc.back(source), "home": oidc.home(source), "behind": oidc.behind(source)}
    return {"back": saml.back(source), "metadata": saml.name(source), "out": saml.out(source)}


@dataclass(frozen=True)
class Change:
    """One grant that would begin or end."""

    person: str
    role: str
    unit: str
    group: str


def preview(origin: Source | Directory, rules: Rules) -> dict[str, list[Change]]:
    """Who would get and who would lose what: by the groups as a directory has them now, or as they were at
    everybody's last sign-in at a source."""
    wanted = {(group, role.pk, unit.pk): (group, role, unit) for group, role, unit in rules}
    whose = "member" if isinstance(origin, Directory) else "identity"
    place = f"{whose}__{'directory' if whose == 'member' else 'source'}"
    held = GroupGrant.objects.filter(**{place: origin}, grant__ended_at=None, rule__isnull=False)
    now = {
        (getattr(g, f"{whose}_id"), g.rule.group, g.rule.role_id, g.rule.unit_id): g
        for g in held.select_related("rule__role", "rule__unit", f"{whose}__person")
        if g.rule
    }
    gets = [
        Change(person, str(wanted[key][1]), wanted[key][2].name, key[0])
        for known, person, groups in _known(origin)
        for key in wanted
        if key[0] in groups and (known, *key) not in now
    ]
    loses = [
        Change(getattr(g, whose).person.name, str(g.rule.role), g.rule.unit.name, g.rule.group)
        for key, g in now.items()
        if key[1:] not in wanted and g.rule
    ]
    return {"gets": gets, "loses": loses}


def _known(origin: Source | Directory) -> list[tuple[int, str, list[str]]]:
    """Everybody known who is here: id, name, and the groups they are in."""
    if isinstance(origin, Source):
        here = origin.identities.filter(person__is_active=True)
        return list(here.values_list("pk", "person__name", "groups"))
    members = origin.members.filter(gone_at=None, person__left_at=None).annotate(
        in_groups=ArrayAgg("memberships__group__name", default=Value([]), filter=Q(memberships__isnull=False))
    )
    return list(members.values_list("pk", "person__name", "in_groups"))


def source_of(by: Actor) -> Source | None:
    """The source by which `by` signed in last, where it is still open."""
    found: Source | None = (
        Source.objects.open().filter(identities__person=by.person_id).order_by("-identities__used_at").first()
    )
    return found
