"""Leaving: what will end and who gets what, then the record of it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from tabard.access import actions, queries
from tabard.access.queries.departures import DEPARTURES, visible
from tabard.kernel.errors import Invalid
from tabard.kernel.screen import done, download, draw, params, screen
from tabard.org import tree
from tabard.org.screens.units import person_of


def leave(request: Any, person_id: int) -> HttpResponse:
    person = tree.person(request.actor, person_id)
    wrong: dict[str, list[str]] = {}
    if request.method == "POST":
        try:
            to = person_of(request, "to")
            made = actions.leave(request.actor, person, reason=request.POST.get("reason", ""), to=to)
            said = _("%(person)s has left. Nothing opens for them any more.") % {"person": person}
            return done(request, reverse("departure", args=[made.pk]), said)
        except Invalid as error:
            wrong = error.fields
    shown = {"person": person, "wrong": wrong, "given": request.POST}
    shown |= queries.before_leaving(person)
    return draw(request, "access/leave.html", shown, status=422 if wrong else 200)


def come_back(request: Any, person_id: int) -> HttpResponse:
    person = tree.person(request.actor, person_id)
    if request.method == "POST":
        actions.come_back(request.actor, person)
    return done(request, reverse("person", args=[person_id]))


def index(request: Any) -> HttpResponse:
    page = queries.departures(request.actor, request.scope, params(request))
    shown = {"page": page, "csv": f"{reverse('departures_csv')}?{request.GET.urlencode()}"}
    return draw(request, "access/departures.html", shown, part="access/_departures.html")


def export(request: Any) -> Any:
    rows = visible(request.actor, request.scope)
    return download(DEPARTURES.csv(rows, params(request)), "departures.csv")


def departure(request: Any, departure_id: int) -> HttpResponse:
    shown = {"departure": queries.departure(request.actor, departure_id)}
    return draw(request, "access/departure.html", shown)


PERSON = "people/<int:person_id>/"
urlpatterns = [
    screen(PERSON + "leave/", leave, may="org.people", name="person_leave", does="person.leave"),
    screen(
        PERSON + "return/",
        come_back,
        may="org.people",
        name="person_return",
        does="person.return",
        page=False,
    ),
    screen("departures/", index, may="org.people", name="departures"),
    screen("departures/csv/", export, may="org.people", name="departures_csv", page=False),
    screen("departures/<int:departure_id>/", departure, may="org.people", name="departure"),
]
