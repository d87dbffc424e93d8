"""Screens of reviews: the rounds, one with its progress, a sheet to answer, the evidence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tabard.attestation import actions, queries
from tabard.attestation import evidence as proof
from tabard.attestation.kinds import kind, kinds
from tabard.kernel import text
from tabard.kernel.errors import Invalid, Overtaken
from tabard.kernel.permissions import SIGNED_IN
from tabard.kernel.screen import done, download, draw, is_part, params, parts, screen, why_not
from tabard.org.queries import places_for, unit
from tabard.org.screens.people import moment
from tabard.org.screens.units import person_of


def index(request: Any, only: str = "") -> HttpResponse:
    """The rounds: all of them, or those of one kind where an app has its own way in."""
    asked = params(request)
    if only:
        asked = {**asked, "kind": [only]}
    choices = queries.ROUNDS.choices(request.actor)
    shown = {
        "page": queries.rounds(request.actor, request.scope, asked),
        "choices": {name: found for name, found in choices.items() if name != "kind" or not only},
        "labels": {f.name: f.label for f in queries.ROUNDS.filters},
        "mine": queries.my_sheets(request.actor, request.scope, only),
        "only": kind(only) if only else None,
        "wanted": only or "".join(asked.get("kind", ())[:1]),
    }
    return draw(request, "attestation/index.html", shown, part="attestation/_rounds.html")


def of_kind(name: str) -> Callable[[Any], HttpResponse]:
    """The rounds of one kind, for the app that brings it."""

    def of_one(request: Any) -> HttpResponse:
        return index(request, name)

    return of_one


def new(request: Any) -> HttpResponse:
    wrong: dict[str, list[str]] = {}
    named = request.POST.get("kind", "") or request.GET.get("kind", "")
    what = kind(named) if named in {k.name for k in kinds()} else kinds()[0]
    if request.method == "POST":
        try:
            made = _planned(request, kind(named))
            return done(request, reverse("round", args=[made.pk]), _("The review has begun."))
        except Invalid as error:
            wrong = error.fields
    shown = {
        "wrong": wrong,
        "given": request.POST,
        "kind": what,
        "kinds": kinds(),
        "units": [(str(u.pk), u.name) for u in places_for(request.actor, "reviews.run")],
        **what.context(),
    }
    return draw(request, "attestation/new.html", shown, status=422 if wrong else 200)


def _planned(request: Any, what: Any) -> Any:
    names = what.scope.carries if what.scope else ()
    return actions.plan(
        request.actor,
        unit(request.actor, text.number(request.POST.get("unit", "")) or 0),
        kind=what.name,
        opens_at=moment(request, "opens_at"),
        days=text.number(request.POST.get("days", "")) or 0,
        words=request.POST.get("note", ""),
        scope={name: request.POST[name] for name in names if request.POST.get(name)},
    )


def round_of(request: Any, round_id: int) -> HttpResponse:
    """One round: how far each unit is, and what can be done about it."""
    found = queries.round_of(request.actor, round_id)
    if request.method == "POST":
        said = _do(request, found, request.POST.get("do", ""))
        return done(request, reverse("round", args=[round_id]), said)
    shown = {
        "round": found,
        "kind": kind(found.kind),
        "narrowed": queries.narrowed(found),
        "warning": kind(found.kind).warning(found.unanswered),
        "page": queries.sheets(request.actor, found, params(request)),
        "choices": queries.SHEETS.choices(request.actor),
        "labels": {f.name: f.label for f in queries.SHEETS.filters},
        "why_not": why_not(request, "reviews.run", found),
    }
    return draw(request, "attestation/round.html", shown, part="attestation/_sheets.html")


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
        "warning": what.warning(found.unanswered),
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
    if what == "add":
        return _added(request, found)
    if what == "keep":
        count = 0
        for each in queries.unchanged(request.actor, found):
            actions.answer(request.actor, each, choice="keep")
            count += 1
        return ngettext("%(n)s item is kept as before.", "%(n)s items are kept as before.", count) % {
            "n": count
        }
    raise Invalid({"do": [_("Choose what shall happen.")]})


def _added(request: Any, found: Any) -> str:
    adding = kind(found.round.kind).adding
    names = adding.carries if adding else ()
    given = {name: request.POST[name] for name in names if name in request.POST}
    made = actions.add_item(
        request.actor, found, given=given, words=request.POST.get("note", ""), zone=request.user.zone
    )
    return _("%(what)s was added.") % {"what": made}


def item(request: Any, item_id: int) -> HttpResponse:
    """One item: on a page of its own, or the fields of one of its answers; and an answer to it."""
    found = queries.item(request.actor, item_id)
    what = kind(found.sheet.round.kind)
    if request.method == "POST":
        return _answered(request, found, what)
    wanted = request.GET.get("choice")
    choice = next((c for c, no in found.choices if c.more and not no and c.name == wanted), None)
    shown = {"item": found, "sheet": found.sheet, "kind": what, **what.context()}
    if choice is not None and found.open:
        shown |= {"more": choice, "values": choice.shows(found)}
    return draw(request, "attestation/item.html", shown, part="attestation/_more.html")


def _answered(request: Any, found: Any, what: Any) -> HttpResponse:
    """The card it was given on is drawn again; what was typed stays where it was refused."""
    form, card = request.POST, {}
    choice = next((c for c in what.choices if c.name == form.get("choice")), None)
    try:
        carried = {name: form[name] for name in (choice.carries if choice else ()) if name in form}
        said = {"choice": form.get("choice", ""), "words": form.get("note", ""), "given": carried}
        actions.answer(request.actor, found, **said, zone=request.user.zone)
    except Invalid as error:
        card = {"wrong": error.fields}
        if choice is not None and choice.more:
            fresh = choice.shows(found)
            seen = {"was": fresh["was"]} if isinstance(error, Overtaken) else {}
            card |= {"more": choice, "values": fresh | form.dict() | seen}
    if not is_part(request) and not card:
        return done(request, f"{reverse('sheet', args=[found.sheet_id])}#item-{found.pk}")
    again = queries.item(request.actor, found.pk)
    shown = {"item": again, "sheet": again.sheet, "kind": what, **card, **what.context()}
    if not is_part(request):
        return draw(request, "attestation/item.html", shown, status=422)
    head = ("attestation/_sheet_head.html", shown)
    return parts(request, ("attestation/_item.html", shown), head, status=200)


def evidence(request: Any, round_id: int) -> HttpResponse:
    """What was asked, answered and signed, on pages to print."""
    found = queries.round_of(request.actor, round_id)
    page = queries.sheets(request.actor, found, params(request), size=10)
    shown = {
        "round": found,
        "page": page,
        "narrowed": queries.narrowed(found),
        "evidence": proof.evidence(request.actor, found, page.rows),
        "kind": kind(found.kind),
    }
    return draw(request, "attestation/evidence.html", shown)


def evidence_csv(request: Any, round_id: int) -> Any:
    found = queries.round_of(request.actor, round_id)
    rows = proof.evidence_rows(request.actor, found)
    return download(queries.ITEMS.csv(rows, params(request)), f"review-{round_id}.csv")


def evidence_json(request: Any, round_id: int) -> HttpResponse:
    found = queries.round_of(request.actor, round_id)
    made = JsonResponse(proof.evidence(request.actor, found), json_dumps_params={"ensure_ascii": False})
    made["Content-Disposition"] = f'attachment; filename="review-{round_id}.json"'
    return made


def evidence_zip(request: Any, round_id: int) -> HttpResponse:
    """Both files with a signed manifest."""
    found = queries.round_of(request.actor, round_id)
    made = HttpResponse(proof.package(request.actor, found), content_type="application/zip")
    made["Content-Disposition"] = f'attachment; filename="review-{round_id}.zip"'
    return made


ROUND = "reviews/<int:round_id>/"
RUNNING = ("round.open", "round.remind", "round.close", "round.cancel")
urlpatterns = [
    screen("reviews/", index, may=SIGNED_IN, name="reviews"),
    screen("reviews/new/", new, may="reviews.run", name="review_new", does="round.plan"),
    screen(ROUND, round_of, may=SIGNED_IN, name="round", does=RUNNING),
    screen(ROUND + "evidence/", evidence, may=SIGNED_IN, name="round_evidence"),
    screen(ROUND + "evidence/csv/", evidence_csv, may=SIGNED_IN, name="round_csv", page=False),
    screen(ROUND + "evidence/zip/", evidence_zip, may=SIGNED_IN, name="round_zip", page=False),
    screen(ROUND + "evidence/json/", evidence_json, may=SIGNED_IN, name="round_json", page=False),
    screen(
        "reviews/sheets/<int:sheet_id>/",
        sheet,
        may=SIGNED_IN,
        name="sheet",
        does=("sheet.sign", "sheet.hand_on", "sheet.add", "item.answer"),
    ),
    screen("reviews/items/<int:item_id>/", item, may="own.reviews", name="item", does="item.answer"),
]
