"""Screens of reviews: the rounds, one with its progress, a sheet to answer, the evidence."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from tabard.attestation import actions, queries
from tabard.attestation.kinds import kind, kinds
from tabard.kernel import text
from tabard.kernel.errors import Invalid
from tabard.kernel.permissions import SIGNED_IN
from tabard.kernel.screen import done, download, draw, is_part, params, parts, screen, why_not
from tabard.org.queries import places_for, unit
from tabard.org.screens.people import moment
from tabard.org.screens.units import person_of


def index(request: Any) -> HttpResponse:
    shown = {
        "page": queries.rounds(request.actor, request.scope, params(request)),
        "choices": queries.ROUNDS.choices(request.actor),
        "labels": {f.name: f.label for f in queries.ROUNDS.filters},
        "mine": queries.my_sheets(request.actor, request.scope),
    }
    return draw(request, "attestation/index.html", shown, part="attestation/_rounds.html")


def new(request: Any) -> HttpResponse:
    wrong: dict[str, list[str]] = {}
    if request.method == "POST":
        try:
            made = actions.plan(
                request.actor,
                unit(request.actor, text.number(request.POST.get("unit", "")) or 0),
                kind=request.POST.get("kind", ""),
                opens_at=moment(request, "opens_at"),
                days=text.number(request.POST.get("days", "")) or 0,
                words=request.POST.get("note", ""),
            )
            return done(request, reverse("round", args=[made.pk]), _("The review has begun."))
        except Invalid as error:
            wrong = error.fields
    shown = {
        "wrong": wrong,
        "given": request.POST,
        "kinds": kinds(),
        "units": [(str(u.pk), u.name) for u in places_for(request.actor, "reviews.run")],
    }
    return draw(request, "attestation/new.html", shown, status=422 if wrong else 200)


def round_of(request: Any, round_id: int) -> HttpResponse:
    """One round: how far each unit is, and what can be done about it."""
    found = queries.round_of(request.actor, round_id)
    if request.method == "POST":
        said = _do(request, found, request.POST.get("do", ""))
        return done(request, reverse("round", args=[round_id]), said)
    shown = {
        "round": found,
        "kind": kind(found.kind),
        "sheets": queries.sheets_of(request.actor, found),
        "why_not": why_not(request, "reviews.run", found),
    }
    return draw(request, "attestation/round.html", shown)


def _do(request: Any, found: Any, what: str) -> str:
    if what == "open":
        actions.open_round(request.actor, found)
        return _("The review has begun.")
    if what == "remind":
        actions.remind(request.actor, found)
        return _("Everybody whose answers are missing was reminded.")
    if what == "close":
        actions.close(request.actor, found)
        return _("The review has ended.")
    if what == "cancel":
        actions.cancel(request.actor, found)
        return _("The review was called off.")
    raise Invalid({"do": [_("Choose what shall happen.")]})


def sheet(request: Any, sheet_id: int) -> HttpResponse:
    """What is asked of somebody, item by item."""
    found = queries.sheet(request.actor, sheet_id)
    wrong: dict[str, list[str]] = {}
    if request.method == "POST":
        try:
            return done(request, reverse("sheet", args=[sheet_id]), _with_sheet(request, found))
        except Invalid as error:
            wrong = error.fields
    shown = _sheet(request, found) | {"wrong": wrong, "given": request.POST}
    return draw(request, "attestation/sheet.html", shown, status=422 if wrong else 200)


def _sheet(request: Any, found: Any) -> dict[str, Any]:
    what = kind(found.round.kind)
    return {
        "sheet": found,
        "kind": what,
        "page": queries.items(request.actor, found, params(request)),
        "choices": queries.ITEMS.choices(request.actor),
        "labels": {f.name: f.label for f in queries.ITEMS.filters},
        "unchanged": queries.unchanged(request.actor, found).count() if found.theirs else 0,
        "why_not_hand_on": "" if found.theirs else why_not(request, "reviews.run", found),
        **what.context(),
    }


def _with_sheet(request: Any, found: Any) -> str:
    what = request.POST.get("do", "")
    if what == "sign":
        actions.sign(request.actor, found)
        return _("Signed. Thank you.")
    if what == "hand_on":
        to = person_of(request, "to")
        if to is None:
            raise Invalid({"to": [_("Choose somebody.")]})
        actions.hand_on(request.actor, found, to=to)
        return _("%(person)s is asked now.") % {"person": to}
    if what == "keep":
        count = 0
        for each in queries.unchanged(request.actor, found):
            actions.answer(request.actor, each, choice="keep")
            count += 1
        return ngettext("%(n)s item is kept as before.", "%(n)s items are kept as before.", count) % {
            "n": count
        }
    raise Invalid({"do": [_("Choose what shall happen.")]})


@require_POST
def item(request: Any, item_id: int) -> HttpResponse:
    """One answer; the card it was given on is drawn again."""
    found = queries.item(request.actor, item_id)
    wrong: dict[str, list[str]] = {}
    form = request.POST
    try:
        role, ends = text.number(form.get("role", "")), moment(request, "ends_at")
        given = {"choice": form.get("choice", ""), "words": form.get("note", "")}
        actions.answer(request.actor, found, **given, role_id=role, ends_at=ends)
    except Invalid as error:
        if not is_part(request):
            raise
        wrong = error.fields
    if not is_part(request):
        return done(request, f"{reverse('sheet', args=[found.sheet_id])}#item-{item_id}")
    found = queries.item(request.actor, item_id)
    what = kind(found.sheet.round.kind)
    shown = {"item": found, "sheet": found.sheet, "kind": what, "wrong": wrong, **what.context()}
    head = ("attestation/_sheet_head.html", shown)
    return parts(request, ("attestation/_item.html", shown), head, status=200)


def evidence(request: Any, round_id: int) -> HttpResponse:
    """What was asked, answered and signed, on a page to print."""
    found = queries.round_of(request.actor, round_id)
    shown = {"round": found, "evidence": queries.evidence(request.actor, found), "kind": kind(found.kind)}
    return draw(request, "attestation/evidence.html", shown)


def evidence_csv(request: Any, round_id: int) -> Any:
    found = queries.round_of(request.actor, round_id)
    rows = queries.evidence_rows(request.actor, found)
    return download(queries.ITEMS.csv(rows, params(request)), f"review-{round_id}.csv")


def evidence_json(request: Any, round_id: int) -> HttpResponse:
    found = queries.round_of(request.actor, round_id)
    made = JsonResponse(queries.evidence(request.actor, found), json_dumps_params={"ensure_ascii": False})
    made["Content-Disposition"] = f'attachment; filename="review-{round_id}.json"'
    return made


ROUND = "reviews/<int:round_id>/"
RUNNING = ("round.open", "round.remind", "round.close", "round.cancel")
urlpatterns = [
    screen("reviews/", index, may=SIGNED_IN, name="reviews"),
    screen("reviews/new/", new, may="reviews.run", name="review_new", does="round.plan"),
    screen(ROUND, round_of, may=SIGNED_IN, name="round", does=RUNNING),
    screen(ROUND + "evidence/", evidence, may=SIGNED_IN, name="round_evidence"),
    screen(ROUND + "evidence/csv/", evidence_csv, may=SIGNED_IN, name="round_csv", page=False),
    screen(ROUND + "evidence/json/", evidence_json, may=SIGNED_IN, name="round_json", page=False),
    screen(
        "reviews/sheets/<int:sheet_id>/",
        sheet,
        may=SIGNED_IN,
        name="sheet",
        does=("sheet.sign", "sheet.hand_on", "item.answer"),
    ),
    screen(
        "reviews/items/<int:item_id>/", item, may="own.reviews", name="item", does="item.answer", page=False
    ),
]
