"""How a channel of ours looks, so that what looks like it is seen."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from tabard.kernel.errors import Invalid
from tabard.kernel.opened import Opened
from tabard.kernel.permissions import demand
from tabard.kernel.screen import done, draw, screen
from tabard.register.queries import channel
from tabard.watch import actions, queries
from tabard.watch.forms import PortraitForm


def portrait(request: Any, channel_id: int) -> HttpResponse:
    found = channel(request.actor, channel_id)
    demand(request.actor, "channels.edit", found)
    there = queries.portrait(found)
    opened = Opened(request.POST, there.form_values())
    sent = opened.shown if request.method == "POST" else None
    form = PortraitForm(sent, request.FILES, initial=opened.shown)
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in opened.mine}
        file = form.cleaned_data["picture"]
        try:
            picture = file.read(queries.LARGEST + 1) if file else b""
            actions.portray(request.actor, found, picture=picture, **given, was=opened.base)
        except Invalid as refused:
            opened.refused(refused)
            form = PortraitForm(opened.shown)
            form.refuse(refused)
        else:
            return done(request, reverse("names", args=[channel_id]), _("Saved."))
    shown = {"form": form, "channel": found, "opened": opened, "portrait": there}
    return draw(request, "watch/portrait.html", shown, status=422 if form.errors else 200)


urlpatterns = [
    screen(
        "register/<int:channel_id>/portrait/",
        portrait,
        may="channels.edit",
        name="portrait",
        does="channel.portray",
    )
]
