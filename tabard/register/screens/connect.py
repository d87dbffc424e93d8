"""Connecting a channel to its platform, asking whether it works, and ending it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tabard.access.vault import seal, unseal
from tabard.kernel import clock
from tabard.kernel.errors import Conflict, Invalid
from tabard.kernel.permissions import demand
from tabard.kernel.screen import done, draw, why_not
from tabard.org.tree import root
from tabard.register import actions, connecting, letting_in, queries
from tabard.register.actions.leaving import revokes
from tabard.register.app_queries import back

# Where the session keeps, sealed, what is needed when the person comes back from the platform.
WAITING = "connecting"
# And what they let us into beside the one channel, for as long as it takes to choose.
CHOOSING = "choosing"
PATIENCE = timedelta(minutes=10)


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
    shown = _shown(request, found, kind) | {"general": wrong.get("", []), "wrong": wrong}
    return draw(request, "register/connect.html", shown, status=422 if wrong else 200)


def _shown(request: Any, channel: Any, kind: str) -> dict[str, Any]:
    """The ways there are, and who can open the one that no app has been entered for."""
    missing = connecting.app_missing(channel.platform_id)
    shown = {"channel": channel, "forms": _forms(request, channel, kind), "app_missing": missing}
    if missing:
        shown["why_not_app"] = why_not(request, "platforms.apps", root(request.actor))
    return shown


def _forms(request: Any, channel: Any, kind: str) -> list[dict[str, Any]]:
    """Each way with its fields; what was typed is shown again, but never a secret."""
    found = []
    missing = connecting.app_missing(channel.platform_id)
    for way in connecting.ways(channel.platform_id):
        typed = request.POST if way.kind.value == kind else {}
        fields = [
            {"field": f, "value": "" if f.kind == "secret" else typed.get(f.name) or _first(f, channel)}
            for f in way.fields
        ]
        found.append({"way": way, "fields": fields, "no_app": missing and way.kind.value == "oauth2"})
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
    begun = connecting.begin(request.actor, channel, request.POST.dict(), back())
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
        came = connecting.finish(request.actor, found, waiting["keep"], request.GET.dict())
    except Invalid as refused:
        shown = _shown(request, found, "") | {"general": [refused.reason]}
        return draw(request, "register/connect.html", shown, status=422)
    if not came.found:
        said = _("%(channel)s is connected.") % {"channel": found}
        return done(request, reverse("channel", args=[found.pk]), said)
    kept = {"at": clock.now().timestamp(), "found": letting_in.plain(came.found)}
    kept["channel"] = str(came.channel or "")
    request.session[CHOOSING] = seal(kept, about=CHOOSING)
    return HttpResponseRedirect(reverse("channel_choice"))


def choice(request: Any) -> HttpResponse:
    """What else a sign-in let us into; what is chosen is connected, each channel by itself."""
    sealed = request.session.get(CHOOSING, "")
    kept: dict[str, Any] = unseal(sealed, about=CHOOSING) if sealed else {"at": 0.0}
    if not clock.within(datetime.fromtimestamp(kept["at"], UTC), PATIENCE):
        request.session.pop(CHOOSING, None)
        raise Conflict(_("What you were let into is no longer kept here. Sign in there again."))
    found, wrong = letting_in.again(kept["found"]), list[str]()
    if request.method == "POST":
        numbers = [int(n) for n in request.POST.getlist("one") if n.isdecimal() and len(n) < 6]
        made, wrong = letting_in.connect_these(request.actor, found, numbers)
        if not wrong:
            del request.session[CHOOSING]
            return done(request, _onward(made), _connected(made))
    shown = {"offers": letting_in.offers(request.actor, found), "wrong": wrong, "channel": kept["channel"]}
    return draw(request, "register/choice.html", shown, status=422 if wrong else 200)


def _onward(made: list[Any]) -> str:
    return reverse("channel", args=[made[0].pk]) if len(made) == 1 else reverse("register")


def _connected(made: list[Any]) -> str:
    names = ", ".join(str(each) for each in made[:10])
    return _("Connected: %(channels)s.") % {"channels": names} if made else ""


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
    if revokes(found.platform_id):
        said = _("Disconnected. Its key is gone from here, and Tabard ends it on the platform as well.")
    return done(request, reverse("channel", args=[channel_id]) + "?tab=access", said)


@require_POST
def ended(request: Any, channel_id: int) -> HttpResponse:
    """Somebody ended on the platform what Tabard could not."""
    actions.ended_there(request.actor, queries.channel(request.actor, channel_id))
    return done(request, reverse("channel", args=[channel_id]) + "?tab=access", _("Saved."))
