"""Cases: the list, opening one, what is seen of it, and what is done with the whole of it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tabard.kernel import clock
from tabard.kernel.errors import Invalid
from tabard.kernel.permissions import demand
from tabard.kernel.screen import done, download, draw, list_of, params, screen, why_not
from tabard.org.queries import person_named
from tabard.watch import actions, cases, proof, queries
from tabard.watch.case_forms import CloseForm, OpenCaseForm, ProveForm
from tabard.watch.letters import languages


def index(request: Any) -> HttpResponse:
    page = cases.cases(request.actor, request.scope, params(request))
    shown = list_of(request, cases.CASES, page, "cases_csv") | {"today": clock.today(), "words": cases.STATES}
    return draw(request, "watch/cases.html", shown, part="watch/_cases.html")


def export(request: Any) -> Any:
    rows = cases.exported(request.actor, request.scope, params(request))
    return download(cases.CASES.csv(rows, params(request)), "cases.csv")


def open_case(request: Any, sighting_id: int) -> HttpResponse:
    """Who sees to it; the ways there are, with what our own history says of each."""
    found = queries.sighting(request.actor, sighting_id)
    demand(request.actor, "watch.decide", found)
    mine = get_language() or ""
    first = {"owner": request.user.email, "language": mine if mine in languages() else "en"}
    form = OpenCaseForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            given["owner"] = person_named(request.actor, given["owner"], "owner")
            made = actions.open_case(request.actor, found, **given)
        except Invalid as refused:
            form.refuse(refused)
        else:
            return done(
                request, reverse("case", args=[made.pk]), _("The case is open. Keep first what is seen.")
            )
    shown = {"form": form, "sighting": found, "choosable": cases.choosable(found)}
    return draw(request, "watch/case_open.html", shown, status=422 if form.errors else 200)


def one(request: Any, case_id: int) -> HttpResponse:
    """All of a case: what is next, the ways, what was kept and what happened."""
    found, wrong = cases.case(request.actor, case_id), {}
    if request.method == "POST":
        try:
            return done(request, reverse("case", args=[case_id]), _act(request, found))
        except Invalid as error:
            wrong = error.fields
    shown = {
        "case": found,
        "word": cases.STATES[found.state],
        "today": clock.today(),
        "reasons": cases.reasons(found),
        "filings": cases.filings_of(found),
        "evidence": cases.evidence_of(found),
        "turns": cases.turns_of(found),
        "choosable": cases.choosable(found.sighting, found) if found.state != "closed" else [],
        "why_not": why_not(request, "watch.decide", found),
        "wrong": wrong,
        "given": request.POST,
    }
    shown["proven"] = any(each.counts for each in shown["evidence"])
    return draw(request, "watch/case.html", shown, status=422 if wrong else 200)


def _act(request: Any, found: Any) -> str:
    match request.POST.get("do", ""):
        case "look":
            actions.look_again(request.actor, found)
            return _("Noted: it is still gone.")
        case "reopen":
            actions.reopen_case(request.actor, found, words=request.POST.get("words", ""))
            return _("The case is open again. Keep what is seen now.")
        case _:
            owner = person_named(request.actor, request.POST.get("owner", ""), "owner")
            actions.give_case(request.actor, found, owner=owner)
            return _("Saved.")


def prove(request: Any, case_id: int) -> HttpResponse:
    found = cases.case(request.actor, case_id)
    demand(request.actor, "watch.decide", found)
    first = {"address": found.sighting.url}
    form = ProveForm(request.POST or None, request.FILES or None, initial=first)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        file = given.pop("picture")
        try:
            actions.prove(
                request.actor, found, picture=file.read(queries.LARGEST + 1) if file else b"", **given
            )
        except Invalid as refused:
            form.refuse(refused)
        else:
            return done(request, reverse("case", args=[case_id]), _("Kept. Nobody can change it now."))
    shown = {"form": form, "case": found}
    return draw(request, "watch/case_prove.html", shown, status=422 if form.errors else 200)


def close(request: Any, case_id: int) -> HttpResponse:
    found = cases.case(request.actor, case_id)
    demand(request.actor, "watch.decide", found)
    form = CloseForm(request.POST or None, ways=cases.open_ways(found))
    if request.method == "POST" and form.is_valid():
        try:
            actions.close_case(request.actor, found, **form.cleaned_data)
        except Invalid as refused:
            form.refuse(refused)
        else:
            return done(request, reverse("case", args=[case_id]), _("The case is closed."))
    shown = {"form": form, "case": found}
    return draw(request, "watch/case_close.html", shown, status=422 if form.errors else 200)


def package(request: Any, case_id: int) -> HttpResponse:
    """All of it as a ZIP with a signed manifest."""
    found = cases.case(request.actor, case_id)
    made = HttpResponse(proof.package(request.actor, found), content_type="application/zip")
    made["Content-Disposition"] = f'attachment; filename="case-{case_id}.zip"'
    return made


def picture(request: Any, evidence_id: int) -> HttpResponse:
    """The picture that was kept, never run as anything else."""
    kept = cases.picture(request.actor, evidence_id)
    made = HttpResponse(kept.data, content_type=f"image/{kept.form}")
    made["Cache-Control"] = "private, max-age=86400"
    made["X-Content-Type-Options"] = "nosniff"
    made["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return made


ONE = "watch/cases/<int:case_id>/"
ACTS = ("case.give", "case.look", "case.reopen")
urlpatterns = [
    screen("watch/cases/", index, may="watch.see", name="cases"),
    screen("watch/cases/csv/", export, may="watch.see", name="cases_csv", page=False),
    screen(
        "watch/<int:sighting_id>/case/", open_case, may="watch.decide", name="case_open", does="case.open"
    ),
    screen(ONE, one, may="watch.see", name="case", does=ACTS),
    screen(ONE + "evidence/", prove, may="watch.decide", name="case_prove", does="case.prove"),
    screen(ONE + "closing/", close, may="watch.decide", name="case_close", does="case.close"),
    screen(ONE + "package/", package, may="watch.see", name="case_package", page=False),
    screen(
        "watch/cases/evidence/<int:evidence_id>/picture/",
        picture,
        may="watch.see",
        name="case_picture",
        page=False,
    ),
]
