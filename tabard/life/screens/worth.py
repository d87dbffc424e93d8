"""Whether channels are needed: those worth asking about, and one with all that is known of it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from tabard.kernel import clock, text
from tabard.kernel.errors import Invalid
from tabard.kernel.opened import Opened
from tabard.kernel.screen import done, download, draw, list_of, params, screen, why_not
from tabard.life import actions, retiring, worth_queries, worth_rules
from tabard.life.alike import look_alikes, same_as
from tabard.life.screens.days import day
from tabard.org.tree import root
from tabard.register import queries as register


def index(request: Any) -> HttpResponse:
    if request.method == "POST":
        actions.look_at_worth(request.actor, root(request.actor))
        return done(request, reverse("needed"), _("Looked at every channel."))
    page = worth_queries.worths(request.actor, request.scope, params(request))
    shown = {
        **list_of(request, worth_queries.WORTHS, page, "needed_csv"),
        "verdicts": worth_rules.VERDICTS,
        "today": clock.today(),
        "why_not": why_not(request, "channels.edit", root(request.actor)),
    }
    return draw(request, "life/worths.html", shown, part="life/_worths.html")


def export(request: Any) -> Any:
    rows = worth_queries.exported(request.actor, request.scope, params(request))
    return download(worth_queries.WORTHS.csv(rows, params(request)), "needed.csv")


def one(request: Any, channel_id: int) -> HttpResponse:
    found = register.channel(request.actor, channel_id)
    worth = worth_queries.worth(request.actor, found)
    opened = Opened(request.POST if request.POST.get("do") == "upkeep" else None, worth.form_values())
    wrong: dict[str, Any] = {}
    if request.method == "POST":
        try:
            return done(request, reverse("channel_needed", args=[channel_id]), _act(request, found, opened))
        except Invalid as error:
            wrong = opened.refused(error)
    shown = {
        "channel": found,
        "worth": worth,
        "verdict": worth_rules.VERDICTS[worth.verdict],
        "decision": worth_queries.DECISIONS.get(worth.decision, ""),
        "figures": worth_queries.figures(worth),
        "reasons": worth_queries.reasons(worth),
        "limits": {"ask": worth_rules.ASK, "doubtful": worth_rules.DOUBTFUL},
        "alike": look_alikes(request.actor, same_as(found)),
        "into": retiring.into_of(request.actor, worth),
        "opened": opened,
        "wrong": wrong,
        "given": request.POST,
        "why_not": why_not(request, "channels.edit", found),
    }
    return draw(request, "life/worth.html", shown, status=422 if wrong else 200)


def _act(request: Any, found: Any, opened: Opened) -> str:
    by, given = request.actor, request.POST
    reason = given.get("reason", "")
    match given.get("do", ""):
        case "upkeep":
            known = {name: _number(name, typed) for name, typed in opened.mine.items()}
            actions.note_upkeep(by, found, was=opened.base, **known)
            return _("Saved.")
        case "merge":
            into = worth_queries.into_named(by, given.get("into", ""))
            actions.merge_channel(by, found, into=into, reason=reason)
            return _("It begins to be retired; its followers are sent on.")
        case "retire":
            actions.retire_channel(by, found, reason=reason)
            return _("It begins to be retired.")
        case _:
            actions.keep_channel(by, found, reason=reason, ask_on=day(given.get("ask_on", ""), "ask_on"))
            return _("It stays.")


def _number(name: str, typed: str) -> int | None:
    found = text.number(typed.strip())
    if typed.strip() and found is None:
        raise Invalid({name: [_("Give a whole number, or nothing.")]})
    return found


ACTS = ("worth.keep", "worth.merge", "worth.retire", "worth.upkeep")

urlpatterns = [
    screen("register/needed/", index, may="channels.see", name="needed", does="worth.look"),
    screen("register/needed/csv/", export, may="channels.see", name="needed_csv", page=False),
    screen("register/<int:channel_id>/needed/", one, may="channels.see", name="channel_needed", does=ACTS),
]
