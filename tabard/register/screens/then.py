"""The register on a past day, and what changed between two."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from tabard.kernel.errors import Invalid
from tabard.kernel.screen import download, draw, params
from tabard.register import then
from tabard.register.changed import KINDS
from tabard.register.queries import STATES


def day(request: Any) -> HttpResponse:
    """Every channel as it was at the end of a day."""
    asked = params(request)
    found: tuple[Any, Any] = (None, [])
    wrong: dict[str, list[str]] = {}
    try:
        found = then.on_day(request.actor, request.scope, asked, request.user.zone, then.LISTED)
    except Invalid as error:
        wrong = error.fields
    shown = {
        "asked": found[0],
        "page": then.page(found[1], asked, then.active(asked, "state", _("State"), STATES)),
        "choices": {"state": then.choices(STATES)},
        "labels": {"state": _("State")},
        "given": {"day": request.GET.get("day", "")[:20]},
        "wrong": wrong,
        "csv": reverse("register_then_csv"),
    }
    return draw(request, "register/then.html", shown, status=422 if wrong else 200)


def changes(request: Any) -> HttpResponse:
    """What changed, and of what kind it is."""
    asked = params(request)
    found: tuple[Any, Any] = (None, [])
    wrong: dict[str, list[str]] = {}
    try:
        found = then.between(request.actor, request.scope, asked, request.user.zone)
    except Invalid as error:
        wrong = error.fields
    shown = {
        "asked": found[0],
        "page": then.page(found[1], asked, then.active(asked, "kind", _("Change"), KINDS)),
        "choices": {"kind": then.choices(KINDS)},
        "labels": {"kind": _("Change")},
        "given": {name: request.GET.get(name, "")[:20] for name in ("from", "to")},
        "wrong": wrong,
        "csv": reverse("register_changes_csv"),
    }
    return draw(request, "register/changes.html", shown, status=422 if wrong else 200)


def day_csv(request: Any) -> Any:
    _asked, rows = then.on_day(request.actor, request.scope, params(request), request.user.zone)
    return download(then.THEN.csv_of(rows), "register-then.csv")


def changes_csv(request: Any) -> Any:
    _asked, rows = then.between(request.actor, request.scope, params(request), request.user.zone)
    return download(then.CHANGED.csv_of(rows), "register-changes.csv")
