"""Connecting a channel to its platform, asking whether it works, and ending it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tabard.access.vault import seal, unseal
from tabard.kernel.errors import Conflict, Invalid
from tabard.kernel.permissions import demand
from tabard.kernel.screen import done, draw
from tabard.register import actions, connecting, queries

# Where the session keeps, sealed, what is needed when the person comes back from the platform.
WAITING = "connecting"


def connect(request: Any, channel_id: int) -> HttpResponse:
    """The fields that the platform's card asks for; with `oauth2` the way to the platform itself."""
    found = queries.channel(request.actor, channel_id)
    demand(request.actor, "channels.connect", found)
    kind, wrong = request.POST.get("kind", ""), {}
    if request.method == "POST":
        try:
            if kind == "oauth2":
                return _leave(request, found)
            connecting.connect_with(request.actor, found, kind, request.POST.dict())
        except Invalid as refused:
            wrong = refused.fields
        else:
            return done(
                request,
                reverse("channel", args=[channel_id]),
                _("%(channel)s is connected.") % {"channel": found},
            )
    shown = {
        "channel": found,
        "forms": _forms(request, found, kind),
        "general": wrong.get("", []),
        "wrong": wrong,
    }
    return draw(request, "register/connect.html", shown, status=422 if wrong else 200)


def _forms(request: Any, channel: Any, kind: str) -> list[dict[str, Any]]:
    """Each way with its fields; what was typed is shown again, but never a secret."""
    found = []
    for way in connecting.ways(channel.platform_id):
        typed = request.POST if way.kind.value == kind else {}
        fields = [
            {"field": f, "value": "" if f.kind == "secret" else typed.get(f.name) or _first(f, channel)}
            for f in way.fields
        ]
        found.append({"way": way, "fields": fields})
    return found


def _first(field: Any, channel: Any) -> str:
    """What can be known before anybody types: the handle, and the server in it."""
    if field.name == "handle":
        return str(channel.handle)
    if field.kind == "server" and "@" in channel.handle:
        return str(channel.handle).rpartition("@")[2]
    if field.kind == "server" and (there := getattr(channel, "connection", None)):
        return str(there.base_url or field.default)
    return str(field.default)


def _leave(request: Any, channel: Any) -> HttpResponse:
    """Register with the platform, remember what is needed to come back, and go there."""
    back = request.build_absolute_uri(reverse("channel_connected"))
    begun = connecting.begin(request.actor, channel, request.POST.dict(), back)
    request.session[WAITING] = seal({"channel": channel.pk, "keep": dict(begun.keep)}, about=WAITING)
    return HttpResponseRedirect(begun.url)


def returned(request: Any) -> HttpResponse:
    """The person came back from the platform."""
    sealed = request.session.pop(WAITING, "")
    if not sealed:
        raise Conflict(_("This connection was finished already, or begun in another browser. Start again."))
    waiting = unseal(sealed, about=WAITING)
    found = queries.channel(request.actor, waiting["channel"])
    try:
        connecting.finish(request.actor, found, waiting["keep"], request.GET.dict())
    except Invalid as refused:
        shown = {"channel": found, "forms": _forms(request, found, ""), "general": [refused.reason]}
        return draw(request, "register/connect.html", shown, status=422)
    return done(
        request, reverse("channel", args=[found.pk]), _("%(channel)s is connected.") % {"channel": found}
    )


@require_POST
def check(request: Any, channel_id: int) -> HttpResponse:
    found = connecting.check(request.actor, queries.channel(request.actor, channel_id))
    said = found.problem or _("%(channel)s answers.") % {"channel": found}
    return done(request, reverse("channel", args=[channel_id]) + "?tab=access", said)


@require_POST
def disconnect(request: Any, channel_id: int) -> HttpResponse:
    found = queries.channel(request.actor, channel_id)
    actions.disconnect(request.actor, found)
    said = _("Disconnected. Its key is gone from here; end it on the platform as well.")
    return done(request, reverse("channel", args=[channel_id]) + "?tab=access", said)
