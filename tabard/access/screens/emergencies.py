"""Emergencies: asking, answering, ending, and looking at what was done."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from tabard.access import actions, queries
from tabard.access.queries.emergencies import EMERGENCIES, visible_emergencies
from tabard.kernel import permissions, text
from tabard.kernel.errors import Invalid
from tabard.kernel.permissions import SIGNED_IN
from tabard.kernel.screen import done, download, draw, params, screen
from tabard.org import queries as org


def index(request: Any) -> HttpResponse:
    page = queries.emergencies(request.actor, request.scope, params(request))
    shown = {"page": page, "csv": f"{reverse('emergencies_csv')}?{request.GET.urlencode()}"}
    shown |= {
        "choices": EMERGENCIES.choices(request.actor),
        "labels": {f.name: f.label for f in EMERGENCIES.filters},
        "may_ask": permissions.may(request.actor, "emergency.ask", None),
    }
    return draw(request, "access/emergencies.html", shown, part="access/_emergencies.html")


def export(request: Any) -> Any:
    rows = visible_emergencies(request.actor, request.scope)
    return download(EMERGENCIES.csv(rows, params(request)), "emergencies.csv")


def ask(request: Any) -> HttpResponse:
    """The form; what it asks for begins only with the second person's yes."""
    wrong: dict[str, list[str]] = {}
    if request.method == "POST":
        try:
            made = _asked(request)
            said = _("Asked. The rights begin when the second person agrees.")
            return done(request, reverse("emergency", args=[made.pk]), said)
        except Invalid as error:
            wrong = error.fields
    shown = {"wrong": wrong, "given": request.POST, "hours": range(1, 5)}
    shown["units"] = org.places_for(request.actor, "emergency.ask")
    shown["seconds"] = queries.seconds(request.actor, shown["units"])
    return draw(request, "access/emergency_ask.html", shown, status=422 if wrong else 200)


def _asked(request: Any) -> Any:
    given = request.POST
    unit = org.unit(request.actor, text.number(given.get("unit", "")) or 0)
    return actions.ask_emergency(
        request.actor,
        unit,
        second=queries.second(request.actor, unit, text.number(given.get("second", "")) or 0),
        reason=given.get("reason", ""),
        hours=text.number(given.get("hours", "")) or 0,
    )


def emergency(request: Any, emergency_id: int) -> HttpResponse:
    found = queries.emergency(request.actor, emergency_id)
    wrong: dict[str, list[str]] = {}
    if request.method == "POST":
        try:
            return done(request, reverse("emergency", args=[emergency_id]), _act(request, found))
        except Invalid as error:
            wrong = error.fields
    me = request.actor.person_id
    shown = {"emergency": found, "wrong": wrong, "given": request.POST}
    shown["answers"] = found.state == "asked" and found.second_id == me
    shown["ends"] = found.state == "running" and _may(request, "emergency.ask", found)
    reviews = found.state == "over" and found.person_id != me
    shown["reviews"] = reviews and _may(request, "emergency.review", found)
    return draw(request, "access/emergency.html", shown, status=422 if wrong else 200)


def _may(request: Any, permission: str, found: Any) -> bool:
    return bool(permissions.may(request.actor, permission, found.place()))


def _act(request: Any, found: Any) -> str:
    given = request.POST
    if given.get("agree"):
        actions.agree_to_emergency(request.actor, found)
        return _("The rights hold now. Every owner is told.")
    if given.get("refuse"):
        actions.refuse_emergency(request.actor, found, reason=given.get("reason", ""))
        return _("Refused.")
    if given.get("end"):
        actions.end_emergency(request.actor, found)
        return _("The rights have ended.")
    actions.review_emergency(request.actor, found, review=given.get("review", ""))
    return _("Recorded.")


DOES = ("emergency.agree", "emergency.refuse", "emergency.end", "emergency.review")
urlpatterns = [
    screen("emergencies/", index, may=SIGNED_IN, name="emergencies"),
    screen("emergencies/csv/", export, may=SIGNED_IN, name="emergencies_csv", page=False),
    screen("emergencies/new/", ask, may="emergency.ask", name="emergency_ask", does="emergency.ask"),
    screen("emergencies/<int:emergency_id>/", emergency, may=SIGNED_IN, name="emergency", does=DOES),
]
