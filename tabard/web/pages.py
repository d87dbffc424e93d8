"""Today, the scope switcher and the palette: what belongs to the frame and asks every app."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import get_script_prefix

from tabard.kernel import clock, today
from tabard.kernel.screen import draw
from tabard.org.queries import tree
from tabard.web.find import find as found
from tabard.web.shapes import ScopeEntry


def index(request: Any) -> HttpResponse:
    """What needs me now, in this scope."""
    needs = today.needs(request.actor, request.scope)
    groups = [(name, [n for n in needs if n.group == name]) for name in ("now", "today", "week")]
    shown = {"count": len(needs), "groups": [g for g in groups if g[1]], "now": clock.now()}
    return draw(request, "today/index.html", shown, part="today/_needs.html")


def needs(request: Any) -> HttpResponse:
    """How many they are, for the rail: asked for once the page stands, so that no page waits for it."""
    count = len(today.needs(request.actor, request.scope))
    return draw(request, "today/count.html", {"count": count})


def scope(request: Any) -> HttpResponse:
    """The units one can look at. The first is the whole organisation."""
    units = tree(request.actor)
    top = min((u.depth for u in units), default=0)
    here = request.scope.pk if request.scope else None
    entries = [
        ScopeEntry(
            u.name,
            "/" if u.parent_id is None else f"/@{u.slug}/",
            u.arms,
            u.depth - top,
            u.pk == here or (here is None and u.parent_id is None),
        )
        for u in units
    ]
    return draw(
        request, "web/scope.html", {"entries": entries, "prefix": get_script_prefix()}, part="web/_scope.html"
    )


def find(request: Any) -> HttpResponse:
    """What the palette shows for `q`."""
    words = request.GET.get("q", "")[:200].replace("\x00", "")
    return draw(
        request,
        "web/find.html",
        {"entries": found(request.actor, words), "query": words},
        part="web/_find.html",
    )
