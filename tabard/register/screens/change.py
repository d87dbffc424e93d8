"""Adding a channel, changing it, moving it, and its life."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tabard.kernel import text
from tabard.kernel.errors import Invalid
from tabard.kernel.opened import Opened
from tabard.kernel.permissions import demand
from tabard.kernel.screen import done, draw
from tabard.org.queries import person_named, place_for, places_for, unit
from tabard.register import actions, queries
from tabard.register.forms import ChangeForm, ChannelForm


def _people(request: Any, given: dict[str, Any]) -> dict[str, Any]:
    """Names and e-mails of a form turned into people."""
    for name in {"owner", "deputy", "recovery_owner"} & given.keys():
        given[name] = person_named(request.actor, given[name], name)
    return given


def new(request: Any) -> HttpResponse:
    units = places_for(request.actor, "channels.edit")
    here = place_for(request.actor, request.scope, "channels.edit")
    lists: dict[str, Any] = {"units": units, "platforms": queries.choosable()}
    form = ChannelForm(request.POST or None, initial={"unit": here.pk}, **lists)
    if request.method == "POST" and form.is_valid():
        try:
            given = _people(request, dict(form.cleaned_data))
            place = unit(request.actor, given.pop("unit"))
            made = actions.add_channel(request.actor, place, **given)
        except Invalid as refused:
            form.refuse(refused)
        else:
            return done(
                request, reverse("channel", args=[made.pk]), _("%(what)s was added.") % {"what": made}
            )
    return draw(request, "register/form.html", {"form": form}, status=422 if form.errors else 200)


def change(request: Any, channel_id: int) -> HttpResponse:
    found = queries.channel(request.actor, channel_id)
    demand(request.actor, "channels.edit", found)
    opened = Opened(request.POST, found.form_values())
    form = ChangeForm(opened.shown if request.method == "POST" else None, initial=opened.shown)
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in opened.mine}
        try:
            actions.change_channel(request.actor, found, **_people(request, given), was=opened.base)
        except Invalid as refused:
            opened.refused(refused)
            form = ChangeForm(opened.shown)
            form.refuse(refused)
        else:
            return done(request, reverse("channel", args=[channel_id]), _("Saved."))
    shown = {"form": form, "channel": found, "opened": opened}
    return draw(request, "register/form.html", shown, status=422 if form.errors else 200)


def move(request: Any, channel_id: int) -> HttpResponse:
    """Give it to another unit."""
    found = queries.channel(request.actor, channel_id)
    demand(request.actor, "channels.edit", found)
    if request.method == "POST":
        place = unit(request.actor, text.number(request.POST.get("unit", "")) or 0)
        actions.move_channel(request.actor, found, unit=place)
        said = _("%(channel)s belongs to %(unit)s now.") % {"channel": found, "unit": place}
        return done(request, reverse("channel", args=[channel_id]), said)
    shown = {"channel": found, "units": places_for(request.actor, "channels.edit")}
    return draw(request, "register/move.html", shown)


@require_POST
def state(request: Any, channel_id: int) -> HttpResponse:
    found = queries.channel(request.actor, channel_id)
    to, why = request.POST.get("state", ""), request.POST.get("why", "")
    changed = actions.set_state(request.actor, found, state=to, why=why)
    said = _("%(channel)s is now: %(state)s.") % {
        "channel": changed,
        "state": queries.STATES[changed.state],
    }
    return done(request, reverse("channel", args=[channel_id]), said)
