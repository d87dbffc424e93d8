"""Where it is decided what the public is told."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tabard.kernel import text
from tabard.kernel.errors import Invalid
from tabard.kernel.permissions import demand
from tabard.kernel.screen import done, download, draw, list_of, params, screen, why_not
from tabard.org import queries as org
from tabard.org.tree import root as root_of
from tabard.public import actions, badges, making, pages, queries, reading
from tabard.public.screens.official import out_of


def index(request: Any) -> HttpResponse:
    page = queries.channels(request.actor, request.scope, params(request))
    publication = queries.publication()
    root = root_of(request.actor)
    shown = {
        **list_of(request, queries.CHANNELS, page, "public_csv"),
        "publication": publication,
        "words": queries.SAID,
        "address": reading.own("/official/"),
        "why_not": why_not(request, "channels.show", root),
        "root": root,
    }
    return draw(request, "public/index.html", shown, part="public/_channels.html")


def export(request: Any) -> Any:
    rows = queries.CHANNELS.narrow(queries.exported(request.actor, request.scope), params(request))
    found = queries.with_since(list(rows.order_by("handle", "pk")))
    return download(queries.CHANNELS.csv_of(found), "public-register.csv")


@require_POST
def switch(request: Any) -> HttpResponse:
    """On, off, or another address for doubts."""
    root = root_of(request.actor)
    if request.POST.get("do") == "off":
        actions.turn_off(request.actor, root)
        return done(request, reverse("public"), _("The public register is off."))
    actions.turn_on(request.actor, root, contact=request.POST.get("contact", ""))
    making.publish()
    return done(request, reverse("public"), _("The public register is on."))


@require_POST
def publish(request: Any) -> HttpResponse:
    edition = actions.publish(request.actor, root_of(request.actor))
    return done(request, reverse("public"), _("Published as edition %(n)s.") % {"n": edition.pk})


@require_POST
def decide(request: Any) -> HttpResponse:
    """The same for every channel that is marked."""
    marked = queries.some(request.actor, request.POST.getlist("row"))
    place = org.place_for(request.actor, request.scope, "channels.show")
    count = actions.show_many(request.actor, place, channels=marked, shown=request.POST.get("shown", ""))
    making.publish()
    return done(request, reverse("public"), _("Decided for %(n)s channels.") % {"n": count})


def preview(request: Any) -> HttpResponse:
    """The page as everybody would see it, before anybody does."""
    demand(request.actor, "channels.show", root_of(request.actor))
    there = reading.read(queries.preview())
    what = pages.asked(there, request.GET, pages.language(get_language() or "", ""))
    return HttpResponse(pages.index(there, what, preview=True).body)


def channel(request: Any, channel_id: int) -> HttpResponse:
    found = queries.channel(request.actor, channel_id)
    if request.method == "POST":
        lasting = request.POST.get("lasting") == "yes"
        actions.show(request.actor, found, shown=request.POST.get("shown", ""), lasting=lasting)
        making.publish()
        return done(request, reverse("channel_public", args=[channel_id]), _("Decided."))
    token = badges.token(found.platform_id, found.handle)
    shown = {
        "channel": found,
        "showing": queries.showing(found),
        "words": queries.SAID,
        "shown": f"/official/badge/{token}.svg",
        "picture": reading.own(f"/official/badge/{token}.svg"),
        "frame": reading.own(f"/official/badge/{token}.html"),
        "back": reading.own(f"/official/badge/{token}/"),
        "why_not": why_not(request, "channels.show", found),
        "is_out": out_of(found.platform_id, found.handle) is not None,
    }
    return draw(request, "public/channel.html", shown)


def keys(request: Any) -> HttpResponse:
    every, signs = queries.keys()
    root = root_of(request.actor)
    wrong: dict[str, list[str]] = {}
    if request.method == "POST":
        try:
            days, lost = text.number(request.POST.get("days", "")), request.POST.get("do") == "lost"
            actions.rotate_key(request.actor, root, days=-1 if days is None else days, lost=lost)
            making.publish()
            return done(request, reverse("public_keys"), _("A new key is published."))
        except Invalid as error:
            wrong = error.fields
    why = why_not(request, "channels.show", root)
    shown = {"keys": every, "signs": signs, "wrong": wrong, "why_not": why, "given": request.POST}
    return draw(request, "public/keys.html", shown, status=422 if wrong else 200)


def profiles(request: Any) -> HttpResponse:
    wrong: dict[str, list[str]] = {}
    if request.method == "POST":
        try:
            place = org.place_for(request.actor, request.scope, "channels.show")
            given = {n: request.POST.get(n, "") for n in ("profile", "platform", "kind", "note")}
            actions.disown(request.actor, place, **given)
            making.publish()
            return done(request, reverse("disowned"), _("Whoever asks is told so."))
        except Invalid as error:
            wrong = error.fields
    page = queries.profiles(request.actor, request.scope, params(request))
    shown = {
        **list_of(request, queries.PROFILES, page, "disowned_csv"),
        "wrong": wrong,
        "given": request.POST,
        "platforms": queries.platforms(),
        "places": org.places_for(request.actor, "channels.show")[:1],
    }
    status = 422 if wrong else 200
    return draw(request, "public/profiles.html", shown, part="public/_profiles.html", status=status)


def profiles_export(request: Any) -> Any:
    rows = queries.profiles_of(request.actor, request.scope)
    return download(queries.PROFILES.csv(rows, params(request)), "not-ours.csv")


@require_POST
def take_back(request: Any, profile_id: int) -> HttpResponse:
    actions.take_back(request.actor, queries.profile(request.actor, profile_id))
    making.publish()
    return done(request, reverse("disowned"), _("Taken back."))


SEE, SHOW = "channels.see", "channels.show"
urlpatterns = [
    screen("register/public/", index, may=SEE, name="public"),
    screen("register/public/csv/", export, may=SEE, name="public_csv", page=False),
    screen(
        "register/public/switch/",
        switch,
        may=SHOW,
        name="public_switch",
        does=("public.turn_on", "public.turn_off"),
        page=False,
    ),
    screen(
        "register/public/edition/",
        publish,
        may=SHOW,
        name="public_publish",
        does="public.publish",
        page=False,
    ),
    screen(
        "register/public/channels/",
        decide,
        may=SHOW,
        name="public_decide",
        does="channels.show",
        page=False,
    ),
    screen("register/public/preview/", preview, may=SHOW, name="public_preview"),
    screen("register/public/keys/", keys, may=SEE, name="public_keys", does="public.rotate_key"),
    screen("register/public/not-ours/", profiles, may=SEE, name="disowned", does="profile.disown"),
    screen("register/public/not-ours/csv/", profiles_export, may=SEE, name="disowned_csv", page=False),
    screen(
        "register/public/not-ours/<int:profile_id>/",
        take_back,
        may=SHOW,
        name="disowned_take_back",
        does="profile.take_back",
        page=False,
    ),
    screen("register/<int:channel_id>/public/", channel, may=SEE, name="channel_public", does="channel.show"),
]
