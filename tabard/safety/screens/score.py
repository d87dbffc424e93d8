"""How safe channels and units are."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from tabard.kernel import permissions
from tabard.kernel.screen import download, draw, params, screen, why_not
from tabard.org import queries as org
from tabard.safety import queries
from tabard.safety.queries import score, unit_score


def index(request: Any) -> HttpResponse:
    page = score.safety(request.actor, request.scope, params(request))
    shown = {
        "page": page,
        "rows": [score.row(c) for c in page.rows],
        "choices": score.SAFETY.choices(request.actor),
        "labels": {f.name: f.label for f in score.SAFETY.filters},
        "csv": reverse("safety_csv"),
    }
    return draw(request, "safety/safety.html", shown, part="safety/_safety.html")


def export(request: Any) -> Any:
    rows = score.scored(request.actor, request.scope)
    return download(score.SAFETY.csv(rows, params(request)), "safety.csv")


def units(request: Any) -> HttpResponse:
    page = unit_score.units(request.actor, request.scope, params(request))
    shown = {
        "page": page,
        "choices": unit_score.UNITS.choices(request.actor),
        "labels": {f.name: f.label for f in unit_score.UNITS.filters},
        "csv": reverse("safety_units_csv"),
    }
    return draw(request, "safety/units.html", shown, part="safety/_units.html")


def export_units(request: Any) -> Any:
    rows = unit_score.listed(request.actor, request.scope, params(request))
    return download(unit_score.UNITS.csv_of(rows), "safety-units.csv")


def unit(request: Any, unit_id: int) -> HttpResponse:
    found = org.unit(request.actor, unit_id)
    of, worst = unit_score.unit_safety(request.actor, found, worst=20)
    return draw(request, "safety/unit.html", {"unit": found, "of": of, "rows": worst})


def channel(request: Any, channel_id: int) -> HttpResponse:
    found = score.channel_safety(request.actor, channel_id)
    kept, may_see = [], bool(permissions.may(request.actor, "vault.see", found.place()))
    if may_see:
        kept = list(queries.visible(request.actor, None).filter(channel=found)[:50])
    shown = {
        "channel": found,
        "points": score.score_of(found),
        "steps": score.steps(found),
        "credentials": kept,
        "may_see": may_see,
        "connected": hasattr(found, "connection"),
        "why_not_edit": why_not(request, "channels.edit", found),
        "why_not_keep": why_not(request, "vault.edit", found),
        "words": {True: _("well"), False: _("wrong"), None: _("not known")},
    }
    return draw(request, "safety/channel.html", shown)


urlpatterns = [
    screen("safety/", index, may="channels.see", name="safety"),
    screen("safety/csv/", export, may="channels.see", name="safety_csv", page=False),
    screen("safety/units/", units, may="channels.see", name="safety_units"),
    screen("safety/units/csv/", export_units, may="channels.see", name="safety_units_csv", page=False),
    screen("units/<int:unit_id>/safety/", unit, may="channels.see", name="unit_safety"),
    screen("register/<int:channel_id>/safety/", channel, may="channels.see", name="channel_safety"),
]
