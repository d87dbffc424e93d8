"""Screens of publishing: what went out, decisions about it, and holds."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from tabard.kernel import clock, text
from tabard.kernel.errors import Denied, IllegalMove, Invalid, Missing
from tabard.kernel.permissions import PUBLIC
from tabard.kernel.ranged import ranged
from tabard.kernel.screen import done, download, draw, list_of, params, screen, why_not
from tabard.org.queries import place_for
from tabard.posts.queries import post as post_of
from tabard.publishing import actions, budgets, lending, lists, queries

DECISIONS = ("delivery.retry", "delivery.release", "delivery.cancel", "delivery.confirm", "delivery.deny")


def index(request: Any) -> HttpResponse:
    page = queries.deliveries(request.actor, request.scope, params(request))
    shown = list_of(request, queries.DELIVERIES, page, "deliveries_csv")
    return draw(request, "publishing/index.html", shown, part="publishing/_list.html")


def export(request: Any) -> Any:
    rows = queries.listed(request.actor, request.scope)
    return download(queries.DELIVERIES.csv(rows, params(request)), "deliveries.csv")


def delivery(request: Any, delivery_id: int) -> HttpResponse:
    found = queries.delivery(request.actor, delivery_id)
    shown = {
        "delivery": found,
        "said": found.said,
        "parts": queries.parts(found),
        "steps": queries.timeline(found),
        "why_not_decide": why_not(request, "deliveries.decide", found),
        "why_not_publish": why_not(request, "posts.publish", found),
        "why_not_remove": why_not(request, "deliveries.remove", found),
        "why_not_removable": queries.why_not_removable(found) if found.state == "sent" else "",
        "zone": found.unit.zone,
    }
    return draw(request, "publishing/delivery.html", shown, part="publishing/_delivery.html")


def of_post(request: Any, post_id: int) -> HttpResponse:
    """What became of a post, for its page."""
    found = queries.of_post(request.actor, post_of(request.actor, post_id).pk)
    return draw(request, "publishing/_of_post.html", {"deliveries": found, "post_id": post_id})


@require_POST
def decide(request: Any, delivery_id: int) -> HttpResponse:
    """One decision about one delivery: the button that was pressed names it."""
    found = queries.delivery(request.actor, delivery_id)
    said = _decide(request, found, request.POST.get("answer", ""))
    return done(request, reverse("delivery", args=[delivery_id]), said)


@require_POST
def decide_many(request: Any) -> HttpResponse:
    """The same decision about all that are marked; what cannot be decided so is said and left."""
    answer, good, bad = request.POST.get("answer", ""), 0, ""
    if answer not in {"retry", "release", "cancel", "remove"}:
        raise Invalid({"answer": [_("This cannot be decided for several at once.")]})
    for found in queries.deliveries_named(request.actor, request.POST.getlist("row")):
        try:
            _decide(request, found, answer)
            good += 1
        except (IllegalMove, Denied) as error:
            bad = f"{found}: {error}"
    said = ngettext("Decided for %(n)s delivery.", "Decided for %(n)s deliveries.", good) % {"n": good}
    if bad:
        said += " " + _("Not for all: %(why)s") % {"why": bad}
    return done(request, f"{reverse('deliveries')}?decide=yes", said)


def _decide(request: Any, found: Any, answer: str) -> str:
    by, form = request.actor, request.POST
    if answer == "retry":
        actions.retry(by, found, due_at=_moment(request))
        return _("It is in the queue again.")
    if answer == "release":
        actions.release(by, found, due_at=_moment(request))
        return _("It is in the queue again.")
    if answer == "cancel":
        actions.cancel_delivery(by, found)
        return _("Cancelled. It does not go out.")
    if answer == "confirm":
        actions.confirm(by, found, url=form.get("url", ""))
        return _("Noted as sent.")
    if answer == "remove":
        actions.remove(by, found)
        return _("It is being removed.")
    if answer in {"deny", "deny_only"}:
        actions.deny(by, found, again=answer == "deny")
        return _("It is sent again.") if answer == "deny" else _("Noted as not sent.")
    raise Invalid({"answer": [_("Choose what shall happen.")]})


REMOVAL = {
    "remove": (actions.remove, gettext_lazy("It is being removed. This page shows when it is gone.")),
    "gone": (actions.removed_by_hand, gettext_lazy("Noted as removed.")),
    "leave": (actions.leave, gettext_lazy("It stays.")),
}


@require_POST
def removal(request: Any, delivery_id: int) -> HttpResponse:
    """Take it off its platform, or say what became of that by hand."""
    found = queries.delivery(request.actor, delivery_id)
    if (answer := request.POST.get("answer", "")) not in REMOVAL:
        raise Invalid({"answer": [_("Choose what shall happen.")]})
    act, said = REMOVAL[answer]
    act(request.actor, found)
    return done(request, reverse("delivery", args=[delivery_id]), str(said))


def _moment(request: Any) -> datetime | None:
    """The moment of the form, or None for now. A wall clock's time in the zone of the form."""
    given, zone = request.POST.get("due_at", ""), request.POST.get("zone", "UTC")
    if not given:
        return None
    try:
        local = datetime.fromisoformat(given).replace(tzinfo=None)
    except ValueError as error:
        raise Invalid({"due_at": [_("Give a day and a time.")]}) from error
    return clock.to_utc(local, clock.known_zone(zone))


def holds(request: Any) -> HttpResponse:
    """Holds in force and past, each with why it cannot be lifted by who looks."""
    page = lists.holds(request.actor, request.scope, params(request))
    for each in page.rows:
        each.why = "" if each.lifted_at else why_not(request, "holds.lift", each)  # type: ignore[attr-defined]
    shown = list_of(request, lists.HOLDS, page, "holds_csv")
    return draw(request, "publishing/holds.html", shown, part="publishing/_holds.html")


def holds_export(request: Any) -> Any:
    rows = lists.visible_holds(request.actor, request.scope)
    return download(lists.HOLDS.csv(rows, params(request)), "holds.csv")


def spent(request: Any) -> HttpResponse:
    """What is left of what platforms allow."""
    page = budgets.budgets(request.actor, request.scope, params(request))
    shown = list_of(request, budgets.BUDGETS, page, "budgets_csv")
    return draw(request, "publishing/budgets.html", shown, part="publishing/_budgets.html")


def spent_export(request: Any) -> Any:
    rows = budgets.visible(request.actor, request.scope)
    return download(budgets.BUDGETS.csv(rows, params(request)), "budgets.csv")


def press(request: Any) -> HttpResponse:
    """Says what a hold would stop, then presses it: for the scope, or for one channel."""
    asked = text.number(request.POST.get("channel") or request.GET.get("channel", ""))
    channel = queries.channel(request.actor, asked) if asked is not None else None
    unit = channel.unit if channel else place_for(request.actor, request.scope, "holds.press")
    shown: dict[str, Any] = {
        "unit": unit,
        "channel": channel,
        "stops": queries.would_stop(unit, channel),
        "wrong": {},
    }
    if request.method != "POST":
        return draw(request, "publishing/press.html", shown)
    try:
        made = actions.press(request.actor, unit, reason=request.POST.get("reason", ""), channel=channel)
    except Invalid as error:
        return draw(request, "publishing/press.html", {**shown, "wrong": error.fields}, status=422)
    said = _("Publishing is held for %(what)s. Nothing leaves until the hold is lifted.") % {"what": made}
    return done(request, reverse("holds"), said)


@require_POST
def lift(request: Any, hold_id: int) -> HttpResponse:
    actions.lift(request.actor, queries.hold(request.actor, hold_id))
    said = _("The hold is lifted. Decide about what was due meanwhile.")
    return done(request, f"{reverse('deliveries')}?state=held", said)


def lent(request: Any, until: str, name: str) -> HttpResponse | StreamingHttpResponse:
    """A file that a platform fetches for a post, or a part of it; never run as anything but what it is."""
    found = lending.lent(until, name)
    try:
        response = ranged(request, found.file, found.mime, found.size, name) if found else None
    except FileNotFoundError:
        response = None
    if response is None:
        raise Missing(_("There is no such file, or no longer."))
    response["Cache-Control"] = "private, max-age=0"
    response["X-Robots-Tag"] = "noindex"
    return response


SEE = "deliveries.see"
HELD = "holds/<int:hold_id>/lift/"
urlpatterns = [
    screen("deliveries/", index, may=SEE, name="deliveries"),
    screen("deliveries/csv/", export, may=SEE, name="deliveries_csv", page=False),
    screen(
        "deliveries/decide/",
        decide_many,
        may=SEE,
        name="deliveries_decide",
        does=("delivery.retry", "delivery.release", "delivery.cancel", "delivery.remove"),
        page=False,
    ),
    screen("deliveries/<int:delivery_id>/", delivery, may=SEE, name="delivery"),
    screen(
        "deliveries/<int:delivery_id>/decide/",
        decide,
        may=SEE,
        name="delivery_decide",
        does=DECISIONS,
        page=False,
    ),
    screen(
        "deliveries/<int:delivery_id>/removal/",
        removal,
        may="deliveries.remove",
        name="delivery_removal",
        does=("delivery.remove", "delivery.removed_by_hand", "delivery.leave"),
        page=False,
    ),
    screen("lent/<str:until>/<str:name>", lent, may=PUBLIC, name="lent", page=False),
    screen("posts/<int:post_id>/deliveries/", of_post, may=SEE, name="post_deliveries", page=False),
    screen("deliveries/budgets/", spent, may=SEE, name="budgets"),
    screen("deliveries/budgets/csv/", spent_export, may=SEE, name="budgets_csv", page=False),
    screen("holds/", holds, may=SEE, name="holds"),
    screen("holds/csv/", holds_export, may=SEE, name="holds_csv", page=False),
    screen("holds/press/", press, may="holds.press", name="hold_press", does="hold.press"),
    screen(
        "holds/<int:hold_id>/lift/", lift, may="holds.lift", name="hold_lift", does="hold.lift", page=False
    ),
]
