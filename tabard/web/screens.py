"""Pages of the frame itself: how it looks and speaks to me, and the page of components."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from tabard.kernel.permissions import PUBLIC, SIGNED_IN
from tabard.kernel.screen import is_part, screen
from tabard.org.actions import change_profile
from tabard.web import pages, sheet
from tabard.web.queries import myself

YEAR = 365 * 24 * 3600


@require_POST
def look(request: Any) -> HttpResponse:
    """Set language, theme or single-letter keys: kept with the person, or in a cookie before signing in."""
    given = {name: request.POST[name] for name in ("language", "theme", "keys") if name in request.POST}
    if given.get("language") not in {None, *dict(settings.LANGUAGES)}:
        del given["language"]
    response = HttpResponse(status=204) if is_part(request) else HttpResponseRedirect(_next(request))
    if request.actor and given:
        changes: dict[str, Any] = {name: given[name] for name in ("language",) if name in given}
        if "theme" in given:
            changes["theme"] = given["theme"] or "system"
        if "keys" in given:
            changes["single_keys"] = given["keys"] != "off"
        change_profile(request.actor, myself(request.actor), **changes)
    kept: dict[str, Any] = {"max_age": YEAR, "samesite": "Lax", "secure": settings.HTTPS, "httponly": True}
    for name, cookie in (("language", settings.LANGUAGE_COOKIE_NAME), ("theme", settings.THEME_COOKIE_NAME)):
        if name in given:
            response.set_cookie(cookie, given[name], **kept)
    return response


def _next(request: HttpRequest) -> str:
    to = request.POST.get("next", "")
    return to if url_has_allowed_host_and_scheme(to, {request.get_host()}) else "/"


def components(request: HttpRequest) -> HttpResponse:
    """Every component in light, dark, Bulgarian and from right to left; only where Tabard is being made."""
    if not (settings.DEBUG or settings.LOCAL):
        raise Http404
    return render(request, "web/ui/index.html", sheet.examples())


urlpatterns = [
    screen("", pages.index, may=SIGNED_IN, name="today"),
    screen("needs/", pages.needs, may=SIGNED_IN, name="needs", page=False),
    screen("scope/", pages.scope, may=SIGNED_IN, name="scope"),
    screen("find/", pages.find, may=SIGNED_IN, name="find"),
    screen("look/", look, may=PUBLIC, name="look", does="person.profile", page=False),
    screen("ui/", components, may=PUBLIC, name="ui"),
]
