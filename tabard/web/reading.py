"""The first look at a request: refused before anything reads it where it is too large or cannot be text."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tabard.kernel.errors import NO_ROOM, Full

# A request may bring several pictures of 25 MB. More would fill the disk before anybody has looked at it.
LARGEST = 256_000_000
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
            if _has_zero(request.GET):
                request.GET = _cleaned(request.GET)  # type: ignore[assignment] # it is not changed again
            try:
                if request.method == "POST" and _has_zero(request.POST):
                    request.POST = _cleaned(request.POST)  # type: ignore[assignment]
            except OSError as error:  # a file that is being received has no room
                if error.errno not in NO_ROOM:
                    raise
                return render(request, "507.html", {"said": Full().reason}, status=507)
        return get_response(request)

    return middleware


def _look(request: HttpRequest) -> None:
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or len(length) > 18 or int(length) > LARGEST:
        raise RequestDataTooBig(gettext("The request is too large."))
    if "\x00" in request.path_info:
        raise SuspiciousOperation(gettext("There is no such address."))


def _has_zero(given: QueryDict) -> bool:
    return any("\x00" in name or any("\x00" in v for v in values) for name, values in given.lists())


def _cleaned(given: QueryDict) -> QueryDict:
    found = QueryDict(mutable=True)
    for name, values in given.lists():
        found.setlist(name.replace("\x00", ""), [v.replace("\x00", "") for v in values])
    found._mutable = False
    return found
