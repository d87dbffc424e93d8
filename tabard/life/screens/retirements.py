"""Channels on their way out: all that is to do, the checklist of one, a step of it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from tabard.kernel import clock
from tabard.kernel.errors import Invalid
from tabard.kernel.screen import done, download, draw, list_of, params, screen, why_not
from tabard.life import actions, retiring
from tabard.life.screens.days import day
from tabard.org.screens.units import person_of
from tabard.register import queries as register


def index(request: Any) -> HttpResponse:
    page = retiring.steps(request.actor, request.scope, params(request))
    shown = {**list_of(request, retiring.STEPS, page, "retirement_steps_csv"), "today": clock.today()}
    return draw(request, "life/steps.html", shown, part="life/_steps.html")


def export(request: Any) -> Any:
    rows = retiring.exported(request.actor, request.scope, params(request))
    return download(retiring.STEPS.csv(rows, params(request)), "retirement-steps.csv")


def checklist(request: Any, channel_id: int) -> HttpResponse:
    found = register.channel(request.actor, channel_id)
    if request.method == "POST":
        actions.begin_retirement(request.actor, found)
        return done(request, reverse("channel_retirement", args=[channel_id]), _("The checklist is made."))
    made = retiring.retirement(request.actor, found)
    steps = retiring.steps_of(made)
    shown = {
        "channel": found,
        "made": made,
        "into": retiring.into_of(request.actor, made),
        "steps": steps,
        "left": sum(step.state == "todo" for step in steps),
        "today": clock.today(),
        "why_not": why_not(request, "channels.edit", found),
    }
    return draw(request, "life/retirement.html", shown)


def step(request: Any, retirement_step_id: int) -> HttpResponse:
    found = retiring.one_step(request.actor, retirement_step_id)
    channel, wrong = found.retirement.channel, {}
    if request.method == "POST":
        try:
            said = _act(request, found)
            return done(request, reverse("channel_retirement", args=[channel.pk]), said)
        except Invalid as error:
            wrong = error.fields
    needs = "policies.set" if found.by_policy else "channels.edit"
    shown = {
        "step": found,
        "channel": channel,
        "today": clock.today(),
        "wrong": wrong,
        "given": request.POST,
        "mine": request.actor.person_id == found.owner_id,
        "why_not": why_not(request, "channels.edit", found),
        "why_not_skip": why_not(request, needs, found),
    }
    return draw(request, "life/step.html", shown, status=422 if wrong else 200)


def _act(request: Any, found: Any) -> str:
    by, given = request.actor, request.POST
    match given.get("do", ""):
        case "skip":
            actions.skip_step(by, found, reason=given.get("reason", ""))
            return _("Not needed.")
        case "reopen":
            actions.reopen_step(by, found)
            return _("It is yet to be done.")
        case "give":
            due_on = day(given.get("due_on", ""), "due_on")
            actions.give_step(by, found, owner=person_of(request, "owner"), due_on=due_on)
            return _("Saved.")
        case _:
            actions.finish_step(by, found, evidence=given.get("evidence", ""))
            return _("Done.")


STEP = "register/retirement-steps/<int:retirement_step_id>/"
ACTS = tuple(f"retirement.step_{what}" for what in ("done", "skipped", "reopened", "given"))

urlpatterns = [
    screen("register/retirement-steps/", index, may="channels.see", name="retirement_steps"),
    screen(
        "register/retirement-steps/csv/", export, may="channels.see", name="retirement_steps_csv", page=False
    ),
    screen(STEP, step, may="channels.see", name="retirement_step", does=ACTS),
    screen(
        "register/<int:channel_id>/retirement/",
        checklist,
        may="channels.see",
        name="channel_retirement",
        does="retirement.begin",
    ),
]
