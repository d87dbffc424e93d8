"""What is to be changed: the list, and one of them."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tabard.kernel.errors import Invalid
from tabard.kernel.screen import done, download, draw, params, screen, why_not
from tabard.org.screens.units import person_of
from tabard.register import queries as register
from tabard.safety import actions, queries
from tabard.safety.queries.rotations import STATES


def index(request: Any) -> HttpResponse:
    page = queries.rotations(request.actor, request.scope, params(request))
    shown = {
        "page": page,
        "words": STATES,
        "choices": queries.ROTATIONS.choices(request.actor),
        "labels": {f.name: f.label for f in queries.ROTATIONS.filters},
        "csv": reverse("rotations_csv"),
    }
    return draw(request, "safety/rotations.html", shown, part="safety/_rotations.html")


def export(request: Any) -> Any:
    rows = queries.visible_rotations(request.actor, request.scope)
    return download(queries.ROTATIONS.csv(rows, params(request)), "rotations.csv")


def rotation(request: Any, rotation_id: int) -> HttpResponse:
    found = queries.rotation(request.actor, rotation_id)
    wrong: dict[str, list[str]] = {}
    if request.method == "POST":
        try:
            said = _act(request, found)
            return done(request, reverse("rotation", args=[rotation_id]), said)
        except Invalid as error:
            wrong = error.fields
    shown = {
        "rotation": found,
        "word": STATES[found.state],
        "wrong": wrong,
        "given": request.POST,
        "why_not": why_not(request, "vault.edit", found),
    }
    return draw(request, "safety/rotation.html", shown, status=422 if wrong else 200)


def _act(request: Any, found: Any) -> str:
    what = request.POST.get("do", "")
    if what == "finish":
        actions.finish(request.actor, found, evidence=request.POST.get("evidence", ""))
        return _("Done.")
    if what == "drop":
        actions.drop(request.actor, found, reason=request.POST.get("reason", ""))
        return _("It need not be changed.")
    to = person_of(request, "to")
    if to is None:
        raise Invalid({"to": [_("Choose somebody who may change it.")]})
    actions.give_rotation(request.actor, found, to=to)
    return _("%(person)s sees to it now.") % {"person": to}


@require_POST
def ask(request: Any, credential_id: int) -> HttpResponse:
    found = queries.credential(request.actor, credential_id)
    made = actions.ask_for_credential(request.actor, found, reason=request.POST.get("reason", ""))
    return done(request, reverse("rotation", args=[made.pk]), _("Asked for."))


@require_POST
def ask_for_channel(request: Any, channel_id: int) -> HttpResponse:
    found = register.channel(request.actor, channel_id)
    made = actions.ask_for_channel(request.actor, found, reason=request.POST.get("reason", ""))
    return done(request, reverse("rotation", args=[made.pk]), _("Asked for."))


urlpatterns = [
    screen("rotations/", index, may="vault.see", name="rotations"),
    screen("rotations/csv/", export, may="vault.see", name="rotations_csv", page=False),
    screen(
        "rotations/<int:rotation_id>/",
        rotation,
        may="vault.see",
        name="rotation",
        does=("rotation.finish", "rotation.drop", "rotation.give"),
    ),
    screen(
        "vault/<int:credential_id>/rotation/",
        ask,
        may="vault.edit",
        name="credential_rotation",
        does="rotation.ask",
        page=False,
    ),
    screen(
        "register/<int:channel_id>/rotation/",
        ask_for_channel,
        may="vault.edit",
        name="channel_rotation",
        does="rotation.ask_for_channel",
        page=False,
    ),
]
