"""Moving somebody to another unit, and suspending somebody for a while."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from tabard.access import actions, queries
from tabard.access.actions.movers import overlap
from tabard.kernel import clock, permissions, text
from tabard.kernel.errors import Invalid
from tabard.kernel.screen import done, draw, screen
from tabard.org import queries as org
from tabard.org import tree
from tabard.org.screens.people import moment


def move(request: Any, person_id: int) -> HttpResponse:
    """To another unit: which grants end, how long they overlap, and what is given there."""
    person = tree.person(request.actor, person_id)
    wrong: dict[str, list[str]] = {}
    if request.method == "POST":
        try:
            moved = actions.move_person(request.actor, person, **_move(request))
            said = _("%(person)s belongs to %(unit)s now.") % {"person": moved, "unit": moved.unit}
            return done(request, reverse("person", args=[person_id]), said)
        except Invalid as error:
            wrong = error.fields
    shown = {"person": person, "wrong": wrong, "given": request.POST, "most": overlap(person.unit)}
    shown |= {
        "grants": [g for g in tree.grants_of(request.actor, person)[:200] if _in_force(g)],
        "units": [u for u in org.places_for(request.actor, "org.people") if u.pk != person.unit_id],
        "roles": tree.roles() if permissions.may(request.actor, "grants.give", None) else [],
    }
    return draw(request, "access/move.html", shown, status=422 if wrong else 200)


def suspend(request: Any, person_id: int) -> HttpResponse:
    """For a while nothing opens; or the end of it."""
    person = tree.person(request.actor, person_id)
    wrong: dict[str, list[str]] = {}
    if request.method == "POST":
        try:
            return done(request, reverse("person", args=[person_id]), _suspend(request, person))
        except Invalid as error:
            wrong = error.fields
    shown = {"person": person, "wrong": wrong, "given": request.POST}
    shown |= {"suspension": queries.suspension_of(person), "doors": queries.before_leaving(person)["doors"]}
    return draw(request, "access/suspend.html", shown, status=422 if wrong else 200)


def _move(request: Any) -> dict[str, Any]:
    given = request.POST
    days = given.get("days", "").strip()
    if days and text.number(days) is None:
        raise Invalid({"days": [_("Give a whole number of days.")]})
    role = text.number(given.get("role", ""))
    return {
        "to": org.unit(request.actor, text.number(given.get("unit", "")) or 0),
        "reason": given.get("reason", ""),
        "ends": [tree.grant(request.actor, pk) for pk in text.numbers(given.getlist("ends"))[:200]],
        "role": tree.role(role) if role else None,
        "days": text.number(days) if days else None,
    }


def _suspend(request: Any, person: Any) -> str:
    if request.POST.get("resume"):
        actions.resume(request.actor, person)
        return _("%(person)s may sign in again.") % {"person": person}
    until = moment(request, "until")
    if until is None:
        raise Invalid({"until": [_("Say until when.")]})
    actions.suspend(request.actor, person, reason=request.POST.get("reason", ""), until=until)
    return _("Nothing opens for %(person)s any more, until then.") % {"person": person}


def _in_force(grant: Any) -> bool:
    return grant.ended_at is None and (grant.ends_at is None or grant.ends_at > clock.now())


PERSON = "people/<int:person_id>/"
urlpatterns = [
    screen(PERSON + "move/", move, may="org.people", name="person_move", does="person.move"),
    screen(
        PERSON + "suspend/",
        suspend,
        may="org.people",
        name="person_suspend",
        does=("person.suspend", "person.resume"),
    ),
]
