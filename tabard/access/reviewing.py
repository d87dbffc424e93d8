"""What an access review asks, and what its answers do: grants and tokens, kept, reduced or revoked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.access.actions import end_directory_token
from tabard.access.last_use import last_seen, last_use
from tabard.access.models import ApiToken, DirectoryToken, Emergency
from tabard.attestation.kinds import Asked, Outcome, Thing
from tabard.attestation.models import Item
from tabard.audit.record import record_many
from tabard.kernel import clock, naming
from tabard.kernel.actor import Actor
from tabard.kernel.bulk import among
from tabard.kernel.errors import Invalid
from tabard.org.actions import end_grant, give_grant, owned_without
from tabard.org.models import Grant, Role, Unit

GRANT, TOKEN, DIRECTORY = "org.grant", "access.apitoken", "access.directorytoken"
# What facts are called where a round says what has changed since the last one.
WORDS = {
    "person": gettext_lazy("Person"),
    "title": gettext_lazy("Job title"),
    "role": gettext_lazy("Role"),
    "rights": gettext_lazy("Rights"),
    "unit": gettext_lazy("Unit"),
    "channel": gettext_lazy("Channel"),
    "until": gettext_lazy("Ends"),
    "reason": gettext_lazy("Reason"),
    "token": gettext_lazy("Token"),
    "directory": gettext_lazy("Directory"),
}

ABSENT = dict.fromkeys(("directory", "start", "known_outside", "title", "token", "dangerous", "emergency"))


def ask(unit: Unit, scope: Mapping[str, Any]) -> Iterable[Asked]:
    """Every grant in force on `unit` and below, every open API token of people there, and every token by
    which a directory there speaks."""
    rows = Grant.objects.active().filter(unit__path__startswith=unit.path, person__is_active=True)
    # Few people, roles and units stand in many grants: each is read once.
    grants = list(rows.prefetch_related("person", "role", "unit", "grantor").order_by("id"))
    used = last_use(grants)
    seen = last_seen({g.person_id for g in grants})
    called = naming.names("channel", {g.channel_id for g in grants if g.channel_id})
    urgent = dict(Emergency.objects.running().values_list("grant", "reason"))
    roles = {role.pk: str(role) for role in {g.role for g in grants}}
    for g in grants:
        channel, role = called.get(g.channel_id or 0, ""), roles[g.role_id]
        facts = _of_grant(g, role, channel) | {
            "used_at": _day(used.get(g.pk)),
            "seen_at": _day(seen.get(g.person_id)),
        }
        if g.pk in urgent:
            facts["emergency"] = urgent[g.pk]
        yield Asked(
            g.unit_id, (GRANT, g.pk), f"{g.person} · {role} · {channel or g.unit}", facts, g.person_id
        )
    for token in (
        _open_tokens().filter(person__unit__path__startswith=unit.path).select_related("person__unit")
    ):
        yield Asked(
            token.person.unit_id,
            (TOKEN, token.pk),
            f"{token.person} · {token.name}",
            _of_token(token),
            token.person_id,
        )
    speaking = DirectoryToken.objects.filter(ended_at=None, directory__unit__path__startswith=unit.path)
    for key in speaking.select_related("directory__unit", "keeper").order_by("id"):
        yield Asked(key.directory.unit_id, (DIRECTORY, key.pk), str(key), _of_directory(key), key.keeper_id)


def over(things: Sequence[Thing]) -> set[Thing]:
    """Those that have ended by themselves since they were asked about."""
    ids = {kind: [pk for name, pk in things if name == kind] for kind in (GRANT, TOKEN, DIRECTORY)}
    in_force = Grant.objects.active().filter(pk__in=among(ids[GRANT]))
    here = {(GRANT, pk) for pk in in_force.values_list("pk", flat=True)}
    here |= {(TOKEN, pk) for pk in _open_tokens().filter(pk__in=ids[TOKEN]).values_list("pk", flat=True)}
    speaking = DirectoryToken.objects.filter(pk__in=ids[DIRECTORY], ended_at=None)
    here |= {(DIRECTORY, pk) for pk in speaking.values_list("pk", flat=True)}
    return set(things) - here


def act(by: Actor, item: Item, choice: str, given: Mapping[str, Any]) -> Outcome:
    """Do at once what was decided, and say in a sentence what became of it.

    Whoever is asked may answer, whether or not they could give grants themselves; what follows is done in the
    name of the review, and says whose answer it was.
    """
    if item.thing in {TOKEN, DIRECTORY}:
        if choice != "revoke":
            raise Invalid({"choice": [_("A token is kept or revoked.")]})
        return Outcome(_end_token(by, item, given))
    grant = Grant.objects.select_related("role", "unit", "person").get(pk=item.thing_id)
    _not_the_last_owner(grant)
    if choice == "revoke":
        _end(by, grant, given)
        return Outcome(_("The grant has ended."))
    return Outcome(_reduce(by, grant, given))


def lapse(by: Actor, items: Sequence[Item], consequence: str) -> dict[int, str]:
    """Revoke many at once, with an entry of the log for each grant; or let them be, where the policy says so.

    Owners, of whom the last one stays, and tokens of directories are left to be asked one by one.
    """
    if consequence == "keep":
        return {item.pk: _("Nobody answered. It stays.") for item in items}
    now, why = clock.now(), _why(by, {"unanswered": True})[:300]
    ids = {kind: {i.thing_id: i.pk for i in items if i.thing == kind} for kind in (GRANT, TOKEN)}
    rows = Grant.objects.filter(pk__in=among(ids[GRANT]), ended_at=None).exclude(role__slug="owner")
    rows = rows.only("role", "unit", "person", "channel_id")  # all that the log says of them
    grants = list(rows.prefetch_related("role", "unit", "person").select_for_update())
    roles = {role.pk: str(role) for role in {g.role for g in grants}}
    Grant.objects.filter(pk__in=among(g.pk for g in grants)).update(
        ended_at=now, end_reason=why, ended_by=by.person_id
    )
    before, after = {"ended_at": None, "end_reason": ""}, {"ended_at": now.isoformat(), "end_reason": why}
    notes: dict[str, Any] = {}
    record_many(
        _reviewer(by),
        "grant.end",
        ((g, before, after, notes) for g in grants),
        called=lambda g: f"{roles[g.role_id]} · {g.person}",
    )
    ApiToken.objects.filter(pk__in=ids[TOKEN], ended_at=None).update(ended_at=now)
    ended, no_token = _("The grant has ended."), _("The token has ended.")
    return {ids[GRANT][g.pk]: ended for g in grants} | dict.fromkeys(ids[TOKEN].values(), no_token)


def context() -> dict[str, Any]:
    """For the form of a smaller role."""
    return {"roles": list(Role.objects.order_by("id"))}


def shape(by: Actor, item: Any, known: Mapping[str, Any]) -> None:
    """What the card of an item shows: moments as moments, and the roles smaller than the one held."""
    moments = {name: item.facts.get(name) for name in ("since", "until", "used_at", "seen_at")}
    item.when = {name: parse_datetime(value) if value else None for name, value in moments.items()}
    item.shown = ABSENT | item.facts  # a template looks long for what is not there
    held = set(item.facts.get("rights", ()))
    if item.thing != GRANT:
        item.choices = [(c, why) for c, why in item.choices if c.name != "reduce"]
    item.smaller = [r for r in known["roles"] if r.permissions and set(r.permissions) < held]


def _of_grant(g: Grant, role: str, channel: str) -> dict[str, Any]:
    return {
        "person": g.person.name,
        "person_id": g.person_id,
        "title": g.person.title,
        "role": role,
        "role_slug": g.role.slug,
        "rights": sorted(g.role.permissions),
        "unit": g.unit.name,
        "channel": channel,
        "channel_id": g.channel_id,
        "since": _day(g.starts_at),
        "until": _day(g.ends_at),
        "reason": g.reason,
        "by": g.grantor.name if g.grantor else "",
    }


def _of_token(token: ApiToken) -> dict[str, Any]:
    return {
        "person": token.person.name,
        "person_id": token.person_id,
        "token": token.name,
        "start": token.start,
        "rights": sorted(token.permissions),
        "dangerous": token.dangerous,
        "since": _day(token.created_at),
        "until": _day(token.expires_at),
        "used_at": _day(token.used_at),
    }


def _of_directory(key: DirectoryToken) -> dict[str, Any]:
    return {
        "directory": key.directory.name,
        "start": key.start,
        "person": key.keeper.name if key.keeper else "",
        "unit": key.directory.unit.name,
        "since": _day(key.created_at),
        "used_at": _day(key.used_at),
        "known_outside": key.known_outside_since is not None,
    }


def _end_token(by: Actor, item: Item, given: Mapping[str, Any]) -> str:
    """A directory keeps its last token where nobody said anything: without it nobody would say who leaves."""
    if item.thing == TOKEN:
        ApiToken.objects.filter(pk=item.thing_id).update(ended_at=clock.now())
        return _("The token has ended.")
    key = DirectoryToken.objects.select_related("directory").get(pk=item.thing_id)
    others = key.directory.tokens.filter(ended_at=None).exclude(pk=key.pk)
    if given.get("unanswered") and not others.exists():
        raise Invalid({"choice": [_("It stays: without it the directory could not say who leaves.")]})
    end_directory_token(_reviewer(by, "sources.edit"), key)
    return _("The token has ended.")


def _day(moment: datetime | None) -> str:
    return moment.isoformat(timespec="seconds") if moment else ""


def _open_tokens() -> Any:
    now = clock.now()
    return ApiToken.objects.filter(ended_at=None, person__is_active=True).exclude(expires_at__lte=now)


def _not_the_last_owner(grant: Grant) -> None:
    if not owned_without([grant]):
        raise Invalid({"choice": [_("It stays: without it nobody would own the organisation.")]})


def _why(by: Actor, given: Mapping[str, Any]) -> str:
    if given.get("unanswered"):
        return _("Nobody answered for it in the access review")
    return _("Decided in the access review by %(name)s") % {"name": by.name}


def _reviewer(by: Actor, *also: str) -> Actor:
    """The name in which a decision is carried out: whoever answered, with exactly the rights it takes."""
    return Actor("job", by.name, by.via, allowed=frozenset({"grants.give", *also}), origin="access review")


def _end(by: Actor, grant: Grant, given: Mapping[str, Any]) -> None:
    end_grant(_reviewer(by), grant, reason=_why(by, given)[:300])
    Grant.objects.filter(pk=grant.pk).update(ended_by=by.person_id)


def _reduce(by: Actor, grant: Grant, given: Mapping[str, Any]) -> str:
    """A smaller role, an earlier end, or both: the old grant ends and another begins."""
    role, ends = grant.role, given.get("ends_at") or grant.ends_at
    if given.get("role_id"):
        found = Role.objects.filter(pk=given["role_id"]).first()
        if found is None or not set(found.permissions) <= set(role.permissions):
            raise Invalid({"role": [_("Choose a role that may do less.")]})
        role = found
    sooner = ends is not None and (grant.ends_at is None or ends < grant.ends_at)
    if set(role.permissions) == set(grant.role.permissions) and not sooner:
        raise Invalid({"choice": [_("Choose a smaller role, an earlier end, or both.")]})
    if grant.ends_at and ends and ends > grant.ends_at:
        raise Invalid({"ends_at": [_("This would be longer than before.")]})
    _end(by, grant, given)
    made = give_grant(
        _reviewer(by, *role.permissions),
        grant.unit,
        person=grant.person,
        role=role,
        reason=_why(by, given)[:300],
        ends_at=ends,
        channel_id=grant.channel_id,
    )
    Grant.objects.filter(pk=made.pk).update(grantor=by.person_id)
    until = f", {_('until')} {ends:%Y-%m-%d}" if ends else ""
    return _("Reduced to %(role)s%(until)s.") % {"role": role, "until": until}
