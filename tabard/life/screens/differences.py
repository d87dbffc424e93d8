"""How channels look at their platforms: what is other than in the register, and deciding about it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from tabard.kernel import text
from tabard.kernel.errors import Conflict, Denied, IllegalMove, Invalid
from tabard.kernel.screen import done, download, draw, list_of, params, screen, why_not
from tabard.life import actions, jobs
from tabard.life import difference_queries as queries
from tabard.org.queries import place_for, places_for


def index(request: Any) -> HttpResponse:
    page = queries.differences(request.actor, request.scope, params(request))
    shown = {
        **list_of(request, queries.DIFFERENCES, page, "differences_csv"),
        "words": queries.STATES,
        "progress": queries.progress(request.actor, request.scope),
        "places": places_for(request.actor, "channels.edit")[:1],
    }
    for row in page.rows:
        row.why_not = why_not(request, "channels.edit", row)
    return draw(request, "life/differences.html", shown, part="life/_differences.html")


def progress(request: Any) -> HttpResponse:
    shown = {"progress": queries.progress(request.actor, request.scope)}
    return draw(request, "life/_comparing.html", shown)


def export(request: Any) -> Any:
    rows = queries.exported(request.actor, request.scope, params(request))
    return download(queries.DIFFERENCES.csv(rows, params(request)), "differences.csv")


@require_POST
def ask(request: Any) -> HttpResponse:
    """Ask about the channels of the unit that is looked at, or of the highest one of the actor's."""
    place = place_for(request.actor, request.scope, "channels.edit")
    actions.ask_platforms(request.actor, place)
    jobs.compare_now.defer()
    return done(request, reverse("differences"))


@require_POST
def decide(request: Any) -> HttpResponse:
    """The same for every one that is marked; what cannot be is said, and keeps the others from nothing."""
    decided, refused = 0, []
    for row in queries.marked(request.actor, request.POST.getlist("row")):
        try:
            _one(request, row)
        except (Conflict, Denied, IllegalMove, Invalid) as error:
            refused.append(f"{row.channel.handle}: {error}")
        else:
            decided += 1
    said = ngettext("%(n)s decided.", "%(n)s decided.", decided) % {"n": decided}
    return done(request, reverse("differences"), " ".join([said, *refused[:5]]))


def _one(request: Any, row: Any) -> None:
    seen = request.POST.get(f"seen-{row.pk}", "")
    match request.POST.get("do", ""):
        case "accept":
            actions.accept_difference(request.actor, row, seen=seen)
        case "reopen":
            actions.reopen_difference(request.actor, row)
        case "refuse":
            words = text.name(request.POST.get("words", ""))
            actions.refuse_difference(request.actor, row, words=words, seen=seen)
        case _:
            raise Invalid(_("Say what shall be done."))


urlpatterns = [
    screen("register/differences/", index, may="channels.see", name="differences"),
    screen("register/differences/csv/", export, may="channels.see", name="differences_csv", page=False),
    screen("register/differences/progress/", progress, may="channels.see", name="comparing", page=False),
    screen(
        "register/differences/ask/",
        ask,
        may="channels.edit",
        name="compare_with_platforms",
        does=("comparison.ask", "comparison.answer", "comparison.silence"),
        page=False,
    ),
    screen(
        "register/differences/decision/",
        decide,
        may="channels.edit",
        name="differences_decide",
        does=("difference.accept", "difference.refuse", "difference.reopen", "channel.follow"),
        page=False,
    ),
]
