"""Who asks: puts the actor of the signed-in person on each request, and speaks their language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from tabard.org.people import actor_of


def actor_middleware(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """`request.actor`: the signed-in person, or None. API tokens are read by the API itself."""

    def middleware(request: Any) -> HttpResponse:
        person = request.user if request.user.is_authenticated else None
        request.actor = (
            actor_of(person, "screen", origin=request.META.get("REMOTE_ADDR", "")) if person else None
        )
        if not person:
            return get_response(request)
        with translation.override(person.language), timezone.override(person.zone):
            request.LANGUAGE_CODE = person.language
            return get_response(request)

    return middleware
