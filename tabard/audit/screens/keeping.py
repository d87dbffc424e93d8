"""Legal holds, how long entries stay, and erasing a person."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from tabard.audit import actions
from tabard.audit.kept import HOLDS
from tabard.audit.lists import LOG
from tabard.audit.queries import keeping
from tabard.audit.screens.given import day, number
from tabard.kernel.errors import Invalid
from tabard.kernel.screen import done, download, draw, list_of, params, screen, why_not


def index(request: Any) -> HttpResponse:
    wrong: dict[str, list[str]] = {}
    if request.method == "POST":
        try:
            return done(request, reverse("audit_keeping"), _do(request))
        except Invalid as error:
            wrong = error.fields
    log = keeping.log(request.actor)
    page = HOLDS.page(request.actor, keeping.holds(request.actor), params(request))
    shown = list_of(request, HOLDS, page, "audit_holds_csv") | {
        "log": log,
        "due": actions.past_term(log),
        "kinds": LOG.choices(request.actor)["kind"],
        "why_not_erase": why_not(request, "audit.erase", log),
        "wrong": wrong,
        "given": request.POST,
    }
    part = None if wrong else "audit/_holds.html"
    return draw(request, "audit/keeping.html", shown, part=part, status=422 if wrong else 200)


def holds_csv(request: Any) -> Any:
    return download(HOLDS.csv(keeping.holds(request.actor), params(request)), "legal-holds.csv")


def _do(request: Any) -> str:
    """Carry out what the pressed button says; the sentence to show."""
    by, log = request.actor, keeping.log(request.actor)
    if ended := number(request, "end"):
        held = keeping.legal_hold(by, ended)
        actions.end_hold(by, held, reason=request.POST.get("end_reason", ""))
        return _("The hold has ended.")
    do = request.POST.get("do", "")
    if do == "term":
        actions.set_term(by, log, months=number(request, "months"))
        return _("Saved.")
    if do == "remove":
        actions.remove(by, log)
        return _("What was past its term is gone.")
    actions.hold(by, log, **_hold(request))
    return _("The hold is in force.")


def _hold(request: Any) -> dict[str, Any]:
    return {
        "name": request.POST.get("name", ""),
        "reason": request.POST.get("reason", ""),
        "person_id": number(request, "person"),
        "kind": request.POST.get("kind", ""),
        "thing_id": number(request, "thing"),
        "since": day(request, "since"),
        "until": day(request, "until"),
    }


def erase(request: Any) -> HttpResponse:
    wrong: dict[str, list[str]] = {}
    if request.method == "POST":
        try:
            person = number(request, "person_id")
            if person is None:
                raise Invalid({"person_id": [_("Give a whole number.")]})
            log = keeping.log(request.actor)
            actions.erase_person(request.actor, log, person_id=person, reason=request.POST.get("reason", ""))
            return done(request, reverse("audit"), _("Erased. What was done, when and to what stays."))
        except Invalid as error:
            wrong = error.fields
    given = request.POST or {"person_id": request.GET.get("person", "")}
    return draw(request, "audit/erase.html", {"wrong": wrong, "given": given}, status=422 if wrong else 200)


urlpatterns = [
    screen(
        "audit/keeping/",
        index,
        may="audit.keep",
        name="audit_keeping",
        does=("audit.hold", "audit.end_hold", "audit.set_term", "audit.remove"),
    ),
    screen("audit/keeping/csv/", holds_csv, may="audit.keep", name="audit_holds_csv", page=False),
    screen("audit/erase/", erase, may="audit.erase", name="audit_erase", does="audit.erase_person"),
]
