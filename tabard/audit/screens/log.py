"""The audit log on screen."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from tabard.audit import queries
from tabard.kernel.permissions import may
from tabard.kernel.screen import download, draw, params, screen


def index(request: Any) -> HttpResponse:
    page = queries.entries(request.actor, request.scope, params(request))
    shown = {
        "page": page,
        "choices": queries.LOG.choices(request.actor),
        "labels": {f.name: f.label for f in queries.LOG.filters},
        "csv": f"{reverse('audit_csv')}?{request.GET.urlencode()}",
        "since": request.GET.get("since", ""),
        "until": request.GET.get("until", ""),
        **{f"may_{what}": bool(may(request.actor, f"audit.{what}", None)) for what in ("keep", "export")},
    }
    return draw(request, "audit/index.html", shown, part="audit/_rows.html")


def export(request: Any) -> Any:
    return download(
        queries.LOG.csv(queries.visible(request.actor, request.scope), params(request)), "audit.csv"
    )


def entry(request: Any, entry_id: int) -> HttpResponse:
    return draw(request, "audit/entry.html", {"entry": queries.entry(request.actor, entry_id)})


urlpatterns = [
    screen("audit/", index, may="audit.see", name="audit"),
    screen("audit/csv/", export, may="audit.see", name="audit_csv", page=False),
    screen("audit/<int:entry_id>/", entry, may="audit.see", name="audit_entry"),
]
