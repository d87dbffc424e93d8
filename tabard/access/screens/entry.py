"""The door: by password, or on to the source that speaks for the e-mail's domain, and back from there."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from allauth.account import views
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.contrib.auth import logout
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from tabard.access import actions, oidc, queries, rules, saml, throttle
from tabard.access.emergency_door import stands_open
from tabard.access.signing_in import AT_SOURCE
from tabard.kernel.actor import job
from tabard.kernel.permissions import demand_proof
from tabard.kernel.screen import draw

logger = logging.getLogger(__name__)


def login(request: Any) -> HttpResponse:
    """The page of sign-in. Who is sent on depends on the domain alone, so nothing is told about anybody."""
    if request.method == "POST":
        email = request.POST.get("login", "")[:254]
        source = queries.source_for(email)
        typed = bool(request.POST.get("password"))
        if source and not (typed and (not source.alone or stands_open(email))):
            return _onward(request, source)
    answer: HttpResponse = views.login(request)
    return answer


def reset(request: Any) -> HttpResponse:
    """Asking for a link to set a password. The answer is the same for everybody, also when none is sent."""
    if request.method == "POST":
        marks = throttle.marks(request, "reset", request.POST.get("email", ""))
        if throttle.resting(marks):
            return HttpResponseRedirect(reverse("account_reset_password_done"))
        throttle.failed(marks)
    answer: HttpResponse = views.password_reset(request)
    return answer


def first_password(request: Any) -> HttpResponse:
    """A password for who has none yet. With it they show that it is them: so they show that first."""
    if request.actor:
        demand_proof(request.actor)
    answer: HttpResponse = views.password_set(request)
    return answer


def again(request: Any) -> HttpResponse:
    """Showing that it is you: by factor or password, or at the source for whoever has neither."""
    if request.actor and not get_adapter().get_reauthentication_methods(request.user):
        source = queries.source_of(request.actor)
        if source is None:
            return HttpResponseRedirect(reverse("mfa_index"))
        return _onward(request, source, afresh=True)
    answer: HttpResponse = views.reauthenticate(request)
    return answer


@require_POST
def begin(request: Any, slug: str) -> HttpResponse:
    """On to a source."""
    source = queries.open_source(slug)
    return _onward(request, source) if source else refused(request, slug, "there is no such source")


def back(request: Any, slug: str) -> HttpResponse:
    """Back from a source, with its answer."""
    source = queries.open_source(slug, "oidc")
    if source is None:
        return refused(request, slug, "there is no such source")
    answer = {k: request.GET.get(k, "")[:4000] for k in ("state", "code", "iss", "error") if k in request.GET}
    return arrived(request, source, lambda: oidc.finish(request.session, source, answer))


def arrived(request: Any, source: Any, finish: Callable[[], tuple[dict[str, Any], str]]) -> HttpResponse:
    """Let in whoever `finish` tells of, or refuse."""
    by = job(f"sign-in by {source}", "org.people", "grants.give")
    try:
        claims, onward = finish()
        identity = actions.arrive(by, source, claims=claims)
    except oidc.Untrusted as error:
        return refused(request, source.slug, str(error))
    if request.user.is_authenticated and request.user.pk != identity.person_id:
        logout(request)  # what was kept for somebody else goes, before this sign-in begins
    record_authentication(request, identity.person, method="source", source=source.pk)
    weak = rules.one_factor(claims.get("amr"))
    request.session[AT_SOURCE] = {"source": source.pk, "weak": weak, **claims[oidc.SESSION]}
    came_in: HttpResponse = perform_login(request, Login(user=identity.person, redirect_url=onward))
    return came_in


def _onward(request: Any, source: Any, *, afresh: bool = False) -> HttpResponse:
    to = request.POST.get("next", "") or request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(to, {request.get_host()})
    try:
        way = saml if source.kind == "saml" else oidc
        begun = way.begin(request.session, source, onward=to if safe else "/", afresh=afresh)
        return HttpResponseRedirect(begun)
    except oidc.Untrusted as error:
        return refused(request, source.slug, str(error))


def refused(request: Any, slug: str, why: str) -> HttpResponse:
    """For the person one page whatever it was; for the log what it was."""
    logger.warning(
        "Sign-in by %s refused: %s", slug[:40], why, extra={"address": request.META["REMOTE_ADDR"]}
    )
    return draw(request, "access/not_let_in.html", {"again": reverse("account_login")}, status=403)
