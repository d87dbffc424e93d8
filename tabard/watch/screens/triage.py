"""Sightings: the list that is worked off by keys, one of them beside ours, and what follows from it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tabard.kernel import text
from tabard.kernel.errors import Invalid
from tabard.kernel.opened import Opened
from tabard.kernel.permissions import demand
from tabard.kernel.screen import done, download, draw, is_part, list_of, params, parts, screen, why_not
from tabard.org.queries import person_named, place_for, places_for, unit
from tabard.watch import actions, cases, queries
from tabard.watch.forms import AdoptForm, FactsForm
from tabard.watch.keyed import buttons


def index(request: Any) -> HttpResponse:
    page = queries.sightings(request.actor, request.scope, params(request))
    shown = list_of(request, queries.SIGHTINGS, page, "watch_csv") | {"buttons": _buttons()}
    shown["why_not"] = why_not(request, "watch.decide", queries.whole())
    for row in page.rows:
        row.closed = why_not(request, "watch.decide", row)
    return draw(request, "watch/index.html", shown, part="watch/_list.html")


def _buttons() -> SafeString:
    return buttons("decision", queries.DECISIONS)


def export(request: Any) -> Any:
    rows = queries.exported(request.actor, request.scope, params(request))
    return download(queries.SIGHTINGS.csv(rows, params(request)), "sightings.csv")


def one(request: Any, sighting_id: int) -> HttpResponse:
    """What is known of it beside what is known of ours."""
    found = queries.sighting(request.actor, sighting_id)
    undone = text.number(request.GET.get("undo", ""))
    shown = {
        "sighting": found,
        "decisions": queries.DECISIONS,
        "reports": queries.reports(request.actor, found),
        "like_it": queries.like_it(found),
        "why_not": why_not(request, "watch.decide", found),
        "undo": queries.shown(request.actor, undone),
        "case": cases.of_sighting(request.actor, found),
        "may_open": found.decision in actions.FOR_CASES and not found.in_register,
    }
    return draw(request, "watch/sighting.html", shown)


@require_POST
def decision(request: Any, sighting_id: int) -> HttpResponse:
    """Decide, or take that back; from the list its row comes back, from its page the next one."""
    found = queries.sighting(request.actor, sighting_id)
    form = request.POST
    what = form.get("decision", "")
    if what == "reopen":
        actions.reopen(request.actor, found)
        said = _("%(handle)s is to be decided again.") % {"handle": found.handle}
    else:
        actions.decide(
            request.actor, found, decision=what, words=form.get("words", ""), seen=form.get("seen", "")
        )
        word = queries.DECISIONS[what]
        said = _("%(handle)s: %(decision)s.") % {"handle": found.handle, "decision": word}
    if is_part(request):
        return _row(request, sighting_id, said)
    return done(request, _onward(request, found, what), said)


def _row(request: Any, sighting_id: int, said: str) -> HttpResponse:
    row = queries.sighting(request.actor, sighting_id)
    return parts(request, ("watch/_row.html", {"s": row, "buttons": _buttons(), "fresh": True}))


def _onward(request: Any, found: Any, what: str) -> str:
    """The next that waits, with the way back; its own page where nothing is left or more is to do with it."""
    here = reverse("sighting", args=[found.pk])
    if what not in queries.DECISIONS or what in queries.MORE_TO_DO:
        return here
    next_one = queries.next_after(request.actor, request.scope, found)
    return f"{reverse('sighting', args=[next_one.pk])}?undo={found.pk}" if next_one else here


def facts(request: Any, sighting_id: int) -> HttpResponse:
    found = queries.sighting(request.actor, sighting_id)
    demand(request.actor, "watch.decide", found)
    opened = Opened(request.POST, found.form_values())
    form = FactsForm(opened.shown if request.method == "POST" else None, request.FILES, initial=opened.shown)
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in opened.mine}
        file = form.cleaned_data["picture"]
        try:
            picture = file.read(queries.LARGEST + 1) if file else b""
            actions.describe(request.actor, found, picture=picture, **given, was=opened.base)
        except Invalid as refused:
            opened.refused(refused)
            form = FactsForm(opened.shown)
            form.refuse(refused)
        else:
            return done(request, reverse("sighting", args=[sighting_id]), _("Saved."))
    shown = {"form": form, "sighting": found, "opened": opened}
    return draw(request, "watch/facts.html", shown, status=422 if form.errors else 200)


def adopt(request: Any, sighting_id: int) -> HttpResponse:
    """Take it into the register."""
    found = queries.sighting(request.actor, sighting_id)
    demand(request.actor, "watch.decide", found)
    units = places_for(request.actor, "channels.edit")
    here = place_for(request.actor, request.scope, "channels.edit")
    form = AdoptForm(request.POST or None, initial={"unit": here.pk, "name": found.name}, units=units)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        try:
            given["unit"] = unit(request.actor, given["unit"])
            for name in ("owner", "deputy"):
                given[name] = person_named(request.actor, given[name], name)
            made = actions.adopt(request.actor, found, **given)
        except Invalid as refused:
            form.refuse(refused)
        else:
            said = _("It is in the register as a proposed channel.")
            return done(request, reverse("channel", args=[made.channel_id]), said)
    shown = {"form": form, "sighting": found}
    return draw(request, "watch/adopt.html", shown, status=422 if form.errors else 200)


@require_POST
def compare(request: Any) -> HttpResponse:
    changed = actions.compare(request.actor, queries.whole())
    return done(request, reverse("watch"), _("Compared with the register. Changed: %(n)s.") % {"n": changed})


ONE = "watch/<int:sighting_id>/"
urlpatterns = [
    screen("watch/", index, may="watch.see", name="watch"),
    screen("watch/csv/", export, may="watch.see", name="watch_csv", page=False),
    screen(
        "watch/comparison/",
        compare,
        may="watch.decide",
        name="watch_compare",
        does="sighting.compare",
        page=False,
    ),
    screen(ONE, one, may="watch.see", name="sighting"),
    screen(
        ONE + "decision/",
        decision,
        may="watch.decide",
        name="sighting_decision",
        does=("sighting.decide", "sighting.reopen"),
        page=False,
    ),
    screen(ONE + "facts/", facts, may="watch.decide", name="sighting_facts", does="sighting.describe"),
    screen(ONE + "adoption/", adopt, may="watch.decide", name="sighting_adopt", does="sighting.adopt"),
]
