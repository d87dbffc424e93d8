"""Telling of accounts: recording what was found, and tips of anybody who is signed in."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from tabard.kernel.actions import scanned
from tabard.kernel.errors import Invalid
from tabard.kernel.permissions import SIGNED_IN
from tabard.kernel.screen import done, draw, screen
from tabard.org.queries import place_for
from tabard.register.queries import choosable
from tabard.watch import actions, queries
from tabard.watch.forms import RecordForm, TipForm
from tabard.watch.reading import LARGEST, lines, rows_of


def record(request: Any) -> HttpResponse:
    """Links that were pasted, or a file; what became of each row is shown."""
    here = place_for(request.actor, request.scope, "watch.decide")
    form = RecordForm(request.POST or None, request.FILES or None, platforms=choosable())
    recorded = None
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            file = given["file"]
            pasted = lines(given["links"], given["platform"])
            rows = _brought(request, file) if file else pasted
            source = "file" if file else "link"
            recorded = actions.record(request.actor, here, rows=rows, source=source, words=given["words"])
        except Invalid as refused:
            form.refuse(refused)
    shown = {"form": form, "recorded": recorded, "words": queries.OUTCOMES, "here": here}
    return draw(request, "watch/record.html", shown, status=422 if form.errors else 200)


def _brought(request: Any, file: Any) -> list[dict[str, str]]:
    return rows_of(file.name, scanned(request.actor, file.read(LARGEST + 1), name=file.name))


def tips(request: Any) -> HttpResponse:
    """What I told, what became of it, and telling something."""
    form = TipForm(request.POST or None, platforms=choosable())
    if request.method == "POST" and form.is_valid():
        try:
            actions.tip(request.actor, queries.whole(), **form.cleaned_data)
        except Invalid as refused:
            form.refuse(refused)
        else:
            said = _("Thank you. You will hear what we find.")
            return done(request, reverse("tips"), said)
    shown = {"form": form, "tips": queries.tips(request.actor)}
    return draw(request, "watch/tips.html", shown, status=422 if form.errors else 200)


urlpatterns = [
    screen("watch/new/", record, may="watch.decide", name="watch_record", does="sighting.record"),
    screen("watch/tips/", tips, may=SIGNED_IN, name="tips", does="sighting.tip"),
]
