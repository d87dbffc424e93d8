"""How people sign in: the sources of identity, and what their groups give."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from tabard.access import actions, queries
from tabard.access.actions.sources import FLAGS, OIDC, SAML, Settings
from tabard.access.queries.lists import SOURCES
from tabard.access.screens import group_rules
from tabard.kernel import text
from tabard.kernel.errors import Invalid
from tabard.kernel.screen import done, download, draw, list_of, params, screen
from tabard.org import queries as org
from tabard.org import tree


def index(request: Any) -> HttpResponse:
    page = SOURCES.page(request.actor, queries.sources(request.actor), params(request))
    queries.with_worst(page.rows)
    shown = list_of(request, SOURCES, page, "sources_csv")
    return draw(request, "access/sources.html", shown, part="access/_sources.html")


def export(request: Any) -> Any:
    return download(SOURCES.csv(queries.sources(request.actor), params(request)), "sources.csv")


def add(request: Any) -> HttpResponse:
    wrong: dict[str, list[str]] = {}
    units = org.places_for(request.actor, "sources.edit")
    if request.method == "POST":
        try:
            place = org.unit(request.actor, text.number(request.POST.get("unit", "")) or 0)
            said = queries.as_described(_said(request))
            made = actions.add_source(request.actor, place, said=said)
            return done(request, reverse("source", args=[made.pk]), _("Saved."))
        except Invalid as error:
            wrong = error.fields
    domains = request.POST.get("domains", "")
    kind = request.POST.get("kind") or request.GET.get("kind")
    shown = {"wrong": wrong, "given": request.POST, "units": units, "domains": domains}
    shown |= {"kind": SAML if kind == SAML else OIDC}
    return draw(request, "access/source_add.html", shown, status=422 if wrong else 200)


def source(request: Any, source_id: int) -> HttpResponse:
    found = queries.source(request.actor, source_id)
    wrong: dict[str, list[str]] = {}
    if request.method == "POST":
        try:
            return done(request, reverse("source", args=[source_id]), _act(request, found))
        except Invalid as error:
            wrong = error.fields
    shown = {"source": found, "wrong": wrong, "given": request.POST, "kind": found.kind}
    shown |= queries.registered(found)
    shown |= {"certificates": queries.certificates(found)}
    shown["domains"] = request.POST.get("domains", "") if wrong else " ".join(found.domains)
    return draw(request, "access/source.html", shown, status=422 if wrong else 200)


def groups(request: Any, source_id: int) -> HttpResponse:
    """What groups give: looked at first, with everybody whom it would touch, then saved."""
    found = queries.source(request.actor, source_id)
    wrong: dict[str, list[str]] = {}
    rules = [(r.group, r.role, r.unit) for r in found.rules.select_related("role", "unit")]
    changes = None
    if request.method == "POST":
        try:
            rules = group_rules.typed(request)
            group_rules.demand_whole(rules)
            if request.POST.get("save"):
                actions.map_groups(request.actor, found, rules=rules)
                return done(request, reverse("source_groups", args=[source_id]), _("Saved."))
            changes = queries.preview(found, rules)
        except Invalid as error:
            wrong = error.fields
    shown = {"source": found, "rules": [*rules, *[None] * 3], "changes": changes, "wrong": wrong}
    shown |= {"roles": tree.roles(), "units": org.places_for(request.actor, "grants.give")}
    return draw(request, "access/source_groups.html", shown, status=422 if wrong else 200)


def _act(request: Any, found: Any) -> str:
    if request.POST.get("key") == "add":
        actions.add_source_key(request.actor, found)
        return _("The next key is made. Give its certificate to the source.")
    if request.POST.get("key") == "drop":
        actions.drop_source_key(request.actor, found)
        return _("The older key is gone.")
    if request.POST.get("read"):
        described, problem = queries.read(found)
        read = actions.take_description(request.actor, found, found=described, problem=problem)
        return read.metadata_problem or _("Read.")
    was = {"source": request.POST["was"]} if "was" in request.POST else None
    said = queries.as_described(_said(request), found)
    actions.change_source(request.actor, found, said=said, was=was)
    return _("Saved.")


def _said(request: Any) -> Settings:
    given = request.POST
    return Settings(
        name=given.get("name", ""),
        issuer=given.get("issuer", ""),
        client=given.get("client", ""),
        secret=given.get("secret", ""),
        kind=given.get("kind", OIDC),
        address=given.get("address", ""),
        logout_address=given.get("logout_address", ""),
        certificates=given.get("certificates", ""),
        metadata_address=given.get("metadata_address", ""),
        metadata_certificate=given.get("metadata_certificate", ""),
        domains=given.get("domains", "").replace(",", " ").split(),
        groups_claim=given.get("groups_claim", ""),
        **{flag: given.get(flag) == "on" for flag in FLAGS},
    )


SOURCE = "sources/<int:source_id>/"
urlpatterns = [
    screen("sources/", index, may="sources.edit", name="sources"),
    screen("sources/csv/", export, may="sources.edit", name="sources_csv", page=False),
    screen("sources/new/", add, may="sources.edit", name="source_add", does="source.add"),
    screen(
        SOURCE,
        source,
        may="sources.edit",
        name="source",
        does=("source.change", "source.key_add", "source.key_drop", "source.read"),
    ),
    screen(SOURCE + "groups/", groups, may="sources.edit", name="source_groups", does="source.map"),
]
