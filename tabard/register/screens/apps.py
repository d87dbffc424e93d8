"""The apps of this organisation on platforms: which there are, how one is made, and what came of it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from tabard.kernel.errors import Invalid
from tabard.kernel.screen import done, draw, screen
from tabard.org.tree import root
from tabard.register import actions, app_queries


def index(request: Any) -> HttpResponse:
    """All of them; `?platform=x` is the page of one."""
    platform, wrong = request.GET.get("platform", ""), {}
    if not platform:
        return draw(request, "register/apps.html", {"apps": app_queries.apps(request.actor)})
    if request.method == "POST":
        try:
            return done(request, f"{reverse('platform_apps')}?platform={platform}", _act(request, platform))
        except Invalid as error:
            wrong = error.fields
    found = app_queries.app(request.actor, platform)
    shown = {"app": found, "wrong": wrong, "fields": _fields(request, found)}
    shown["insecure"] = found.back.startswith("http://")
    return draw(request, "register/app.html", shown, status=422 if wrong else 200)


def _act(request: Any, platform: str) -> str:
    by, whole = request.actor, root(request.actor)
    if request.POST.get("do") == "drop":
        actions.drop_app(by, whole, platform=platform)
        return _("Taken away.")
    was = {"app": request.POST["was"]} if "was" in request.POST else None
    actions.set_app(by, whole, platform=platform, fields=request.POST.dict(), was=was)
    return _("Saved.")


def _fields(request: Any, found: app_queries.AppThere) -> list[dict[str, Any]]:
    """With what was typed, but never a secret."""
    if request.method != "POST":
        return found.fields
    return [
        {**each, "value": "" if each["field"].kind == "secret" else request.POST.get(each["field"].name, "")}
        for each in found.fields
    ]


urlpatterns = [
    screen(
        "platforms/apps/",
        index,
        may="platforms.apps",
        name="platform_apps",
        does=("platform.app_set", "platform.app_drop"),
    ),
]
