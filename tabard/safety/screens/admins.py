"""Who administers channels at their platforms: what does not fit, one of it, and one channel's list."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tabard.kernel import text
from tabard.kernel.errors import Invalid
from tabard.kernel.screen import done, download, draw, params, screen, why_not
from tabard.org import queries as org
from tabard.org.screens.units import person_of
from tabard.register import queries as register
from tabard.safety import actions, jobs, reading
from tabard.safety.queries import admins


def index(request: Any) -> HttpResponse:
    page = admins.findings(request.actor, request.scope, params(request))
    tried, several = admins.progress(request.actor, request.scope)
    shown = {
        "page": page,
        "words": admins.STATES,
        "choices": admins.FINDINGS.choices(request.actor),
        "labels": {f.name: f.label for f in admins.FINDINGS.filters},
        "csv": reverse("admin_findings_csv"),
        "tried": tried,
        "several": several,
        "places": org.places_for(request.actor, "vault.edit")[:1],
    }
    return draw(request, "safety/findings.html", shown, part="safety/_findings.html")


def progress(request: Any) -> HttpResponse:
    tried, several = admins.progress(request.actor, request.scope)
    return draw(request, "safety/_reading.html", {"tried": tried, "several": several})


def export(request: Any) -> Any:
    rows = admins.exported(request.actor, request.scope, params(request))
    return download(admins.FINDINGS.csv(rows, params(request)), "administrators.csv")


@require_POST
def ask(request: Any) -> HttpResponse:
    """Have the lists of the unit that is looked at read, or of the highest one where the actor may."""
    place = org.place_for(request.actor, request.scope, "vault.edit")
    actions.ask_for_admins(request.actor, place)
    jobs.read_admins_now.defer()
    return done(request, reverse("admin_findings"))


def finding(request: Any, finding_id: int) -> HttpResponse:
    found = admins.finding(request.actor, finding_id)
    wrong: dict[str, list[str]] = {}
    if request.method == "POST":
        try:
            said = _decide(request, found)
            return done(request, reverse("admin_finding", args=[finding_id]), said)
        except Invalid as error:
            wrong = error.fields
    shown = {
        "finding": found,
        "word": admins.STATES[found.state],
        "badge": admins.BADGES[found.state],
        "do": admins.DO[found.kind],
        "wrong": wrong,
        "given": request.POST,
        "why_not": why_not(request, "vault.edit", found),
    }
    return draw(request, "safety/finding.html", shown, status=422 if wrong else 200)


def _decide(request: Any, found: Any) -> str:
    what = request.POST.get("do", "")
    if what == "accept":
        actions.accept_finding(request.actor, found, reason=request.POST.get("reason", ""))
        return _("It may stay. It is not asked again until something changes.")
    if what == "reopen":
        actions.reopen_finding(request.actor, found)
        return _("It is to be mended again.")
    to = person_of(request, "to")
    if to is None:
        raise Invalid({"to": [_("Choose somebody who may mend it.")]})
    actions.give_finding(request.actor, found, to=to)
    return _("%(person)s sees to it now.") % {"person": to}


def channel(request: Any, channel_id: int) -> HttpResponse:
    found = register.channel(request.actor, channel_id)
    wrong: dict[str, list[str]] = {}
    if request.method == "POST":
        try:
            said = _say_who(request)
            return done(request, reverse("channel_admins", args=[channel_id]), said)
        except Invalid as error:
            wrong = error.fields
    shown = {
        "channel": found,
        "list": admins.of_channel(request.actor, found),
        "connected": hasattr(found, "connection"),
        "wrong": wrong,
        "why_not": why_not(request, "vault.edit", found),
    }
    return draw(request, "safety/channel_admins.html", shown, status=422 if wrong else 200)


def _say_who(request: Any) -> str:
    """A form of one name: who that is, as suggested or as typed, or that nobody knows."""
    one = admins.admin(request.actor, text.number(request.POST.get("admin", "")) or 0)
    if request.POST.get("do") == "unname":
        actions.unname_admin(request.actor, one)
        return _("Nobody knows who that is.")
    typed = one.suggested if request.POST.get("do") == "confirm" else person_of(request, f"person-{one.pk}")
    if typed is None:
        raise Invalid({"person": [_("Choose who that is.")]})
    actions.name_admin(request.actor, one, person=typed)
    return _("%(name)s is %(person)s.") % {"name": one, "person": typed}


@require_POST
def read(request: Any, channel_id: int) -> HttpResponse:
    made = reading.read(request.actor, register.channel(request.actor, channel_id))
    said = made.problem or _("The list was read.")
    return done(request, reverse("channel_admins", args=[channel_id]), said)


urlpatterns = [
    screen("safety/administrators/", index, may="vault.see", name="admin_findings"),
    screen("safety/administrators/csv/", export, may="vault.see", name="admin_findings_csv", page=False),
    screen("safety/administrators/reading/", progress, may="vault.see", name="admins_progress", page=False),
    screen(
        "safety/administrators/read/",
        ask,
        may="vault.edit",
        name="admins_ask",
        does="admins.ask",
        page=False,
    ),
    screen(
        "safety/administrators/<int:finding_id>/",
        finding,
        may="vault.see",
        name="admin_finding",
        does=("admin_finding.accept", "admin_finding.reopen", "admin_finding.give"),
    ),
    screen(
        "register/<int:channel_id>/administrators/",
        channel,
        may="vault.see",
        name="channel_admins",
        does=("admin.name", "admin.unname"),
    ),
    screen(
        "register/<int:channel_id>/administrators/read/",
        read,
        may="vault.edit",
        name="channel_admins_read",
        does=("admins.read", "admins.not_read"),
        page=False,
    ),
]
