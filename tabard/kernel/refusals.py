"""Refusals on screens: what is wrong and what to do, as a page or as a toast for htmx."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from tabard.kernel.errors import Refusal
from tabard.kernel.screen import is_part


class RefusalMiddleware:
    """Turns a `Refusal` that no view has caught into its page (API errors are the API's own)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return refused(request, error) if isinstance(error, Refusal) else None


def refused(request: HttpRequest, error: Refusal) -> HttpResponse:
    """What a refusal looks like: the page, or a toast where only a part was asked for."""
    if is_part(request):
        toast = render_to_string("ui/toast.html", {"said": error.reason, "bad": True, "oob": True}, request)
        return HttpResponse(toast, status=error.status, headers={"HX-Reswap": "none"})
    return render(request, "web/refused.html", {"error": error}, status=error.status)
