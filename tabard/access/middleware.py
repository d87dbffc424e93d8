"""Who asks: puts the actor of the signed-in person on each request, and speaks their language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from tabard.access import rate
from tabard.access.models import Session
from tabard.access.signing_in import owes_factor, seen, session_of
from tabard.access.whence import address_of
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Hurried
from tabard.kernel.refusals import refused
from tabard.org.people import actor_of

# What somebody reaches who has yet to set up a second factor: that, signing out, and how the page looks.
BEFORE = ("/sign-in/", "/look/", "/static/")


def actor_middleware(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """`request.actor`: the signed-in person, or None. API tokens are read by the API itself."""

    def middleware(request: Any) -> HttpResponse:
        session = _session(request)
        if session is None:
            request.actor = None
            return _slowly(request, rate.stranger) or get_response(request)
        person = request.user
        request.actor = _actor(request, session)
        with translation.override(person.language), timezone.override(person.zone):
            request.LANGUAGE_CODE = person.language
            if late := _slowly(request, rate.person):
                return late
            if not request.path_info.startswith(BEFORE) and owes_factor(session):
                return _first_the_factor(request)
            return get_response(request)

    return middleware


def _session(request: Any) -> Session | None:
    """The open session of the request. One that is over is forgotten by the browser too, and said to be."""
    if not request.user.is_authenticated:
        return None
    session = session_of(request.user, request.session)
    if session is None:
        logout(request)
        if not request.path_info.startswith("/api/"):
            messages.info(request, _("Your session has ended. Sign in again."))
        return None
    seen(session)
    return session


def _actor(request: Any, session: Session) -> Actor:
    actor = actor_of(request.user, "screen", origin=address_of(request), proved_at=session.proved_at)
    actor.session_id = session.pk
    return actor


def _slowly(request: Any, demand: Callable[[Any], None]) -> HttpResponse | None:
    """The refusal, where somebody asks too much."""
    try:
        demand(request)
    except Hurried as error:
        if not request.path_info.startswith("/api/"):
            return refused(request, error)
        answer = _problem(error.status, error.reason)
        answer["Retry-After"] = str(error.seconds)
        return answer
    return None


def _problem(status: int, said: str) -> HttpResponse:
    told = {"status": status, "detail": said}
    return JsonResponse(told, status=status, content_type="application/problem+json")


def _first_the_factor(request: Any) -> HttpResponse:
    said = _("Your organisation asks for a second factor. Set one up to go on.")
    if request.path_info.startswith("/api/"):
        return _problem(403, said)
    messages.warning(request, said)
    return HttpResponseRedirect(reverse("mfa_index"))
