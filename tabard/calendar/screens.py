"""The calendar: the month, one day, the list."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from tabard.calendar import queries
from tabard.kernel import clock
from tabard.kernel.errors import Invalid
from tabard.kernel.query import Page
from tabard.kernel.screen import download, draw, params, screen


def _day(request: Any) -> date:
    """The day that is looked at: `?on=2026-11-22`, or today where the viewer is."""
    given = request.GET.get("on", "")
    if not given:
        return clock.from_utc(clock.now(), request.user.zone).date()
    try:
        found = date.fromisoformat(given)
    except ValueError as error:
        raise Invalid(
            {"on": [_("“%(given)s” is not a day of the calendar.") % {"given": given[:20]}]}
        ) from error
    if not 1990 <= found.year <= 2200:
        raise Invalid({"on": [_("The calendar goes from 1990 to 2200.")]})
    return found


def _shown(request: Any, view: str) -> dict[str, Any]:
    return {
        "view": view,
        "now": clock.now(),
        "page": Page([], None, None, 0, False, "due", request.GET.get("q", "")),
        "today": clock.from_utc(clock.now(), request.user.zone).date(),
        "zone": request.user.zone,
        "choices": queries.AGENDA.choices(request.actor),
        "labels": {f.name: f.label for f in queries.AGENDA.filters},
        "csv": f"{reverse('calendar_csv')}?{request.GET.urlencode()}",
    }


def month(request: Any) -> HttpResponse:
    found = queries.month(request.actor, request.scope, _day(request), request.user.zone, params(request))
    return draw(
        request,
        "calendar/month.html",
        {**_shown(request, "month"), "month": found},
        part="calendar/_month.html",
    )


def agenda(request: Any) -> HttpResponse:
    day = _day(request)
    page = queries.agenda(request.actor, request.scope, day, request.user.zone, params(request))
    return draw(
        request,
        "calendar/list.html",
        {**_shown(request, "list"), "page": page, "day": day},
        part="calendar/_list.html",
    )


def day(request: Any) -> HttpResponse:
    when = _day(request)
    found = queries.one_day(request.actor, request.scope, when, request.user.zone, params(request))
    near = {"before": when - timedelta(days=1), "after": when + timedelta(days=1)}
    return draw(request, "calendar/day.html", {**_shown(request, "day"), **near, "found": found})


def export(request: Any) -> Any:
    rows = queries.planned(request.actor, request.scope)
    return download(queries.AGENDA.csv(rows, params(request)), "calendar.csv")


urlpatterns = [
    screen("calendar/", month, may="posts.see", name="calendar"),
    screen("calendar/list/", agenda, may="posts.see", name="calendar_list"),
    screen("calendar/day/", day, may="posts.see", name="calendar_day"),
    screen("calendar/csv/", export, may="posts.see", name="calendar_csv", page=False),
]
