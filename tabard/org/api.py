"""The organisation by API: units, policies, people, grants, absences, roles, reorganisations."""

from __future__ import annotations

from typing import Any

from ninja import Router, Status

from tabard.kernel import permissions
from tabard.kernel.endpoint import Listed, endpoint, listed, query
from tabard.org import actions, lists, queries, tree
from tabard.org import schemas as s
from tabard.org.policies import policies as policies_of

router = Router(tags=["Organisation"])
UNIT, PERSON = "/units/{int:unit_id}", "/people/{int:person_id}"


def _person(request: Any, person_id: int | None) -> Any:
    return tree.person(request.actor, person_id) if person_id else None


@endpoint(router, "GET", "/units", may="org.see", response=list[s.UnitOut])
def units(request: Any, q: str = "", unit_id: int | None = None) -> Any:
    """The unit tree, parents before children, with what hangs on one person."""
    scope = queries.unit(request.actor, unit_id) if unit_id else None
    return [s.unit_out(b.unit, b.risks) for b in tree.branches(request.actor, scope, q)]


@endpoint(router, "POST", "/units", may="org.edit", does="unit.add", response={201: s.UnitOut})
def add_unit(request: Any, body: s.UnitMake) -> Any:
    """Make a unit below another."""
    made = actions.add_unit(
        request.actor,
        queries.unit(request.actor, body.parent_id),
        name=body.name,
        kind=body.kind,
        lead=_person(request, body.lead_id),
        deputy=_person(request, body.deputy_id),
        zone=body.zone,
        reference=body.reference,
    )
    return Status(201, s.unit_out(made, tree.risks_of(made)))


@endpoint(router, "GET", UNIT, may="org.see", response=s.UnitOut)
def unit(request: Any, unit_id: int) -> Any:
    """One unit."""
    found = queries.unit(request.actor, unit_id)
    return s.unit_out(found, tree.risks_of(found))


@endpoint(router, "PATCH", UNIT, may="org.edit", does="unit.change", response=s.UnitOut)
def change_unit(request: Any, unit_id: int, body: s.UnitChange) -> Any:
    """Rename a unit, or name its lead and deputy (0 leaves the place empty)."""
    given: dict[str, Any] = {"name": body.name, "zone": body.zone}
    if body.lead_id is not None:
        given["lead"] = _person(request, body.lead_id)
    if body.deputy_id is not None:
        given["deputy"] = _person(request, body.deputy_id)
    found = actions.change_unit(request.actor, queries.unit(request.actor, unit_id), **given)
    return s.unit_out(found, tree.risks_of(found))


@endpoint(router, "GET", UNIT + "/holdings", may="org.see", response=list[s.HeldOut])
def unit_holdings(request: Any, unit_id: int) -> Any:
    """What a unit holds itself, kind by kind."""
    return [s.held_out(h) for h in tree.held_by_unit(queries.unit(request.actor, unit_id), items=True)]


@endpoint(router, "GET", UNIT + "/policies", may="org.see", response=list[s.PolicyOut])
def policies(request: Any, unit_id: int) -> Any:
    """What holds for a unit, matter by matter, and who said so."""
    return [s.policy_out(p) for p in policies_of(queries.unit(request.actor, unit_id))]


@endpoint(
    router,
    "PUT",
    UNIT + "/policies/{matter}",
    may="policies.set",
    does="policy.set",
    response=list[s.PolicyOut],
)
def set_policy(request: Any, unit_id: int, matter: str, body: s.PolicyValue) -> Any:
    """Say what holds here and below; refused where it would be laxer than what is inherited."""
    found = queries.unit(request.actor, unit_id)
    return [
        s.policy_out(p)
        for p in policies_of(actions.set_policy(request.actor, found, matter=matter, value=body.value))
    ]


@endpoint(
    router,
    "DELETE",
    UNIT + "/policies/{matter}",
    may="policies.set",
    does="policy.unset",
    response=list[s.PolicyOut],
)
def unset_policy(request: Any, unit_id: int, matter: str) -> Any:
    """Say nothing here any more: what is inherited holds again."""
    found = queries.unit(request.actor, unit_id)
    return [s.policy_out(p) for p in policies_of(actions.unset_policy(request.actor, found, matter=matter))]


@endpoint(router, "GET", "/people", may="org.see", response=Listed[s.PersonOut])
def people(
    request: Any, q: str = "", here: str = "", role: str = "", sort: str = "", after: str = "", size: int = 50
) -> Any:
    """People."""
    asked = query(q=q, here=here, role=role, sort=sort, after=after, size=size)
    return listed(lists.people(request.actor, None, asked))


@endpoint(router, "POST", "/people", may="org.people", does="person.add", response={201: s.PersonOut})
def add_person(request: Any, body: s.PersonMake) -> Any:
    """Add somebody to a unit. They choose a password by the link in a mail."""
    where = queries.unit(request.actor, body.unit_id)
    made = actions.add_person(
        request.actor,
        where,
        email=body.email,
        name=body.name,
        title=body.title,
        language=body.language,
        zone=body.zone,
    )
    return Status(201, made)


@endpoint(router, "GET", PERSON, may="org.see", response=s.PersonOut)
def person(request: Any, person_id: int) -> Any:
    """One person."""
    return tree.person(request.actor, person_id)


@endpoint(router, "PATCH", PERSON, may="org.people", does="person.change", response=s.PersonOut)
def change_person(request: Any, person_id: int, body: s.PersonChange) -> Any:
    """Change what the organisation says of somebody."""
    found = tree.person(request.actor, person_id)
    return actions.change_person(request.actor, found, name=body.name, title=body.title, email=body.email)


@endpoint(router, "GET", "/me", may="own.profile", response=s.PersonOut)
def me(request: Any) -> Any:
    """Whoever calls."""
    return tree.person(request.actor, request.actor.person_id)


@endpoint(router, "PATCH", "/me", may="own.profile", does="person.profile", response=s.PersonOut)
def change_me(request: Any, body: s.ProfileChange) -> Any:
    """Change one's own name, language, time zone, theme and keys."""
    me = tree.person(request.actor, request.actor.person_id)
    return actions.change_profile(request.actor, me, **body.dict(exclude_unset=True))


@endpoint(router, "GET", PERSON + "/holdings", may="org.see", response=list[s.HeldOut])
def person_holdings(request: Any, person_id: int) -> Any:
    """Everything a person holds."""
    return [s.held_out(h) for h in tree.held_by_person(tree.person(request.actor, person_id))]


@endpoint(router, "GET", PERSON + "/continuity", may="org.people", response=s.ContinuityOut)
def continuity(request: Any, person_id: int) -> Any:
    """All that hangs on a person, in one view."""
    found = tree.person(request.actor, person_id)
    permissions.demand(request.actor, "org.people", found)
    return s.continuity_out(found)


@endpoint(
    router, "POST", PERSON + "/hand-over", may="org.people", does="person.hand_over", response=list[s.HeldOut]
)
def hand_over(request: Any, person_id: int, body: s.HandOver) -> Any:
    """Hand over everything a person holds, or some kinds of it, each to whom it is meant for; answers with
    what is left."""
    found = tree.person(request.actor, person_id)
    to = tree.person(request.actor, body.to_id) if body.to_id else None
    each = {name: tree.person(request.actor, one) for name, one in body.each.items()}
    actions.hand_over(request.actor, found, to=to, only=body.only, each=each)
    return [s.held_out(h) for h in tree.held_by_person(found)]


@endpoint(router, "GET", "/grants", may="grants.see", response=Listed[s.GrantOut])
def grants(
    request: Any,
    q: str = "",
    state: str = "",
    role: str = "",
    unit_id: int | None = None,
    sort: str = "",
    after: str = "",
    size: int = 50,
) -> Any:
    """Grants, the newest first."""
    scope = queries.unit(request.actor, unit_id) if unit_id else None
    return listed(
        lists.grants(
            request.actor, scope, query(q=q, state=state, role=role, sort=sort, after=after, size=size)
        )
    )


@endpoint(router, "POST", "/grants", may="grants.give", does="grant.give", response={201: s.GrantOut})
def give_grant(request: Any, body: s.GrantMake) -> Any:
    """Give a role on a unit, or on one channel of it."""
    made = actions.give_grant(
        request.actor,
        queries.unit(request.actor, body.unit_id),
        person=tree.person(request.actor, body.person_id),
        role=tree.role(body.role_id),
        reason=body.reason,
        starts_at=body.starts_at,
        ends_at=body.ends_at,
        channel_id=body.channel_id,
    )
    return Status(201, made)


@endpoint(
    router, "POST", "/grants/{int:grant_id}/end", may="grants.give", does="grant.end", response=s.GrantOut
)
def end_grant(request: Any, grant_id: int, body: s.Reason) -> Any:
    """End a grant now."""
    return actions.end_grant(request.actor, tree.grant(request.actor, grant_id), reason=body.reason)


@endpoint(router, "GET", "/roles", may="org.see", response=Listed[s.RoleOut])
def roles(request: Any, q: str = "", kind: str = "", sort: str = "", after: str = "", size: int = 50) -> Any:
    """Every role and what it may do. `kind`: `given`, `changed` or `own`."""
    return listed(lists.roles(request.actor, query(q=q, kind=kind, sort=sort, after=after, size=size)))


@endpoint(router, "POST", "/roles", may="roles.edit", does="role.make", response={201: s.RoleOut})
def make_role(request: Any, body: s.RoleMake) -> Any:
    """A role of the organisation's own."""
    made = actions.make_role(
        request.actor, tree.root(request.actor), name=body.name, permissions=body.permissions
    )
    return Status(201, made)


@endpoint(router, "GET", "/roles/{int:role_id}", may="org.see", response=s.RoleOut)
def role(request: Any, role_id: int) -> Any:
    """One role and what it may do."""
    return tree.role(role_id)


@endpoint(router, "PUT", "/roles/{int:role_id}", may="roles.edit", does="role.change", response=s.RoleOut)
def change_role(request: Any, role_id: int, body: s.RolePermissions) -> Any:
    """Change what a role may do."""
    return actions.change_role(
        request.actor, tree.root(request.actor), role=tree.role(role_id), permissions=body.permissions
    )


@endpoint(router, "GET", PERSON + "/absences", may="org.see", response=Listed[s.AbsenceOut])
def absences(
    request: Any, person_id: int, q: str = "", state: str = "", after: str = "", size: int = 50
) -> Any:
    """When somebody is away and who stands in; 200 at most."""
    found = tree.person(request.actor, person_id)
    return listed(lists.absences(request.actor, found, query(q=q, state=state, after=after, size=size)))


@endpoint(
    router, "POST", PERSON + "/absences", may="own.absence", does="absence.say", response={201: s.AbsenceOut}
)
def say_absent(request: Any, person_id: int, body: s.AbsenceMake) -> Any:
    """Say when somebody is away and who stands in."""
    made = actions.say_absent(
        request.actor,
        tree.person(request.actor, person_id),
        deputy=tree.person(request.actor, body.deputy_id),
        starts_at=body.starts_at,
        ends_at=body.ends_at,
        reason=body.reason,
    )
    return Status(201, made)


@endpoint(
    router,
    "POST",
    "/absences/{int:absence_id}/end",
    may="own.absence",
    does="absence.end",
    response=s.AbsenceOut,
)
def end_absence(request: Any, absence_id: int) -> Any:
    """The person is back."""
    return actions.end_absence(request.actor, tree.absence(request.actor, absence_id))


@endpoint(router, "GET", "/reorganisations", may="org.see", response=Listed[s.ChangeOut])
def reorganisations(
    request: Any, q: str = "", state: str = "", kind: str = "", after: str = "", size: int = 50
) -> Any:
    """Planned and past changes, the newest first."""
    asked = query(q=q, state=state, kind=kind, after=after, size=size)
    return listed(lists.changes(request.actor, None, asked))


@endpoint(
    router,
    "POST",
    "/reorganisations",
    may="org.reorganise",
    does="reorganisation.plan",
    response={201: s.ChangeOut},
)
def plan(request: Any, body: s.ChangeMake) -> Any:
    """Plan to move, merge, split or close a unit."""
    target = queries.unit(request.actor, body.target_id) if body.target_id else None
    where = queries.unit(request.actor, body.unit_id)
    made = actions.plan(
        request.actor, where, kind=body.kind, reason=body.reason, target=target, parts=body.parts
    )
    return Status(201, made)


@endpoint(router, "GET", "/reorganisations/{int:change_id}", may="org.see", response=s.ChangeOut)
def reorganisation(request: Any, change_id: int) -> Any:
    """One planned or past change."""
    return tree.reorganisation(request.actor, change_id)


@endpoint(
    router,
    "PATCH",
    "/reorganisations/{int:change_id}",
    may="org.reorganise",
    does="reorganisation.assign",
    response=s.ChangeOut,
)
def assign(request: Any, change_id: int, body: s.ChangePlan) -> Any:
    """Say who gets what."""
    return actions.assign(request.actor, tree.reorganisation(request.actor, change_id), plan=body.plan)


@endpoint(
    router,
    "POST",
    "/reorganisations/{int:change_id}/done",
    may="org.reorganise",
    does="reorganisation.carry_out",
    response=s.ChangeOut,
)
def carry_out(request: Any, change_id: int) -> Any:
    """Do it, all at once; refused while anything would be left without an owner."""
    return actions.carry_out(request.actor, tree.reorganisation(request.actor, change_id))


@endpoint(
    router,
    "DELETE",
    "/reorganisations/{int:change_id}",
    may="org.reorganise",
    does="reorganisation.cancel",
    response=s.ChangeOut,
)
def cancel(request: Any, change_id: int) -> Any:
    """Leave everything as it is."""
    return actions.cancel(request.actor, tree.reorganisation(request.actor, change_id))
