"""The first look at a request: refused before anything reads it where it is too large or cannot be text."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict, UnreadablePostError
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tabard.kernel.errors import NO_ROOM, Full
from tabard.web.receiving import Receiving

# What any request may bring: several pictures of 25 MB. More would fill the disk before anybody looked at it.
LARGEST = 256_000_000
# Where more may come, up to the largest file: from people who are signed in, and from programs with a token.
UPLOADS = re.compile(r"/(library/new/|posts/\d+/pictures/|api/v1/assets)$")
AROUND = 1_000_000  # bytes of a form beside its file
API = "/api/"
SAID = {
    400: _("The request could not be read."),
    403: _("The request was refused before the API saw it: the CSRF token is missing."),
    404: _("There is no such address."),
    405: _("This address does not take this method."),
    500: _("Something broke here. It has been written down."),
}


def reading_middleware(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Programs are told in JSON whatever goes wrong, also where it never reached the API itself."""

    def middleware(request: HttpRequest) -> HttpResponse:
        program = request.path_info.startswith(API)
        try:
            _look(request)
        except SuspiciousOperation as error:
            if not program:
                raise
            return _problem(413 if isinstance(error, RequestDataTooBig) else 400, str(error))
        answer = get_response(request)
        for handler in getattr(request, "_upload_handlers", ()):
            if isinstance(handler, Receiving):
                handler.leave()
        if program and answer.status_code >= 400 and "json" not in answer.get("Content-Type", ""):
            told = _problem(answer.status_code, str(SAID.get(answer.status_code, SAID[500])))
            if "Allow" in answer:
                told["Allow"] = answer["Allow"]
            return told
        return answer

    return middleware


def _problem(status: int, said: str) -> HttpResponse:
    told = {"status": status, "detail": said}
    return JsonResponse(told, status=status, content_type="application/problem+json")


def form_middleware(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """PostgreSQL keeps no character zero: it is taken out of what forms and addresses give to screens.

    The API says what is wrong instead.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(API):
            if _large(request) and SESSION_KEY not in request.session:
                raise RequestDataTooBig(gettext("The request is too large."))
            if _has_zero(request.GET):
                request.GET = _cleaned(request.GET)  # type: ignore[assignment] # it is not changed again
            try:
                if request.method == "POST" and _has_zero(request.POST):
                    request.POST = _cleaned(request.POST)  # type: ignore[assignment]
            except UnreadablePostError:  # whoever sent it has gone: nobody reads this
                return HttpResponse(status=400)
            except OSError as error:  # a file that is being received has no room
                if error.errno not in NO_ROOM:
                    raise
                return render(request, "507.html", {"said": Full().reason}, status=507)
        return get_response(request)

    return middleware


def _look(request: HttpRequest) -> None:
    length = request.META.get("CONTENT_LENGTH") or "0"
    most = settings.LARGEST_FILE + AROUND if UPLOADS.search(request.path_info) else LARGEST
    if not length.isdigit() or len(length) > 18 or int(length) > max(most, LARGEST):
        raise RequestDataTooBig(gettext("The request is too large."))
    request._stream = _Whole(request._stream, int(length))  # type: ignore[assignment] # it reads as one
    if "\x00" in request.path_info:
        raise SuspiciousOperation(gettext("There is no such address."))


def _large(request: HttpRequest) -> bool:
    return int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST


class _Whole:
    """The body of a request that must arrive as a whole.

    The server ends what is cut off as if it were complete: half a file would be kept as if it were one.
    """

    def __init__(self, stream: Any, length: int) -> None:
        self._stream, self._left = stream, length

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def read(self, *size: int) -> bytes:
        return self._counted(self._stream.read(*size), size)

    def readline(self, *size: int) -> bytes:
        return self._counted(self._stream.readline(*size), size)

    def _counted(self, found: bytes, size: tuple[int, ...]) -> bytes:
        self._left -= len(found)
        if self._left > 0 and not found and size != (0,):
            raise ConnectionResetError("the request was cut off")
        return found


def _has_zero(given: QueryDict) -> bool:
    return any("\x00" in name or any("\x00" in v for v in values) for name, values in given.lists())


def _cleaned(given: QueryDict) -> QueryDict:
    found = QueryDict(mutable=True)
    for name, values in given.lists():
        found.setlist(name.replace("\x00", ""), [v.replace("\x00", "") for v in values])
    found._mutable = False
    return found
