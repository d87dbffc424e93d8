"""The audit log on screen."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse

from tabard.audit import queries
from tabard.kernel.permissions import may
from tabard.kernel.screen import download, draw, params, screen


def index(request: Any) -> HttpResponse:
    page = queries.entries(request.actor, request.scope, params(request))
    export = bool(may(request.actor, "audit.export", None))
    shown = {
        "page": page,
        "choices": queries.LOG.choices(request.actor),
        "labels": {f.name: f.label for f in queries.LOG.filters},
        "csv": f"{reverse('audit_csv')}?{request.GET.urlencode()}" if export else "",
        "since": request.GET.get("since", ""),
        "until": request.GET.get("until", ""),
        "may_keep": bool(may(request.actor, "audit.keep", None)),
        "only": f"?{urlencode({'only': request.GET.urlencode()})}" if request.GET else "",
        "may_export": export,
    }
    return draw(request, "audit/index.html", shown, part="audit/_rows.html")


def export(request: Any) -> Any:
    return download(
        queries.LOG.csv(queries.exportable(request.actor, request.scope), params(request)), "audit.csv"
    )


def entry(request: Any, entry_id: int) -> HttpResponse:
    return draw(request, "audit/entry.html", {"entry": queries.entry(request.actor, entry_id)})


urlpatterns = [
    screen("audit/", index, may="audit.see", name="audit"),
    screen("audit/csv/", export, may="audit.export", name="audit_csv", page=False, step_up=True),
    screen("audit/<int:entry_id>/", entry, may="audit.see", name="audit_entry"),
]
