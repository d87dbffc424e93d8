"""Doubts that attestations leave: the list, and one to decide."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from tabard.kernel import text
from tabard.kernel.errors import Invalid
from tabard.kernel.screen import done, download, draw, list_of, params, why_not
from tabard.org.queries import places_for, unit
from tabard.register import actions, doubts


def index(request: Any) -> HttpResponse:
    page = doubts.doubts(request.actor, request.scope, params(request))
    shown = list_of(request, doubts.DOUBTS, page, "doubts_csv")
    return draw(request, "register/doubts.html", shown, part="register/_doubts.html")


def export(request: Any) -> Any:
    rows = doubts.visible(request.actor, request.scope)
    return download(doubts.DOUBTS.csv(rows, params(request)), "doubts.csv")


def doubt(request: Any, doubt_id: int) -> HttpResponse:
    """One doubt, and what may be decided about it."""
    found = doubts.doubt(request.actor, doubt_id)
    wrong: dict[str, list[str]] = {}
    if request.method == "POST":
        try:
            _decide(request, found)
            return done(request, reverse("doubts"), _("Decided."))
        except Invalid as error:
            wrong = error.fields
    shown = {
        "doubt": found,
        "decisions": [(d.value, d.label) for d in actions.DECISIONS[found.kind]],
        "units": [(str(u.pk), u.name) for u in places_for(request.actor, "channels.edit")],
        "wrong": wrong,
        "given": request.POST,
        "why_not": why_not(request, "channels.edit", found),
    }
    return draw(request, "register/doubt.html", shown, status=422 if wrong else 200)


def _decide(request: Any, found: Any) -> None:
    form, where = request.POST, None
    if form.get("decision") == "move" and (number := text.number(form.get("unit", ""))):
        where = unit(request.actor, number)
    decision, why = form.get("decision", ""), form.get("why", "")
    actions.decide(request.actor, found, decision=decision, words=why, unit=where)
