"""Signing out: here, at the source one came by, and here because one signed out there."""

from __future__ import annotations

import logging
from typing import Any

from allauth.account import views
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tabard.access import actions, oidc, queries, saml
from tabard.access.screens.entry import refused
from tabard.access.signing_in import KEY
from tabard.kernel.actor import job
from tabard.kernel.screen import draw

logger = logging.getLogger(__name__)
ON_THE_WAY = "tabard_on_the_way_out"


def out(request: Any) -> HttpResponse:
    """Sign out here, and then at the source, where it asks for that."""
    there = queries.at_source(request.session.get(KEY)) if request.method == "POST" else None
    where, number = _away(there)
    answer: HttpResponse = views.logout(request)
    if there is None or not where or answer.status_code != 302:
        return answer
    request.session[ON_THE_WAY] = number or there.source.slug
    return HttpResponseRedirect(where)


def _away(there: Any) -> tuple[str, str]:
    """Where to; nowhere if there is no source, or it cannot be asked. Signing out here never waits for it."""
    if there is None:
        return "", ""
    try:
        return saml.away(there) if there.source.kind == "saml" else (oidc.away(there), "")
    except oidc.Untrusted as error:
        logger.warning("Sign-out at %s not begun: %s", there.source.slug, error)
        return "", ""


@require_GET
def back(request: Any, slug: str) -> HttpResponse:
    """Signed out there too."""
    source = queries.open_source(slug, "oidc")
    if source is None:
        return refused(request, slug, "there is no such source")
    return _over(request, source, there=request.session.pop(ON_THE_WAY, "") == slug)


def _over(request: Any, source: Any, *, there: bool) -> HttpResponse:
    """What became of signing out; nothing is said of it to whoever is still signed in."""
    if request.actor is not None:
        return HttpResponseRedirect("/")
    return draw(request, "access/signed_out.html", {"source": source, "there": there})


# The source itself calls; its signature stands for what a form of ours would carry.
@csrf_exempt
@require_POST
def told(request: Any, slug: str) -> HttpResponse:
    """The source says from behind that somebody signed out there (OpenID Connect Back-Channel Logout 1.0)."""
    source = queries.open_source(slug, "oidc")
    try:
        if source is None:
            raise oidc.Untrusted("there is no such source")
        said = oidc.told(source, request.POST.get("logout_token", ""))
        _end(source, said["jti"], said.get("sub", ""), [said["sid"]] if "sid" in said else [])
    except oidc.Untrusted as error:
        _log(request, slug, error)
        answer: HttpResponse = JsonResponse({"error": "invalid_request"}, status=400)
    else:
        answer = HttpResponse()
    answer["Cache-Control"] = "no-store"
    return answer


@csrf_exempt
@require_http_methods(["GET", "POST"])
def slo(request: Any, slug: str) -> HttpResponse:
    """Single logout of SAML: the source asks us, or answers us."""
    source = queries.open_source(slug, "saml")
    given = request.POST if request.method == "POST" else request.GET
    if source is None or not {"SAMLRequest", "SAMLResponse"} & set(given):
        return refused(request, slug, "there is no such source, or no message")
    form = given.get("SAMLRequest", "") or given.get("SAMLResponse", "")
    carried = ("", form) if request.method == "POST" else (request.META["QUERY_STRING"], "")
    try:
        if "SAMLRequest" in given:
            return _asked(request, source, carried, given.get("RelayState", ""))
        saml.answered(source, carried, request.session.pop(ON_THE_WAY, ""))
        there = True
    except oidc.Untrusted as error:
        _log(request, slug, error)
        there = False
    if "SAMLRequest" in given:
        return draw(request, "access/not_let_in.html", {"again": reverse("account_login")}, status=403)
    return _over(request, source, there=there)


def _asked(request: Any, source: Any, carried: tuple[str, str], relay: str) -> HttpResponse:
    leaving = saml.told(source, carried)
    _end(source, leaving.number, leaving.subject, list(leaving.indexes))
    return HttpResponseRedirect(saml.answer(source, leaving.number, relay))


def _end(source: Any, number: str, subject: str, indexes: list[str]) -> None:
    by = job(f"sign-out by {source}", "sessions.end")
    actions.leave_by_source(by, source, number=number, subject=subject, indexes=indexes)


def _log(request: Any, slug: str, error: Exception) -> None:
    where = {"address": request.META["REMOTE_ADDR"]}
    logger.warning("Sign-out by %s refused: %s", slug[:40], error, extra=where)
