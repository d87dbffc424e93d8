"""Platforms: the catalogue with what we do on each, and what they announce to change."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from tabard.kernel import clock, text
from tabard.kernel.errors import Invalid, Missing
from tabard.kernel.screen import done, download, draw, list_of, params, screen, why_not
from tabard.life import actions, changes
from tabard.life.placements import placements_of
from tabard.life.screens.days import day
from tabard.org.queries import person_named
from tabard.org.screens.units import person_of
from tabard.org.tree import root
from tabard.register import queries as register
from tabard.register.actions import set_stage


def catalogue(request: Any) -> HttpResponse:
    wrong: dict[str, list[str]] = {}
    if request.method == "POST":
        given = {name: request.POST.get(name, "") for name in ("platform", "stage", "reason")}
        try:
            set_stage(request.actor, root(request.actor), **given)
            return done(request, reverse("platforms"), _("Saved."))
        except Invalid as error:
            wrong = error.fields
    shown = {
        "platforms": changes.catalogue(request.actor),
        "facts": changes.facts_of(request.GET.get("platform", "")),
        "today": clock.today(),
        "stages": register.STAGES,
        "wrong": wrong,
        "given": request.POST or request.GET,
        "why_not": why_not(request, "policies.set", root(request.actor)),
        "why_not_add": why_not(request, "channels.edit", root(request.actor)),
        "why_not_apps": why_not(request, "platforms.apps", root(request.actor)),
    }
    return draw(request, "life/platforms.html", shown, status=422 if wrong else 200)


def index(request: Any) -> HttpResponse:
    """What platforms change; `?open=12` shows one above the list, with whom it touches."""
    opened, wrong = _opened(request), {}
    if request.method == "POST":
        try:
            return done(request, reverse("platform_changes"), _act(request))
        except Invalid as error:
            wrong = error.fields
    page = changes.changes(request.actor, params(request))
    shown = {
        **list_of(request, changes.CHANGES, page, "platform_changes_csv"),
        "opened": opened,
        "touched": changes.touched(request.actor, opened) if opened else None,
        "mine": opened is not None and opened.owner_id == request.actor.person_id,
        "today": clock.today(),
        "wrong": wrong,
        "given": request.POST,
        "why_not": why_not(request, "channels.edit", root(request.actor)),
    }
    part = None if opened else "life/_changes.html"
    return draw(request, "life/changes.html", shown, part=part, status=422 if wrong else 200)


def _opened(request: Any) -> Any:
    asked = text.number(request.POST.get("change", "") or request.GET.get("open", ""))
    if asked is None:
        return None
    try:
        return changes.one_change(asked)
    except Missing:
        if request.method == "POST":
            raise
        return None


def _act(request: Any) -> str:
    by, given = request.actor, request.POST
    found = changes.one_change(text.number(given.get("change", "")))
    if given.get("do") == "give":
        due_on = day(given.get("due_on", ""), "due_on")
        actions.give_change(by, found, owner=person_of(request, "owner"), due_on=due_on)
        return _("Saved.")
    actions.end_change(by, found, outcome=given.get("do", ""), words=given.get("words", ""))
    return _("It is over.")


def export(request: Any) -> Any:
    return download(changes.CHANGES.csv(changes.visible(), params(request)), "platform-changes.csv")


def new(request: Any) -> HttpResponse:
    """Write one down; `?fact=` begins from one that is known here."""
    wrong: dict[str, list[str]] = {}
    if request.method == "POST":
        try:
            made = actions.add_change(request.actor, root(request.actor), **_given(request))
            return done(request, f"{reverse('platform_changes')}?open={made.pk}", _("Written down."))
        except Invalid as error:
            wrong = error.fields
    fact = changes.fact_named(request.GET.get("fact", ""))
    first = {} if fact is None else {name: getattr(fact, name) for name in ("platform", "title", "what")}
    first |= {} if fact is None else {"source": fact.source, "takes_effect": fact.on.isoformat()}
    platform = request.POST.get("platform") or request.GET.get("platform") or first.get("platform", "")
    shown = {
        "platforms": register.platforms(),
        "placements": placements_of(platform),
        "chosen": request.POST.getlist("placements"),
        "given": request.POST if request.method == "POST" else {**first, "platform": platform},
        "wrong": wrong,
    }
    return draw(request, "life/change_new.html", shown, status=422 if wrong else 200)


def _given(request: Any) -> dict[str, Any]:
    given = {name: request.POST.get(name, "") for name in ("platform", "title", "what", "source")}
    days = {name: day(request.POST.get(name, ""), name) for name in ("takes_effect", "due_on")}
    owner = person_named(request.actor, request.POST.get("owner", ""), "owner")
    return {**given, **days, "owner": owner, "placements": request.POST.getlist("placements")}


urlpatterns = [
    screen("platforms/", catalogue, may="channels.see", name="platforms", does="platform.stage"),
    screen(
        "platforms/changes/",
        index,
        may="channels.see",
        name="platform_changes",
        does=("platform_change.give", "platform_change.end"),
    ),
    screen("platforms/changes/csv/", export, may="channels.see", name="platform_changes_csv", page=False),
    screen(
        "platforms/changes/new/",
        new,
        may="channels.edit",
        name="platform_change_new",
        does="platform_change.add",
    ),
]
