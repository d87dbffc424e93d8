"""Requests for channels: the list, asking, one of them, what is like it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tabard.kernel import text
from tabard.kernel.errors import Invalid
from tabard.kernel.opened import Opened
from tabard.kernel.screen import done, download, draw, list_of, params, screen, why_not
from tabard.life import actions, queries
from tabard.life.alike import Wanted, look_alikes
from tabard.life.forms import RequestChangeForm, RequestForm
from tabard.org.queries import person_named, place_for, places_for, unit
from tabard.register.fields import listed
from tabard.register.queries import choosable


def index(request: Any) -> HttpResponse:
    page = queries.requests(request.actor, request.scope, params(request))
    shown = {**list_of(request, queries.REQUESTS, page, "requests_csv"), "words": queries.STATES}
    return draw(request, "life/requests.html", shown, part="life/_requests.html")


def export(request: Any) -> Any:
    rows = queries.visible(request.actor, request.scope)
    return download(queries.REQUESTS.csv(rows, params(request)), "requests.csv")


def _given(request: Any, given: dict[str, Any]) -> dict[str, Any]:
    """Names and e-mails of a form turned into people."""
    for name in {"answers", "backs"} & given.keys():
        given[name] = person_named(request.actor, given[name], name)
    return given


def ask(request: Any) -> HttpResponse:
    units = places_for(request.actor, "channels.see")
    here = place_for(request.actor, request.scope, "channels.see")
    lists: dict[str, Any] = {"units": units, "platforms": choosable()}
    first = {"unit": here.pk, "answers": request.user.email, "platform": request.GET.get("platform", "")}
    form = RequestForm(request.POST or None, initial=first, **lists)
    if request.method == "POST" and form.is_valid():
        try:
            given = dict(form.cleaned_data)
            place = unit(request.actor, given.pop("unit"))
            made = actions.ask(request.actor, place, **_given(request, given))
        except Invalid as refused:
            form.refuse(refused)
        else:
            return done(request, reverse("request", args=[made.pk]), _("Asked for."))
    return draw(request, "life/ask.html", {"form": form}, status=422 if form.errors else 200)


def change(request: Any, channel_request_id: int) -> HttpResponse:
    found = queries.request(request.actor, channel_request_id)
    opened = Opened(request.POST, found.form_values())
    form = RequestChangeForm(opened.shown if request.method == "POST" else None, initial=opened.shown)
    if request.method == "POST" and form.is_valid():
        # Sent back and asked again as it was is an answer too.
        given = {name: form.cleaned_data[name] for name in opened.mine}
        try:
            actions.change_request(request.actor, found, **_given(request, given), was=opened.base)
        except Invalid as refused:
            opened.refused(refused)
            form = RequestChangeForm(opened.shown)
            form.refuse(refused)
        else:
            return done(request, reverse("request", args=[channel_request_id]), _("Saved."))
    shown = {"form": form, "asked": found, "opened": opened}
    return draw(request, "life/ask.html", shown, status=422 if form.errors else 200)


def alike(request: Any) -> HttpResponse:
    """What is in the register already of what somebody is typing."""
    given = request.GET
    wanted = Wanted(
        platform=given.get("platform", "")[:40],
        handle=given.get("handle", "")[:500],
        unit_id=text.number(given.get("unit", "")),
        purpose=given.get("purpose", "")[:300],
        audience=given.get("audience", "")[:300],
        languages=listed(given.get("languages", "")[:200]),
    )
    return draw(request, "life/_alike.html", {"alike": look_alikes(request.actor, wanted)})


def one(request: Any, channel_request_id: int) -> HttpResponse:
    found = queries.request(request.actor, channel_request_id)
    wrong: dict[str, list[str]] = {}
    if request.method == "POST":
        try:
            return done(request, reverse("request", args=[channel_request_id]), _decide(request, found))
        except Invalid as error:
            wrong = error.fields
    shown = {
        "asked": found,
        "word": queries.STATES[found.state],
        "alike": look_alikes(request.actor, queries.wanted(found)) if not found.decided_at else [],
        "ways": [(way, why_not(request, way.needs, found.channel)) for way in queries.way_on(found)],
        "own": request.actor.person_id == found.asked_by_id,
        "another": queries.own_needs_another(request.actor, found),
        "why_not": why_not(request, "channels.edit", found),
        "wrong": wrong,
        "given": request.POST,
    }
    return draw(request, "life/request.html", shown, status=422 if wrong else 200)


def _decide(request: Any, found: Any) -> str:
    do, words = request.POST.get("do", ""), request.POST.get("words", "")
    if do == "approve":
        actions.approve_request(request.actor, found, words=words)
        return _("Approved. It is in the register as a proposed channel.")
    if do == "refuse":
        actions.refuse_request(request.actor, found, words=words)
        return _("Refused.")
    actions.send_back(request.actor, found, words=words)
    return _("Sent back.")


@require_POST
def withdraw(request: Any, channel_request_id: int) -> HttpResponse:
    actions.withdraw(request.actor, queries.request(request.actor, channel_request_id))
    return done(request, reverse("request", args=[channel_request_id]), _("Withdrawn."))


ONE = "register/requests/<int:channel_request_id>/"
DECISIONS = ("request.approve", "request.send_back", "request.refuse")

urlpatterns = [
    screen("register/requests/", index, may="channels.see", name="requests"),
    screen("register/requests/csv/", export, may="channels.see", name="requests_csv", page=False),
    screen("register/requests/new/", ask, may="channels.see", name="request_new", does="request.ask"),
    screen("register/requests/alike/", alike, may="channels.see", name="request_alike", page=False),
    screen(ONE, one, may="channels.see", name="request", does=DECISIONS),
    screen(ONE + "change/", change, may="channels.see", name="request_change", does="request.change"),
    screen(
        ONE + "withdrawn/",
        withdraw,
        may="channels.see",
        name="request_withdraw",
        does="request.withdraw",
        page=False,
    ),
]
