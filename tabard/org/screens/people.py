"""People: the list, one person with all they hold, absences, and oneself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from tabard.kernel import clock, permissions, text
from tabard.kernel.errors import Invalid
from tabard.kernel.opened import Opened
from tabard.kernel.screen import done, download, draw, list_of, params, why_not
from tabard.org import actions, lists, queries, tree
from tabard.org.screens.units import person_of
from tabard.org.succession import successor


def moment(request: Any, field: str) -> datetime | None:
    """A wall-clock time of a form, in the time of whoever filled it in."""
    given = request.POST.get(field, "")
    try:
        found = parse_datetime(given) if given else None
    except ValueError:
        found = None
    if given and found is None:
        raise Invalid({field: [_("“%(given)s” is not a day and time.") % {"given": given[:25]}]})
    return clock.to_utc(found.replace(tzinfo=None), request.user.zone, field=field) if found else None


def index(request: Any) -> HttpResponse:
    page = lists.people(request.actor, request.scope, params(request))
    shown = list_of(request, lists.PEOPLE, page, "people_csv")
    return draw(request, "org/people.html", shown, part="org/_people.html")


def choices(request: Any) -> HttpResponse:
    """The first few whom somebody may mean who is typing a name: the one value of the address."""
    typed = text.folded(next(iter(request.GET.values()), "")[:100].replace("\x00", ""))
    found = queries.people_found(request.actor, typed)[:20]
    return draw(request, "org/_people_choices.html", {"people": found})


def export(request: Any) -> Any:
    return download(
        lists.PEOPLE.csv(lists.visible_people(request.actor, request.scope), params(request)), "people.csv"
    )


def add(request: Any) -> HttpResponse:
    wrong: dict[str, list[str]] = {}
    units = queries.places_for(request.actor, "org.people")
    if request.method == "POST":
        where = request.POST.get("unit", "")
        given = {n: request.POST.get(n, "") for n in ("email", "name", "title", "language")}
        try:
            place = queries.unit(request.actor, text.number(where) or 0)
            made = actions.add_person(request.actor, place, **given)
            return done(
                request, reverse("person", args=[made.pk]), _("%(person)s was added.") % {"person": made}
            )
        except Invalid as error:
            wrong = error.fields
    shown = {"wrong": wrong, "given": request.POST, "units": units, "languages": settings.LANGUAGES}
    return draw(request, "org/person_add.html", shown, status=422 if wrong else 200)


def person(request: Any, person_id: int) -> HttpResponse:
    found = tree.person(request.actor, person_id)
    wrong: dict[str, list[str]] = {}
    form = Opened(request.POST, found.form_values())
    if request.method == "POST":
        try:
            actions.change_person(request.actor, found, **form.mine, was=form.base)
            return done(request, reverse("person", args=[person_id]), _("Saved."))
        except Invalid as error:
            wrong = form.refused(error)
    shown = {
        "person": found,
        "form": form,
        "wrong": wrong,
        "held": tree.held_by_person(found),
        "grants": tree.grants_of(request.actor, found)[:200],
        "absences": tree.absences(request.actor, found)[:50],
        "now": clock.now(),
        "why_not": why_not(request, "org.people", found),
        "may_end": not why_not(request, "sessions.end", found),
    }
    return draw(request, "org/person.html", shown, status=422 if wrong else 200)


def hand_over(request: Any, person_id: int) -> HttpResponse:
    """All that hangs on somebody; each kind is handed to whom it is meant for: first shown, then done."""
    found = tree.person(request.actor, person_id)
    permissions.demand(request.actor, "org.people", found)
    wrong: dict[str, list[str]] = {}
    held, plan = tree.held_by_person(found), []
    if request.method == "POST":
        try:
            plan = _receivers(request, held)
            if request.POST.get("do") == "now":
                each = {h.holding.name: to for h, to in plan if to is not None}
                actions.hand_over(request.actor, found, to=None, each=each)
                return done(request, reverse("person", args=[person_id]), _("Handed over."))
        except Invalid as error:
            wrong = error.fields
    shown = {"person": found, "wrong": wrong, "given": request.POST, "plan": plan}
    shown["rows"] = [(h, request.POST.get(f"to-{h.holding.name}", "")) for h in held]
    shown |= {"ties": tree.ties_of(found), "heir": successor(found)}
    return draw(request, "org/hand_over.html", shown, status=422 if wrong else 200)


def _receivers(request: Any, held: list[Any]) -> list[tuple[Any, Any]]:
    """Who gets each kind: whoever stands beside it, else whoever gets everything else; None: it stays."""
    rest = person_of(request, "to")
    found = [(h, person_of(request, f"to-{h.holding.name}") or rest) for h in held]
    if not any(to for _h, to in found):
        raise Invalid({"to": [_("Choose who gets it.")]})
    return found


def absences(request: Any, person_id: int) -> HttpResponse:
    found = tree.person(request.actor, person_id)
    wrong: dict[str, list[str]] = {}
    if request.method == "POST":
        try:
            _arrange(request, found)
            return done(request, reverse("absences", args=[person_id]), _("Saved."))
        except Invalid as error:
            wrong = error.fields
    page = lists.absences(request.actor, found, params(request))
    shown = list_of(request, lists.ABSENCES, page, "absences_csv", person_id) | {
        "person": found,
        "wrong": wrong,
        "given": request.POST,
        "now": clock.now(),
    }
    part = None if wrong else "org/_absences.html"
    return draw(request, "org/absences.html", shown, part=part, status=422 if wrong else 200)


def absences_csv(request: Any, person_id: int) -> Any:
    rows = tree.absences(request.actor, tree.person(request.actor, person_id))
    return download(lists.ABSENCES.csv(rows, params(request)), "absences.csv")


def _arrange(request: Any, found: Any) -> None:
    ended = text.number(request.POST.get("end", ""))
    if ended is not None:
        actions.end_absence(request.actor, tree.absence(request.actor, ended))
        return
    deputy, begins, ends = (
        person_of(request, "deputy"),
        moment(request, "starts_at"),
        moment(request, "ends_at"),
    )
    if deputy is None or begins is None or ends is None:
        raise Invalid({"": [_("Say who stands in, from when and until when.")]})
    reason = request.POST.get("reason", "")
    actions.say_absent(request.actor, found, deputy=deputy, starts_at=begins, ends_at=ends, reason=reason)


def me(request: Any) -> HttpResponse:
    """What one sets for oneself."""
    wrong: dict[str, list[str]] = {}
    if request.method == "POST":
        given: dict[str, Any] = {
            n: request.POST[n] for n in ("name", "language", "zone", "theme") if n in request.POST
        }
        try:
            keys = request.POST.get("single_keys") == "on"
            actions.change_profile(request.actor, request.user, **given, single_keys=keys)
            return done(request, reverse("settings"), _("Saved."))
        except Invalid as error:
            wrong = error.fields
    shown = {"wrong": wrong, "languages": settings.LANGUAGES, "themes": ["system", "light", "dark"]}
    return draw(request, "org/me.html", shown, status=422 if wrong else 200)
