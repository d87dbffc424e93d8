"""Bringing a list: the file, the plan row by row, and how far it is."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from tabard.kernel import text
from tabard.kernel.errors import Invalid
from tabard.kernel.screen import done, download, draw, list_of, params
from tabard.org.queries import place_for, places_for, unit
from tabard.register import actions, import_queries, jobs
from tabard.register.shapes import Tab

OUTCOMES = {
    "new": gettext_lazy("New"),
    "changed": gettext_lazy("Changed"),
    "same": gettext_lazy("Nothing to change"),
    "refused": gettext_lazy("Refused"),
}


def index(request: Any) -> HttpResponse:
    """Imports so far, and the form that begins one."""
    wrong: dict[str, list[str]] = {}
    here = place_for(request.actor, request.scope, "channels.import")
    if request.method == "POST":
        try:
            brought = _start(request)
        except Invalid as error:
            wrong = error.fields
        else:
            return done(request, reverse("import", args=[brought.pk]))
    page = import_queries.page(request.actor, request.scope, params(request))
    shown = list_of(request, import_queries.IMPORTS, page, "imports_csv")
    shown |= {
        "units": places_for(request.actor, "channels.import"),
        "here": here,
        "wrong": [said for sentences in wrong.values() for said in sentences],
    }
    part = None if wrong else "register/_imports.html"
    return draw(request, "register/imports.html", shown, part=part, status=422 if wrong else 200)


def export(request: Any) -> Any:
    rows = import_queries.imports(request.actor, request.scope)
    return download(import_queries.IMPORTS.csv(rows, params(request)), "imports.csv")


def _start(request: Any) -> Any:
    file, said = request.FILES.get("file"), request.POST.get("unit", "")
    if file is None:
        raise Invalid({"file": [_("Choose a file.")]})
    place = unit(request.actor, text.number(said) or 0)
    said = {name: request.POST.get(name, "") for name in ("kind", "sheet")}
    brought = actions.start_import(request.actor, place, name=file.name or "", data=file.read(), **said)
    jobs.check_import.defer(import_id=brought.pk)
    return brought


def one(request: Any, import_id: int) -> HttpResponse:
    """The plan, or what came of it; the part fetches itself again while it is at work."""
    found = import_queries.brought(request.actor, import_id)
    address = reverse("import", args=[import_id])
    outcome, start = _asked(request, found)
    rows = import_queries.results(found, outcome, start)
    more = len(rows) == import_queries.SHOWN
    shown = {
        "brought": found,
        "rows": rows,
        "further": f"{address}?outcome={outcome}&after={rows[-1]['row']}" if more else "",
        "tabs": [
            Tab(str(word), f"{address}?outcome={name}", name == outcome, found.counts.get(name, 0))
            for name, word in OUTCOMES.items()
        ],
        "mapping": import_queries.mapping(found),
        "fields": import_queries.fields(found.columns.get("kind", "channels")),
    }
    return draw(request, "register/import.html", shown, part="register/_import.html")


def _asked(request: Any, found: Any) -> tuple[str, int]:
    """Which rows are looked at, and after which one; at first those that need a person most."""
    outcome, after = request.GET.get("outcome", ""), request.GET.get("after", "")
    if outcome not in OUTCOMES:
        outcome = next((o for o in ("refused", "new", "changed", "same") if found.counts.get(o)), "")
    return outcome, min(text.number(after) or 0, 10**9)


@require_POST
def columns(request: Any, import_id: int) -> HttpResponse:
    """What each column is, as somebody says by hand; then the file is checked again."""
    found = import_queries.brought(request.actor, import_id)
    said = {
        request.POST[name]: header
        for n, (header, _field) in enumerate(import_queries.mapping(found))
        if request.POST.get(name := f"column-{n}")
    }
    kind, sheet = request.POST.get("kind", ""), request.POST.get("sheet", "")
    actions.set_columns(request.actor, found, kind=kind, fields=said, sheet=sheet)
    jobs.check_import.defer(import_id=import_id)
    return done(request, reverse("import", args=[import_id]))


@require_POST
def write(request: Any, import_id: int) -> HttpResponse:
    actions.begin_import(request.actor, import_queries.brought(request.actor, import_id))
    jobs.write_import.defer(import_id=import_id)
    return done(request, reverse("import", args=[import_id]))


def refused(request: Any, import_id: int) -> Any:
    found = import_queries.brought(request.actor, import_id)
    return download(import_queries.refused_rows(found), "refused.csv")
