"""The REST API: every app's router under one roof, one way of saying no."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.utils.translation import gettext as _
from ninja.errors import AuthenticationError, HttpError, ValidationError

import tabard
from tabard.access.api_keys import SessionKey, TokenKey
from tabard.api.docs import Api, Docs
from tabard.api.reading import StrictParser, too_large
from tabard.audit.refusals import forged, malformed, unknown_key
from tabard.kernel import refusals
from tabard.kernel.errors import NO_ROOM, Conflict, Full, Hurried, Invalid, ProveFirst, Refusal, Stale

api = Api(
    title="Tabard",
    version=tabard.__version__,
    urls_namespace="api",
    auth=[TokenKey(), SessionKey()],
    docs_url="/docs",
    docs=Docs(),
    parser=StrictParser(),
)


def problem(request: HttpRequest, status: int, detail: str, **more: Any) -> HttpResponse:
    """An answer as RFC 9457 has it."""
    response = api.create_response(request, {"status": status, "detail": detail, **more}, status=status)
    response["Content-Type"] = "application/problem+json"
    return response


@api.exception_handler(Refusal)
def refused(request: HttpRequest, error: Refusal) -> HttpResponse:
    refusals.tell(request, error)
    if isinstance(error, Invalid):
        return problem(request, error.status, error.reason, fields=error.fields)
    if isinstance(error, Conflict):
        return problem(request, error.status, error.reason, theirs=error.theirs)
    if isinstance(error, Stale):
        return problem(request, error.status, error.reason, changed=error.changed)
    if isinstance(error, ProveFirst):
        return problem(request, error.status, error.reason, prove=True)
    if isinstance(error, Hurried):
        response = problem(request, error.status, error.reason)
        response["Retry-After"] = str(error.seconds)
        return response
    return problem(request, error.status, error.reason)


@api.exception_handler(ValidationError)
def not_as_written(request: HttpRequest, error: ValidationError) -> HttpResponse:
    malformed(request)
    fields: dict[str, list[str]] = {}
    for each in error.errors:
        fields.setdefault(".".join(str(part) for part in each["loc"][1:]), []).append(str(each["msg"]))
    return problem(request, 422, _("The request is not as the document of the API has it."), fields=fields)


@api.exception_handler(AuthenticationError)
def unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    unknown_key(request)
    response = problem(request, 401, _("Send a valid token as “Authorization: Bearer …”."))
    response["WWW-Authenticate"] = "Bearer"
    return response


@api.exception_handler(SuspiciousOperation)
@api.exception_handler(UnreadablePostError)
def unreadable(request: HttpRequest, error: Exception) -> HttpResponse:
    return failed(request, too_large(request, error))


@api.exception_handler(OSError)
def no_room(request: HttpRequest, error: OSError) -> HttpResponse:
    """A file that is being received has no room on the disk; anything else is a fault."""
    if error.errno not in NO_ROOM:
        raise error
    return refused(request, Full())


@api.exception_handler(Http404)
def missing(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem(request, 404, _("There is nothing here."))


@api.exception_handler(HttpError)
def failed(request: HttpRequest, error: HttpError) -> HttpResponse:
    """Ninja wraps what its reader raised in words of its own; what was meant is the cause."""
    if isinstance(error.__cause__, Refusal):
        return refused(request, error.__cause__)
    error = error.__cause__ if isinstance(error.__cause__, HttpError) else error
    if error.status_code == 403:
        forged(request)
    elif error.status_code in {400, 413}:
        malformed(request)
    return problem(request, error.status_code, error.message)


for config in apps.get_app_configs():
    if config.name.startswith("tabard.") and find_spec(f"{config.name}.api"):
        api.add_router("", import_module(f"{config.name}.api").router)
