"""`/scim/v2`: from a request to the protocol and back. A directory shows its token; nobody else gets in."""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.utils.translation import override
from scim2_models import (
    InvalidSyntaxException,
    PayloadTooLargeException,
    SCIMException,
    UnauthorizedException,
)
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse
from scim2_server.service import ScimService

from tabard.access import rate
from tabard.access.actions.provisioning import ALLOWED
from tabard.access.actions.tokens import digest
from tabard.access.models import DirectoryToken
from tabard.access.scim.dialects import understood
from tabard.access.scim.joining import Handler
from tabard.access.scim.shapes import LARGEST, LARGEST_BULK, provider
from tabard.access.scim.storage import Storage
from tabard.access.whence import address_of
from tabard.audit.refusals import unknown_key
from tabard.kernel import clock
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Hurried

logger = logging.getLogger(__name__)
# Two that wait for each other: the database ends one, which is then done again.
DEADLOCK = "40P01"
TRIES = 3


class TooMany(SCIMException):
    """More than one directory may tell in a minute."""

    status = 429


class Protocol(ScimService):
    """The protocol, with a body in the answer to a PATCH of a person, which Okta reads."""

    def patch_response(self, base_url: str, resource: Any, response_parameters: Any) -> ScimResponse:
        if resource.meta.resource_type == "User":
            return self.replacement_response(base_url, resource, response_parameters)
        return super().patch_response(base_url, resource, response_parameters)


SERVICE = Protocol(provider())


def scim(request: HttpRequest, path: str = "") -> HttpResponse:
    """Every address of the protocol."""
    with override("en"):
        try:
            token = _token(request)
            answer = _answer(request, path, token)
        except Exception as error:  # noqa: BLE001 whatever broke is told as the protocol has it, and logged
            answer = _refused(request, error)
    body = b"" if answer.body is None else json.dumps(answer.body).encode()
    response = HttpResponse(body, status=int(answer.status), headers=answer.headers)
    response["Cache-Control"] = "no-store"
    return response


def _answer(request: HttpRequest, path: str, token: DirectoryToken) -> ScimResponse:
    asked = ScimRequest(
        method=str(request.method),
        base_url=f"{settings.PUBLIC_URL}/scim/v2",
        path=f"/{path}",
        query=request.GET.dict(),
        headers=dict(request.headers),
        body=_body(request, path),
    )
    for number in range(1, TRIES + 1):
        # Rights and rows are remembered for one try only.
        storage = Storage(_actor(request, token), token.directory)
        try:
            return Handler(SERVICE, storage).handle(asked)
        except OperationalError as error:
            if number == TRIES or getattr(error.__cause__, "sqlstate", "") != DEADLOCK:
                raise
    raise AssertionError("unreachable")


def _token(request: HttpRequest) -> DirectoryToken:
    scheme, _space, key = request.headers.get("Authorization", "").partition(" ")
    found = None
    if scheme.lower() == "bearer" and key:
        good = {"ended_at": None, "ends_at__gt": clock.now()}
        known = DirectoryToken.objects.filter(digest=digest(key.strip()), **good)
        found = known.select_related("directory__unit").first()
    if found is None:
        rate.address(request)
        raise UnauthorizedException(detail="Send the token of a directory as a bearer token")
    rate.directory(request, found.pk)
    now = clock.now()
    if not found.used_at or now - found.used_at > timedelta(minutes=1):
        DirectoryToken.objects.filter(pk=found.pk).update(used_at=now)
    return found


def _actor(request: HttpRequest, token: DirectoryToken) -> Actor:
    """The directory, within what a directory may do."""
    return Actor(
        kind="job",
        name=token.directory.name,
        via="api",
        allowed=frozenset(ALLOWED),
        origin=f"scim {token.start} {address_of(request)}".strip(),
    )


def _body(request: HttpRequest, path: str) -> bytes:
    """What was sent, as far as it may be long, with the dialects of directories understood."""
    most = LARGEST_BULK if path.strip("/").lower() == "bulk" else LARGEST
    try:
        whole = request.read(most + 1)
    except UnreadablePostError as error:
        raise InvalidSyntaxException(detail="The request broke off") from error
    if len(whole) > most:
        raise PayloadTooLargeException(detail=f"A request may have {most} bytes at most")
    try:
        return json.dumps(understood(json.loads(whole))).encode() if whole else whole
    except (ValueError, RecursionError):
        return whole  # the protocol says what is wrong, if it reads a body at all here


def _refused(request: HttpRequest, error: Exception) -> ScimResponse:
    if isinstance(error, UnauthorizedException):
        unknown_key(request)
    if isinstance(error, RecursionError):
        error = InvalidSyntaxException(detail="The request is nested too deeply")
    late = error.seconds if isinstance(error, Hurried) else 0
    if isinstance(error, Hurried):
        error = TooMany(detail=error.reason)
    answer = SERVICE.error_response(error)
    if late:
        answer.headers["Retry-After"] = str(late)
    if answer.status >= 500:
        logger.error("SCIM broke", exc_info=error, extra={"path": request.path})
    return answer
