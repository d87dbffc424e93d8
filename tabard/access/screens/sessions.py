"""Sessions: one's own, and those of others for whoever may end them."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from tabard.access import actions, queries
from tabard.access.queries.lists import SESSIONS
from tabard.kernel import text
from tabard.kernel.errors import Invalid
from tabard.kernel.permissions import SIGNED_IN
from tabard.kernel.screen import done, download, draw, list_of, params, screen
from tabard.org import tree


def own(request: Any) -> HttpResponse:
    """Where one is signed in."""
    if request.method == "POST":
        if request.POST.get("others"):
            actions.end_other_sessions(request.actor, request.user)
            return done(request, reverse("sessions"), _("You are signed in here only."))
        number = text.number(request.POST.get("end", ""))
        actions.end_session(request.actor, queries.session(request.actor, number or 0))
        return done(request, reverse("sessions"), _("That session has ended."))
    page = SESSIONS.page(request.actor, queries.own_sessions(request.actor), params(request))
    shown = {**list_of(request, SESSIONS, page, "sessions_csv"), "here": request.actor.session_id}
    return draw(request, "access/sessions.html", shown, part="access/_sessions.html")


def own_csv(request: Any) -> Any:
    return download(SESSIONS.csv(queries.own_sessions(request.actor), params(request)), "sessions.csv")


def of_person(request: Any, person_id: int) -> HttpResponse:
    """Where somebody else is signed in, and ending it."""
    person = tree.person(request.actor, person_id)
    wrong: dict[str, list[str]] = {}
    if request.method == "POST":
        try:
            return done(request, reverse("person_sessions", args=[person_id]), _act(request, person))
        except Invalid as error:
            wrong = error.fields
    page = SESSIONS.page(request.actor, queries.sessions_of(request.actor, person), params(request))
    shown = list_of(request, SESSIONS, page, "person_sessions_csv", person_id) | {
        "person": person,
        "factor": queries.factor_of(request.actor, person),
        "wrong": wrong,
        "given": request.POST,
    }
    part = None if wrong else "access/_person_sessions.html"
    return draw(request, "access/person_sessions.html", shown, part=part, status=422 if wrong else 200)


def of_person_csv(request: Any, person_id: int) -> Any:
    rows = queries.sessions_of(request.actor, tree.person(request.actor, person_id))
    return download(SESSIONS.csv(rows, params(request)), "sessions.csv")


def _act(request: Any, person: Any) -> str:
    reason = request.POST.get("reason", "")
    if request.POST.get("factors"):
        actions.forget_factors(request.actor, person, reason=reason)
        return _("They sign in without a second factor once, and set up a new one.")
    if request.POST.get("all"):
        actions.sign_out(request.actor, person, reason=reason)
        return _("%(person)s is signed in nowhere.") % {"person": person}
    number = text.number(request.POST.get("end", ""))
    actions.throw_out(request.actor, queries.session(request.actor, number or 0), reason=reason)
    return _("That session has ended.")


urlpatterns = [
    screen("sessions/", own, may=SIGNED_IN, name="sessions", does=("session.end", "session.end_others")),
    screen("sessions/csv/", own_csv, may=SIGNED_IN, name="sessions_csv", page=False),
    screen(
        "people/<int:person_id>/sessions/csv/",
        of_person_csv,
        may="sessions.end",
        name="person_sessions_csv",
        page=False,
    ),
    screen(
        "people/<int:person_id>/sessions/",
        of_person,
        may="sessions.end",
        name="person_sessions",
        does=("session.throw_out", "person.sign_out", "person.forget_factors"),
    ),
]
