"""How the chain of seals stands."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from tabard.audit.queries import seals
from tabard.kernel.screen import draw, screen


def index(request: Any) -> HttpResponse:
    return draw(request, "audit/seals.html", {**seals.state(), "seals": seals.latest()})


urlpatterns = [screen("audit/seals/", index, may="audit.see", name="audit_seals")]
