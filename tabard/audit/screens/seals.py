"""How the chain of seals stands."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from tabard.audit.kept import SEALS
from tabard.audit.queries import seals
from tabard.kernel.screen import download, draw, list_of, params, screen


def index(request: Any) -> HttpResponse:
    page = seals.page(request.actor, params(request))
    shown = list_of(request, SEALS, page, "audit_seals_csv") | seals.state()
    return draw(request, "audit/seals.html", shown, part="audit/_seals.html")


def export(request: Any) -> Any:
    return download(SEALS.csv(seals.seals(), params(request)), "seals.csv")


urlpatterns = [
    screen("audit/seals/", index, may="audit.see", name="audit_seals"),
    screen("audit/seals/csv/", export, may="audit.see", name="audit_seals_csv", page=False),
]
