"""The scope: which unit is looked at. Taken off the address here, put back on every link by `reverse`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.urls import get_script_prefix, set_script_prefix

from tabard.kernel import scope
from tabard.kernel.errors import Missing
from tabard.kernel.refusals import refused
from tabard.org.queries import unit_in_scope


class ScopeMiddleware:
    """`request.scope`: the unit of `/@slug/`, or None for the whole organisation; 404 if it is not yours."""

    def __init__(self, get_response: Callable[[Any], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        slug, rest = scope.split(request.path_info)
        request.scope = None
        if slug is None:
            return self.get_response(request)
        request.path_info = rest
        before = get_script_prefix()
        set_script_prefix(scope.prefix(slug))
        request.scope_slug = slug
        try:
            return self.get_response(request)
        finally:  # it belongs to the thread, which answers other requests next
            set_script_prefix(before)

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Only now, when it is known who asks."""
        slug = getattr(request, "scope_slug", None)
        if not slug or request.actor is None:
            return None
        try:
            request.scope = unit_in_scope(request.actor, slug)
        except Missing as error:
            set_script_prefix("/")
            return refused(request, error)
        return None
