"""Reorganisations: planned, everything given a new owner, carried out at once."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from tabard.kernel import text
from tabard.kernel.errors import Invalid
from tabard.kernel.screen import done, download, draw, list_of, params, why_not
from tabard.org import actions, lists, queries, tree

# How many things of one kind can be given away one by one on the page.
ITEMS = 200


def index(request: Any) -> HttpResponse:
    page = lists.changes(request.actor, request.scope, params(request))
    shown = list_of(request, lists.CHANGES, page, "reorganisations_csv")
    return draw(request, "org/reorganisations.html", shown, part="org/_reorganisations.html")


def export(request: Any) -> Any:
    rows = lists.visible_changes(request.actor, request.scope)
    return download(lists.CHANGES.csv(rows, params(request)), "reorganisations.csv")


def plan(request: Any, unit_id: int) -> HttpResponse:
    unit = queries.unit(request.actor, unit_id)
    wrong: dict[str, list[str]] = {}
    if request.method == "POST":
        target = request.POST.get("target", "")
        try:
            made = actions.plan(
                request.actor,
                unit,
                kind=request.POST.get("kind", ""),
                reason=request.POST.get("reason", ""),
                target=queries.unit(request.actor, text.number(target) or 0) if target else None,
                parts=request.POST.get("parts", "").splitlines(),
            )
            return done(request, reverse("reorganisation", args=[made.pk]))
        except Invalid as error:
            wrong = error.fields
    others = [
        u for u in queries.places_for(request.actor, "org.reorganise") if not u.path.startswith(unit.path)
    ]
    shown = {"unit": unit, "others": others, "wrong": wrong, "given": request.POST}
    return draw(request, "org/reorganise.html", shown, status=422 if wrong else 200)


def change(request: Any, change_id: int) -> HttpResponse:
    """One planned change: what the unit holds, who gets it, and carrying it out."""
    found = tree.reorganisation(request.actor, change_id)
    wrong: list[str] = []
    if request.method == "POST":
        try:
            said = _carry_on(request, found)
            return done(request, reverse("reorganisation", args=[change_id]), said)
        except Invalid as error:
            wrong = [s for sentences in error.fields.values() for s in sentences]
    shown = {"change": found, "wrong": wrong, "why_not": why_not(request, "org.reorganise", found)}
    shown |= _plan_of(request, found)
    return draw(request, "org/reorganisation.html", shown, status=422 if wrong else 200)


def _plan_of(request: Any, found: Any) -> dict[str, Any]:
    """What the unit holds, who gets it so far, and who could."""
    held = tree.held_by_unit(found.unit, of=request.GET.get("each", ""))
    whole = {name: given["all"] for name, given in found.plan.items() if "all" in given}
    others = queries.places_for(request.actor, "org.reorganise")
    owners = [(f"part:{n}", part["name"]) for n, part in enumerate(found.parts)]
    owners += [(str(u.pk), u.name) for u in others if not u.path.startswith(found.unit.path)]
    closes = found.kind in {"merge", "close"}
    names = dict(owners)
    rows = []
    for h in held:
        given = found.plan.get(h.holding.name, {})
        each = [(i, names.get(str(given.get(str(i.id), "")), "")) for i in h.items[:ITEMS]]
        rows.append((h, str(whole.get(h.holding.name, "")), each))
    return {
        "rows": rows,
        "open": [h for h in held if closes and h.holding.name not in whole],
        "owners": owners,
    }


def _carry_on(request: Any, found: Any) -> str:
    if request.POST.get("cancel"):
        actions.cancel(request.actor, found)
        return _("Cancelled. Everything stays as it is.")
    given: dict[str, dict[str, Any]] = {}
    for name, owner in request.POST.items():
        if name.startswith("all:"):
            given.setdefault(name.removeprefix("all:"), {})["all"] = owner
        elif name.startswith("to:"):
            holding = name.removeprefix("to:")
            marked = request.POST.getlist(f"some:{holding}")
            given.setdefault(holding, {}).update((item, owner) for item in marked if item.isdigit())
    changed = actions.assign(request.actor, found, plan=given) if given else found
    if request.POST.get("carry_out"):
        actions.carry_out(request.actor, changed)
        return _("Done. Everything has its new owner.")
    return _("Saved.")
