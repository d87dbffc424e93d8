"""Who may do what, and why: asked by person, place, right and day."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from tabard.kernel import clock, permissions
from tabard.kernel.errors import Invalid
from tabard.kernel.screen import download, draw
from tabard.org.queries import tree
from tabard.register import who

SHOWN = 100
NAMES = ("person", "unit", "channel", "right", "day")


def index(request: Any) -> HttpResponse:
    given = {name: request.GET.get(name, "")[:200] for name in NAMES}
    asked, answer, wrong = None, None, {}
    try:
        asked = who.question(request.actor, given, request.user.zone)
        answer = asked.ask(request.actor)
    except Invalid as error:
        wrong = error.fields
    shown = {
        "given": given,
        "asked": asked,
        "answer": answer,
        "shown": answer.rows[:SHOWN] if answer else [],
        "wrong": wrong,
        "now": clock.now(),
        "rights": list(permissions.catalogue().items()),
        "units": [(str(u.pk), u.name) for u in tree(request.actor)],
        "csv": f"{reverse('who_csv')}?{request.GET.urlencode()}",
    }
    return draw(request, "register/who.html", shown, status=422 if wrong else 200)


def export(request: Any) -> Any:
    given = {name: request.GET.get(name, "")[:200] for name in NAMES}
    asked = who.question(request.actor, given, request.user.zone)
    return download(who.lines(asked.ask(request.actor)), "who-may-what.csv")
