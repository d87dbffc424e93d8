"""The door at which platforms tell what happens: no session, no cookie, only their signature counts."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, UnreadablePostError
from django.views.decorators.csrf import csrf_exempt

from tabard.access import rate
from tabard.access.vault import Sealed
from tabard.inbox import hearing, jobs
from tabard.kernel.permissions import PUBLIC
from tabard.kernel.screen import screen

WRONG = 20  # requests that one without the right signature counts as


def hook(request: Any, platform: str) -> HttpResponse:
    """GET: the platform asks whether this address is ours. POST: it tells of something."""
    try:
        return _told(request, platform) if request.method == "POST" else _asked(request, platform)
    except hearing.Unheard as error:
        for _time in range(WRONG):
            rate.address(request)
        return _plain(str(error), 403)
    except Sealed:
        return _plain("The key of this set-up does not open what was entered for the platform.", 503)


def _asked(request: Any, platform: str) -> HttpResponse:
    if request.method != "GET":
        return HttpResponse(status=405, headers={"Allow": "GET, POST"})
    found = hearing.answer(platform, request.GET.dict())
    return _plain(found.body, 200, found.mime)


def _told(request: Any, platform: str) -> HttpResponse:
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > hearing.LARGEST:
        return _plain("An event has at most a million bytes.", 413)
    if request.content_type.startswith(("multipart/", "application/x-www-form-urlencoded")):
        return _plain("An event is JSON.", 415)
    try:
        body = request.body
    except UnreadablePostError:
        return _plain("The event was cut off.", 400)
    headers = {name.lower(): value for name, value in request.headers.items()}
    for channel_id in hearing.hear(platform, headers, body):
        jobs.read_soon(channel_id)
    return _plain("", 200)


def _plain(body: str, status: int, mime: str = "text/plain") -> HttpResponse:
    made = HttpResponse(body, status=status, content_type=f"{mime}; charset=utf-8")
    made["Cache-Control"] = "no-store"
    return made


def _open(pattern: Any) -> Any:
    pattern.callback = csrf_exempt(pattern.callback)
    return pattern


urlpatterns = [
    _open(screen("hooks/<slug:platform>/", hook, may=PUBLIC, name="hook", page=False)),
]
