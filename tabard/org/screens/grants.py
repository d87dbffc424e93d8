"""Grants: who may do what, where it comes from, given and ended; and what roles may do."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tabard.kernel import clock, permissions, text
from tabard.kernel.errors import Invalid
from tabard.kernel.screen import done, download, draw, list_of, params, why_not
from tabard.org import actions, lists, queries, tree
from tabard.org.screens.people import moment
from tabard.org.screens.units import person_of


def index(request: Any) -> HttpResponse:
    page = lists.grants(request.actor, request.scope, params(request))
    shown = {**list_of(request, lists.GRANTS, page, "grants_csv"), "now": clock.now()}
    return draw(request, "org/grants.html", shown, part="org/_grants.html")


def export(request: Any) -> Any:
    return download(
        lists.GRANTS.csv(lists.visible_grants(request.actor, request.scope), params(request)), "grants.csv"
    )


def on_unit(request: Any, unit_id: int) -> HttpResponse:
    """Who may do what in a unit and from where; giving a grant."""
    found = queries.unit(request.actor, unit_id)
    wrong: dict[str, list[str]] = {}
    if request.method == "POST":
        try:
            _give(request, found)
            return done(request, reverse("unit_grants", args=[unit_id]), _("The grant was given."))
        except Invalid as error:
            wrong = error.fields
    shown = {
        "unit": found,
        "grants": tree.grants_on(found),
        "roles": tree.roles(),
        "wrong": wrong,
        "given": request.POST,
        "why_not": why_not(request, "grants.give", found),
    }
    return draw(request, "org/unit_grants.html", shown, status=422 if wrong else 200)


def _give(request: Any, unit: Any) -> None:
    person, role = person_of(request, "person"), text.number(request.POST.get("role", ""))
    if person is None or role is None:
        raise Invalid({"person" if person is None else "role": [_("Choose one.")]})
    actions.give_grant(
        request.actor,
        unit,
        person=person,
        role=tree.role(role),
        reason=request.POST.get("reason", ""),
        starts_at=moment(request, "starts_at"),
        ends_at=moment(request, "ends_at"),
    )


@require_POST
def end(request: Any, grant_id: int) -> HttpResponse:
    found = tree.grant(request.actor, grant_id)
    actions.end_grant(request.actor, found, reason=request.POST.get("reason", ""))
    back = request.POST.get("back", "")
    where = (
        reverse("person", args=[found.person_id])
        if back == "person"
        else reverse("unit_grants", args=[found.unit_id])
    )
    return done(request, where, _("The grant has ended."))


def roles(request: Any) -> HttpResponse:
    """What each role may do; a role of one's own."""
    root, wrong = tree.root(request.actor), {}
    given, which = request.POST.getlist("permissions"), text.number(request.POST.get("role", ""))
    if request.method == "POST":
        try:
            if which is not None:
                was = {"permissions": request.POST["was"]} if "was" in request.POST else None
                role = tree.role(which)
                actions.change_role(request.actor, root, role=role, permissions=given, was=was)
            else:
                actions.make_role(request.actor, root, name=request.POST.get("name", ""), permissions=given)
            return done(
                request, reverse("roles"), _("Saved. It holds for everybody with this role from now on.")
            )
        except Invalid as error:
            wrong = error.fields
    page = lists.roles(request.actor, params(request))
    shown = list_of(request, lists.ROLES, page, "roles_csv") | {
        "roles": [(r, given if wrong and r.pk == which else r.permissions) for r in page.rows],
        "rights": [(n, label) for n, label in permissions.catalogue().items() if not n.startswith("own.")],
        "given": given if wrong and which is None else [],
        "wrong": wrong,
        "why_not": why_not(request, "roles.edit", root),
    }
    part = None if wrong else "org/_roles.html"
    return draw(request, "org/roles.html", shown, part=part, status=422 if wrong else 200)


def roles_csv(request: Any) -> Any:
    return download(lists.ROLES.csv(lists.every_role(), params(request)), "roles.csv")
