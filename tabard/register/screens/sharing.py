"""A second person for a channel that hangs on one, or another in their place."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from tabard.kernel.errors import Invalid
from tabard.kernel.permissions import demand
from tabard.kernel.screen import done, draw
from tabard.org.queries import person_named
from tabard.register import actions, queries
from tabard.register.sharing import hanging


def second(request: Any, channel_id: int) -> HttpResponse:
    """What hangs on whoever answers for it; a second person beside them, or another instead."""
    found = queries.channel(request.actor, channel_id)
    demand(request.actor, "channels.edit", found)
    held, wrong = hanging(found), {}
    if request.method == "POST":
        try:
            _do(request, found, held)
            return done(request, reverse("channel", args=[channel_id]), _("Done, in one step."))
        except Invalid as error:
            wrong = error.fields
    shown = {
        "channel": found,
        "held": held,
        "roles": list(dict.fromkeys(grant.role for grant in held.grants)),
        "wrong": wrong,
        "given": request.POST,
        "chosen": request.POST.getlist("role"),
    }
    return draw(request, "register/second.html", shown, status=422 if wrong else 200)


def _do(request: Any, found: Any, held: Any) -> None:
    form = request.POST
    person = person_named(request.actor, form.get("person", ""), "person")
    if person is None:
        raise Invalid({"person": [_("Choose somebody.")]})
    if form.get("do") == "instead":
        actions.hand_over_channel(request.actor, found, person=person, reason=form.get("reason", ""))
        return
    wanted = [grant.role for grant in held.grants if str(grant.role_id) in form.getlist("role")]
    actions.share_channel(request.actor, found, person=person, roles=wanted, reason=form.get("reason", ""))
