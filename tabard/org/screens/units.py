"""The unit tree, one unit, and its policies."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from tabard.kernel import text
from tabard.kernel.errors import Invalid
from tabard.kernel.opened import Opened
from tabard.kernel.screen import done, draw, why_not
from tabard.org import actions, queries, tree
from tabard.org.policies import policies as policies_of


def index(request: Any) -> HttpResponse:
    words = request.GET.get("q", "")[:100]
    found = tree.branches(request.actor, request.scope, words)
    risky = [b for b in found if b.risks]
    shown = {
        "branches": risky if request.GET.get("risks") else found,
        "all": len(found),
        "risky": len(risky),
        "q": words,
    }
    return draw(request, "org/units.html", shown, part="org/_tree.html")


def person_of(request: Any, field: str) -> Any:
    """The person a form names by e-mail, whole name or id; None for an empty field."""
    return queries.person_named(request.actor, request.POST.get(field, ""), field)


def unit(request: Any, unit_id: int) -> HttpResponse:
    found = queries.unit(request.actor, unit_id)
    wrong: dict[str, list[str]] = {}
    form = Opened(request.POST, found.form_values())
    if request.method == "POST":
        try:
            given: dict[str, Any] = dict(form.mine)
            given |= {n: person_of(request, n) for n in ("lead", "deputy") if n in form.mine}
            actions.change_unit(request.actor, found, **given, was=form.base)
            return done(request, reverse("unit", args=[unit_id]), _("Saved."))
        except Invalid as error:
            wrong = form.refused(error)
    shown = {
        "unit": found,
        "form": form,
        "wrong": wrong,
        "risks": tree.risks_of(found),
        "held": tree.held_by_unit(found),
        "above": [
            u for u in queries.tree(request.actor) if found.path.startswith(u.path) and u.pk != found.pk
        ],
        "why_not": why_not(request, "org.edit", found),
        "why_not_reorganise": why_not(request, "org.reorganise", found),
    }
    return draw(request, "org/unit.html", shown, status=422 if wrong else 200)


def add(request: Any, unit_id: int) -> HttpResponse:
    parent = queries.unit(request.actor, unit_id)
    wrong: dict[str, list[str]] = {}
    if request.method == "POST":
        try:
            made = actions.add_unit(
                request.actor,
                parent,
                name=request.POST.get("name", ""),
                kind=request.POST.get("kind", ""),
                lead=person_of(request, "lead"),
                deputy=person_of(request, "deputy"),
            )
            return done(request, reverse("unit", args=[made.pk]), _("%(unit)s was added.") % {"unit": made})
        except Invalid as error:
            wrong = error.fields
    shown = {"parent": parent, "wrong": wrong, "given": request.POST}
    return draw(request, "org/unit_add.html", shown, status=422 if wrong else 200)


def policies(request: Any, unit_id: int) -> HttpResponse:
    found = queries.unit(request.actor, unit_id)
    wrong: dict[str, list[str]] = {}
    if request.method == "POST":
        matter = request.POST.get("matter", "")
        try:
            if request.POST.get("unset"):
                actions.unset_policy(request.actor, found, matter=matter)
            else:
                was = {"value": request.POST["was"]} if "was" in request.POST else None
                actions.set_policy(request.actor, found, matter=matter, value=_value(request), was=was)
            return done(
                request, reverse("policies", args=[unit_id]), _("Saved. It holds here and below from now on.")
            )
        except Invalid as error:
            wrong = {matter: [s for said in error.fields.values() for s in said]}
    shown = {
        "unit": found,
        "policies": [
            (p, wrong.get(p.matter.name, []), _value(request) if p.matter.name in wrong else p.holds)
            for p in policies_of(found)
        ],
        "roles": tree.roles(),
        "why_not": why_not(request, "policies.set", found),
    }
    return draw(request, "org/policies.html", shown, status=422 if wrong else 200)


def _value(request: Any) -> Any:
    """A policy's value as its form gives it: steps by `role`, a flag or a number by `value`."""
    kind, given = request.POST.get("kind"), request.POST.get("value", "")
    if kind == "steps":
        roles, names = request.POST.getlist("role"), request.POST.getlist("name")
        return [{"role": r, "name": n, "needed": 1} for r, n in zip(roles, names, strict=False) if r]
    if kind == "roles":
        return request.POST.getlist("value")
    if kind == "lines":
        return given.splitlines()
    if kind == "flag":
        return given == "yes"
    if kind == "word":
        return given
    return text.number(given)
