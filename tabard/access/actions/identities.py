"""People as a source knows them: found or made when they come, and given what their groups give."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.access.models import GroupGrant, Identity, Member, Source
from tabard.access.oidc.tokens import Untrusted
from tabard.kernel import clock, text
from tabard.kernel.actions import action, note, step
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Invalid
from tabard.org.actions import add_person, end_grants, owned_without
from tabard.org.models import Grant, Person


@action(
    "identity.arrive",
    may="org.people",
    on=Source,
    says=gettext_lazy("%(who)s let %(person)s in by %(source)s"),
    lock=False,
)
def arrive(by: Actor, source: Source, *, claims: dict[str, Any]) -> Identity:
    """The person whom checked `claims` are about. The key is the subject; an e-mail only finds somebody once.

    `Untrusted` where the source does not know them and may neither link nor make people.
    """
    now = clock.now()
    identity = _known(source, claims["sub"])
    fresh = identity is None
    if identity is None:
        person = _by_email(source, claims) or _made(by, source, claims)
        identity = Identity(source=source, subject=claims["sub"], person=person, linked_at=now)
    if not identity.person.is_active:
        raise Untrusted("the person has left")
    identity.groups, identity.used_at = _groups(source, claims), now
    identity.save()
    note(person=identity.person.name, source=source.name, first_time=fresh)
    follow_groups(by, identity)
    return identity


def _known(source: Source, subject: str) -> Identity | None:
    found = Identity.objects.select_for_update(of=("self",)).select_related("person__unit")
    return found.filter(source=source, subject=subject).first()


def _email(source: Source, claims: dict[str, Any]) -> str:
    """The e-mail, where the source speaks for its domain and does not say that it never checked it."""
    email = claims.get("email")
    if not isinstance(email, str) or claims.get("email_verified") in (False, "false"):
        return ""
    return email.strip() if email.strip().lower().rpartition("@")[2] in source.domains else ""


def _by_email(source: Source, claims: dict[str, Any]) -> Person | None:
    email = _email(source, claims)
    if not email or not source.links:
        return None
    person: Person | None = Person.objects.of_email(email)
    if person and Identity.objects.filter(source=source, person=person).exists():
        raise Untrusted("the source knows this e-mail by another subject already")
    return person


def _made(by: Actor, source: Source, claims: dict[str, Any]) -> Person:
    email = _email(source, claims)
    if not email or not source.makes_people:
        raise Untrusted("nobody here is known by this subject, and the source may not add people")
    name = text.name(str(claims.get("name") or email.partition("@")[0]))[:120]
    try:
        return add_person(by, source.unit, email=email, name=name)
    except Invalid as error:
        raise Untrusted("somebody with this e-mail is here already") from error


def _groups(source: Source, claims: dict[str, Any]) -> list[str]:
    said = claims.get(source.groups_claim) if source.groups_claim else None
    given = said if isinstance(said, list) else [said] if isinstance(said, str) else []
    return sorted({text.name(g)[:200] for g in given[:1000] if isinstance(g, str)})


@step
def follow_groups(by: Actor, known: Identity | Member) -> None:
    """Grants as the groups have it: new ones begin with the reason, those without their group end."""
    rules = {rule.pk: rule for rule in known.origin.rules.filter(group__in=known.groups)}
    there = known.grants.filter(grant__ended_at=None).select_related("grant")
    kept = set()
    over = []
    for held in there:
        if held.rule_id in rules:
            kept.add(held.rule_id)
        else:
            over.append(held.grant)
    _end(by, known, over)
    for number, rule in rules.items():
        if number in kept:
            continue
        reason = _("In the group “%(group)s” of %(source)s") % {
            "group": rule.group,
            "source": known.origin,
        }
        grant = Grant.objects.create(
            person=known.person,
            role_id=rule.role_id,
            unit_id=rule.unit_id,
            starts_at=clock.now(),
            reason=reason[:300],
            grantor_id=by.person_id,
        )
        whose = {"member": known} if isinstance(known, Member) else {"identity": known}
        GroupGrant.objects.create(**whose, rule=rule, grant=grant)


def _end(by: Actor, known: Identity | Member, over: list[Grant]) -> None:
    """No group is needed to stay the last owner: refusing would lock them out, ending it everybody."""
    if not owned_without(over):
        theirs = Grant.objects.of_owners().filter(pk__in=[grant.pk for grant in over])
        owners = set(theirs.values_list("pk", flat=True))
        over = [grant for grant in over if grant.pk not in owners]
        note(last_owner_stays=sorted(owners))
    end_grants(by, over, reason=_("No longer in the group of %(source)s") % {"source": known.origin})
