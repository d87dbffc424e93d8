"""From a request of the API to its actor: a bearer token, or the session of a signed-in person."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest
from ninja.security import APIKeyCookie, HttpBearer

from tabard.access import rate
from tabard.access.actions.tokens import digest
from tabard.access.models import ApiToken
from tabard.kernel import clock
from tabard.kernel.actor import Actor


class TokenKey(HttpBearer):
    """`Authorization: Bearer tbd_...`"""

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        now = clock.now()
        found = (
            ApiToken.objects.filter(
                Q(expires_at=None) | Q(expires_at__gt=now), digest=digest(token), ended_at=None
            )
            .select_related("person")
            .first()
        )
        if not found or not found.person.is_active:
            rate.address(request)
            return None
        actor = _on(request, token_actor(found))
        rate.key(request, found.pk)
        if not found.used_at or now - found.used_at > timedelta(minutes=1):
            ApiToken.objects.filter(pk=found.pk).update(used_at=now)
        return actor


class SessionKey(APIKeyCookie):
    """The cookie of somebody signed in: their own browser; needs the CSRF token for writes."""

    param_name = settings.SESSION_COOKIE_NAME

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor | None:
        actor: Actor | None = getattr(request, "actor", None)
        return _on(request, replace(actor, via="api", known={})) if actor else None


def token_actor(token: ApiToken) -> Actor:
    """A token acts in its person's name, within its own permissions."""
    allowed = frozenset(token.permissions) or None
    return Actor(
        "token",
        token.person.name,
        "api",
        token.person_id,
        allowed,
        origin=f"token {token.start}",
        dangerous=token.dangerous,
        token_id=token.pk,
    )


def _on(request: Any, actor: Actor) -> Actor:
    request.actor = actor
    return actor
