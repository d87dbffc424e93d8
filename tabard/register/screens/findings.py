"""What does not fit in the register: the list, one finding with its decisions."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from tabard.kernel import text
from tabard.kernel.errors import Invalid
from tabard.kernel.screen import done, download, draw, list_of, params, screen, why_not
from tabard.org.queries import person_named
from tabard.org.tree import root
from tabard.register import actions, finding_queries, queries


def index(request: Any) -> HttpResponse:
    if request.method == "POST":
        actions.look_through(request.actor, root(request.actor))
        return done(request, reverse("findings"), _("The register was looked through."))
    page = finding_queries.findings(request.actor, request.scope, params(request))
    shown = {
        **list_of(request, finding_queries.FINDINGS, page, "findings_csv"),
        "words": finding_queries.STATES,
        "why_not": why_not(request, "channels.edit", root(request.actor)),
    }
    return draw(request, "register/findings.html", shown, part="register/_findings.html")


def export(request: Any) -> Any:
    rows = finding_queries.exported(request.actor, request.scope, params(request))
    return download(finding_queries.FINDINGS.csv(rows, params(request)), "findings.csv")


def finding(request: Any, entry_finding_id: int) -> HttpResponse:
    found = finding_queries.finding(request.actor, entry_finding_id)
    wrong: dict[str, list[str]] = {}
    if request.method == "POST":
        try:
            _decide(request, found)
            return done(request, reverse("findings"), _("Decided."))
        except Invalid as error:
            wrong = error.fields
    shown = {
        "finding": found,
        "entries": finding_queries.entries(request.actor, found),
        "wrong": wrong,
        "given": request.POST,
        "why_not": why_not(request, "channels.edit", found),
    }
    return draw(request, "register/finding.html", shown, status=422 if wrong else 200)


def _decide(request: Any, found: Any) -> None:
    given, by = request.POST, request.actor
    match given.get("do", ""):
        case "reopen":
            actions.reopen_finding(by, found)
        case "merge":
            into = queries.channel(by, text.number(given.get("into", "")) or 0)
            actions.merge_finding(by, found, into=into)
        case "retire":
            actions.retire_finding(by, found, reason=given.get("reason", ""))
        case "give":
            people = {n: person_named(by, given.get(n, ""), n) for n in ("owner", "deputy")}
            actions.give_owner(by, found, **people)
        case _:
            days = text.number(given.get("days", ""))
            actions.keep_finding(by, found, reason=given.get("reason", ""), days=days)


urlpatterns = [
    screen("register/findings/", index, may="channels.see", name="findings", does="findings.look"),
    screen("register/findings/csv/", export, may="channels.see", name="findings_csv", page=False),
    screen(
        "register/findings/<int:entry_finding_id>/",
        finding,
        may="channels.see",
        name="finding",
        does=("finding.keep", "finding.reopen", "finding.merge", "finding.retire", "finding.give_owner"),
    ),
]
