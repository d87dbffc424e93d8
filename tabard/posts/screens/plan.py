"""When a post leaves, and the campaign it belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.dateparse import parse_date, parse_time
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tabard.kernel import clock
from tabard.kernel.errors import Invalid
from tabard.kernel.opened import Opened
from tabard.kernel.screen import done, download, draw, list_of, params
from tabard.org.queries import place_for
from tabard.posts import actions, lists, queries


def day(given: str, field: str) -> date | None:
    """A date as a form gives it; `Invalid` where there is no such day."""
    try:
        found = parse_date(given) if given else None
    except ValueError:
        found = None
    if given and found is None:
        raise Invalid({field: [_("“%(given)s” is not a day of the calendar.") % {"given": given[:20]}]})
    return found


def hour(given: str, field: str) -> time | None:
    """A time of day as a form gives it; `Invalid` where there is no such time."""
    try:
        found = parse_time(given) if given else None
    except ValueError:
        found = None
    if given and found is None:
        raise Invalid({field: [_("“%(given)s” is not a time of day.") % {"given": given[:20]}]})
    return found


@require_POST
def schedule(request: Any, post_id: int) -> HttpResponse:
    """Give it its moment; `now` sends at once."""
    found = queries.post(request.actor, post_id)
    zone = request.POST.get("zone", "")
    if request.POST.get("now"):
        actions.schedule(request.actor, found, zone=zone)
        return done(
            request,
            reverse("post", args=[post_id]),
            _("It leaves now. Each channel shows when it is confirmed."),
        )
    on, at = (
        day(request.POST.get("due_date", ""), "due_date"),
        hour(request.POST.get("due_time", ""), "due_time"),
    )
    if on is None or at is None:
        raise Invalid({"due_date": [_("Give a day and a time.")]})
    actions.schedule(request.actor, found, due_date=on, due_time=at, zone=zone)
    said = _("Scheduled for %(day)s at %(time)s, %(zone)s.") % {
        "day": on,
        "time": f"{at:%H:%M}",
        "zone": zone or found.zone,
    }
    if clock.is_twice(datetime.combine(on, at), zone or found.zone):
        said += " " + _("The clocks go back that night and show this time twice: the first is meant.")
    return done(request, reverse("post", args=[post_id]), said)


@require_POST
def unschedule(request: Any, post_id: int) -> HttpResponse:
    actions.unschedule(request.actor, queries.post(request.actor, post_id))
    return done(request, reverse("post", args=[post_id]), _("Taken off the schedule. It stays approved."))


def campaigns(request: Any) -> HttpResponse:
    """Campaigns of the scope; a new one is made in the scope's unit."""
    wrong: dict[str, list[str]] = {}
    if request.method == "POST":
        place = place_for(request.actor, request.scope, "posts.write")
        try:
            made = actions.make_campaign(request.actor, place, **{"name": "", **_campaign(request.POST)})
            return done(request, reverse("campaigns"), _("The campaign %(name)s was made.") % {"name": made})
        except Invalid as error:
            wrong = error.fields
    page = lists.campaigns(request.actor, request.scope, params(request))
    shown = list_of(request, lists.CAMPAIGNS, page, "campaigns_csv")
    shown |= {"form": {"shown": request.POST}, "wrong": wrong}
    part = None if wrong else "posts/_campaigns.html"
    return draw(request, "posts/campaigns.html", shown, part=part, status=422 if wrong else 200)


def campaigns_csv(request: Any) -> Any:
    rows = queries.campaigns(request.actor, request.scope)
    return download(lists.CAMPAIGNS.csv(rows, params(request)), "campaigns.csv")


def campaign(request: Any, campaign_id: int) -> HttpResponse:
    found = queries.campaign(request.actor, campaign_id)
    wrong: dict[str, list[str]] = {}
    form = Opened(request.POST, found.form_values())
    if request.method == "POST":
        try:
            actions.change_campaign(request.actor, found, **_campaign(form.mine), was=form.base)
            return done(request, reverse("campaigns"), _("Saved."))
        except Invalid as error:
            wrong = form.refused(error)
    shown = {"chosen": found, "form": form, "wrong": wrong}
    return draw(request, "posts/campaigns.html", shown, status=422 if wrong else 200)


def _campaign(given: Mapping[str, str]) -> dict[str, Any]:
    days = {name: day(given[name], name) for name in ("starts_on", "ends_on") if name in given}
    return {**days, **({"name": given["name"]} if "name" in given else {})}
