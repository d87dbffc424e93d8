"""Ways that are taken in a case: sending, asking after, and what they answer."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from tabard.kernel import clock
from tabard.kernel.errors import Invalid, Missing
from tabard.kernel.permissions import demand
from tabard.kernel.screen import done, draw, screen, why_not
from tabard.watch import actions, cases, letters
from tabard.watch.case_forms import AnswerForm, FileForm, LetterForm


def take(request: Any, case_id: int) -> HttpResponse:
    """One way: what it wants, where its form is found, and a letter to begin with."""
    found = cases.case(request.actor, case_id)
    demand(request.actor, "watch.decide", found)
    way = _way(request, found)
    begun = {"letter": letters.letter(request.actor, found, way.route)}
    form = FileForm(request.POST or None, initial=begun)
    if request.method == "POST" and form.is_valid():
        try:
            actions.file_case(request.actor, found, route=way.route.code, **form.cleaned_data)
        except Invalid as refused:
            form.refuse(refused)
        else:
            return done(
                request, reverse("case", args=[case_id]), _("Noted. You are told when to ask after it.")
            )
    shown = {"form": form, "case": found, "way": way, "proven": cases.proven(found)}
    return draw(request, "watch/case_way.html", shown, status=422 if form.errors else 200)


def _way(request: Any, found: Any) -> cases.Choosable:
    """The way that the address names; the first where it names none."""
    there = cases.choosable(found.sighting, found)
    named = request.GET.get("route", "")
    for each in there:
        if each.route.code == named or not named:
            return each
    raise Missing(_("There is no such way on this platform."))


def one(request: Any, filing_id: int) -> HttpResponse:
    """One way that was taken: asking after it, and their answer."""
    found = cases.filing(request.actor, filing_id)
    why = why_not(request, "watch.decide", found.case)
    begun = letters.asking_after(request.actor, found) if found.state != "asked" else ""
    asking = request.POST.get("do") == "follow"
    follow = LetterForm(request.POST if asking else None, initial={"letter": begun})
    answer = AnswerForm(request.POST if request.method == "POST" and not asking else None)
    form = follow if asking else answer
    if request.method == "POST" and form.is_valid():
        try:
            return done(request, reverse("case", args=[found.case_id]), _act(request, found, form))
        except Invalid as refused:
            form.refuse(refused)
    shown = {
        "filing": found,
        "case": found.case,
        "turns": cases.turns_of(found.case, found),
        "follow": follow,
        "answer": answer,
        "today": clock.today(),
        "why_not": why,
    }
    return draw(request, "watch/filing.html", shown, status=422 if form.errors else 200)


def _act(request: Any, found: Any, form: Any) -> str:
    if isinstance(form, LetterForm):
        actions.follow_up(request.actor, found.case, filing=found, **form.cleaned_data)
        return _("Noted. You are told when to ask again.")
    actions.note_answer(request.actor, found.case, filing=found, **form.cleaned_data)
    return _("Noted.")


urlpatterns = [
    screen("watch/cases/<int:case_id>/way/", take, may="watch.decide", name="case_way", does="case.file"),
    screen(
        "watch/cases/ways/<int:filing_id>/",
        one,
        may="watch.see",
        name="filing",
        does=("case.follow_up", "case.answer"),
    ),
]
