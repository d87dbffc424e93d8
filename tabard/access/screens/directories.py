"""Directories: which are believed, their tokens, what their groups give and where they put people."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from tabard.access import actions, queries
from tabard.access.actions.directories import Placing, ranked
from tabard.access.queries.lists import DIRECTORIES
from tabard.access.rules import ATTRIBUTES
from tabard.access.screens import group_rules
from tabard.kernel import clock, text
from tabard.kernel.errors import Invalid
from tabard.kernel.screen import done, download, draw, list_of, params, screen
from tabard.org import queries as org
from tabard.org import tree


def index(request: Any) -> HttpResponse:
    page = DIRECTORIES.page(request.actor, queries.directories(request.actor), params(request))
    shown = list_of(request, DIRECTORIES, page, "directories_csv")
    return draw(request, "access/directories.html", shown, part="access/_directories.html")


def export(request: Any) -> Any:
    return download(DIRECTORIES.csv(queries.directories(request.actor), params(request)), "directories.csv")


def add(request: Any) -> HttpResponse:
    wrong: dict[str, list[str]] = {}
    if request.method == "POST":
        try:
            said = _said(request)
            made = actions.add_directory(request.actor, said.pop("unit"), **said)
            return done(request, reverse("directory", args=[made.pk]), _("Saved."))
        except Invalid as error:
            wrong = error.fields
    shown = {"wrong": wrong, "given": request.POST, "units": org.places_for(request.actor, "sources.edit")}
    return draw(request, "access/directory_add.html", shown, status=422 if wrong else 200)


def directory(request: Any, directory_id: int) -> HttpResponse:
    found = queries.directory(request.actor, directory_id)
    wrong: dict[str, list[str]] = {}
    made = None
    if request.method == "POST":
        try:
            if not request.POST.get("token"):
                return done(request, reverse("directory", args=[directory_id]), _act(request, found))
            days = text.number(request.POST.get("days", "")) or 365
            end = clock.now() + timedelta(days=min(days, 10_000))
            made = actions.make_directory_token(request.actor, found, ends_at=end)
        except Invalid as error:
            wrong = error.fields
    shown = {"directory": found, "wrong": wrong, "given": request.POST, "made": made}
    shown |= {
        "tokens": found.tokens.select_related("keeper")[:50],
        "groups": found.groups.count(),
        "address": f"{settings.PUBLIC_URL}/scim/v2",
        "units": org.places_for(request.actor, "sources.edit"),
    }
    return draw(request, "access/directory.html", shown, status=422 if wrong else 200)


def groups(request: Any, directory_id: int) -> HttpResponse:
    """What groups give: looked at first, with everybody whom it would touch, then saved."""
    found = queries.directory(request.actor, directory_id)
    wrong: dict[str, list[str]] = {}
    rules, changes = queries.group_rules(found), None
    if request.method == "POST":
        try:
            rules = group_rules.typed(request)
            group_rules.demand_whole(rules)
            if request.POST.get("save"):
                actions.map_directory_groups(request.actor, found, rules=rules)
                return done(request, reverse("directory_groups", args=[directory_id]), _("Saved."))
            changes = queries.preview(found, rules)
        except Invalid as error:
            wrong = error.fields
    known = found.groups.order_by("name").values_list("name", flat=True)[:500]
    shown = {"directory": found, "rules": [*rules, *[None] * 3], "changes": changes, "wrong": wrong}
    shown |= {"roles": tree.roles(), "units": org.places_for(request.actor, "grants.give"), "known": known}
    return draw(request, "access/directory_groups.html", shown, status=422 if wrong else 200)


def places(request: Any, directory_id: int) -> HttpResponse:
    """Where people land: looked at first, then saved."""
    found = queries.directory(request.actor, directory_id)
    wrong: dict[str, list[str]] = {}
    rules, moves = queries.place_rules(found), None
    if request.method == "POST":
        try:
            given = _placings(request)
            rules = ranked(found, given)
            if request.POST.get("save"):
                actions.place_people(request.actor, found, rules=given)
                return done(request, reverse("directory_places", args=[directory_id]), _("Saved."))
            moves = queries.preview_places(found, rules)
        except Invalid as error:
            wrong = error.fields
    shown = {"directory": found, "rules": [*rules, *[None] * 3], "moves": moves, "wrong": wrong}
    shown |= {"attributes": ATTRIBUTES, "roles": tree.roles()}
    shown |= {"units": org.places_for(request.actor, "org.people")}
    return draw(request, "access/directory_places.html", shown, status=422 if wrong else 200)


def _act(request: Any, found: Any) -> str:
    ended = text.number(request.POST.get("end", ""))
    if ended is not None:
        actions.end_directory_token(request.actor, queries.directory_token(request.actor, ended))
        return _("The token has ended.")
    was = {"directory": request.POST["was"]} if "was" in request.POST else None
    actions.change_directory(request.actor, found, **_said(request), was=was)
    return _("Saved.")


def _said(request: Any) -> dict[str, Any]:
    given = request.POST
    return {
        "name": given.get("name", ""),
        "unit": org.unit(request.actor, text.number(given.get("unit", "")) or 0),
        "domains": given.get("domains", "").replace(",", " ").split(),
        "links": given.get("links") == "on",
    }


def _placings(request: Any) -> list[Placing]:
    names = ("attribute", "value", "unit", "role")
    lists = zip(*(request.POST.getlist(n)[:500] for n in names), strict=False)
    return [
        (
            attribute,
            value,
            org.unit(request.actor, text.number(unit) or 0),
            tree.role(number) if (number := text.number(role)) else None,
        )
        for attribute, value, unit, role in lists
        if text.name(value)
    ]


ONE = "directories/<int:directory_id>/"
urlpatterns = [
    screen("directories/", index, may="sources.edit", name="directories"),
    screen("directories/csv/", export, may="sources.edit", name="directories_csv", page=False),
    screen("directories/new/", add, may="sources.edit", name="directory_add", does="directory.add"),
    screen(
        ONE,
        directory,
        may="sources.edit",
        name="directory",
        does=("directory.change", "directory.token", "directory.token_end"),
    ),
    screen(ONE + "groups/", groups, may="sources.edit", name="directory_groups", does="directory.map"),
    screen(ONE + "places/", places, may="sources.edit", name="directory_places", does="directory.place"),
]
