"""Refusals on screens: what is wrong and what to do, as a page or as a toast for htmx."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse

from tabard.kernel.errors import Denied, Hurried, IllegalMove, ProveFirst, Refusal
from tabard.kernel.screen import is_part

_UNSHOWN = re.compile("csrf|password|secret|token|key|code|^was$", re.I)

Watcher = Callable[[HttpRequest, Refusal], None]
_watcher: Watcher | None = None


def wire(watcher: Watcher) -> None:
    """Called once, by `config`: who counts what was refused for want of a right, or out of its turn."""
    global _watcher
    _watcher = watcher


def tell(request: HttpRequest, error: Refusal) -> None:
    """Have it counted if it was no slip of the pen; screens and the API both say it here."""
    if _watcher and isinstance(error, Denied | IllegalMove):
        _watcher(request, error)


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
    tell(request, error)
    answer = _answer(request, error)
    if isinstance(error, Hurried):
        answer["Retry-After"] = str(error.seconds)
    return answer


def _answer(request: HttpRequest, error: Refusal) -> HttpResponse:
    prove = _prove(request) if isinstance(error, ProveFirst) else ""
    if prove and request.method == "GET" and not is_part(request):
        return HttpResponseRedirect(prove)
    if prove and is_part(request):
        return HttpResponse(status=204, headers={"HX-Redirect": prove})
    if is_part(request):
        toast = render_to_string("ui/toast.html", {"said": error.reason, "bad": True, "oob": True}, request)
        return HttpResponse(toast, status=error.status, headers={"HX-Reswap": "none"})
    shown = {"error": error, "typed": typed(request), "back": _came_from(request), "prove": prove}
    return render(request, "web/refused.html", shown, status=error.status)


def typed(request: HttpRequest) -> list[str]:
    """What somebody wrote into the form that was refused, so that it is not lost; nothing secret of it."""
    return [
        value
        for name, values in request.POST.lists()
        if not _UNSHOWN.search(name)
        for value in values
        if any(c.isalpha() for c in value) and (" " in value.strip() or len(value) > 20)
    ]


def _came_from(request: HttpRequest) -> str:
    """The page with the form, where it was one of ours."""
    before = urlsplit(request.headers.get("Referer", ""))
    ours = before.netloc == request.get_host() and before.path.startswith("/")
    return f"{before.path}?{before.query}" if ours and before.query else before.path if ours else ""


def _prove(request: HttpRequest) -> str:
    """Where somebody shows that it is them, and comes back from to the page they were on."""
    before = urlsplit(request.headers.get("HX-Current-URL", ""))
    back = before._replace(scheme="", netloc="", fragment="").geturl() if before.path.startswith("/") else ""
    if request.method == "GET" and not is_part(request):
        back = request.get_full_path()
    back = back or _came_from(request) or "/"
    return f"{reverse('account_reauthenticate')}?{urlencode({'next': back})}"
