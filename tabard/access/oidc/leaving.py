"""Signing out: where a browser goes to sign out at the source too, and what the source says from behind.

OpenID Connect RP-Initiated Logout 1.0 and Back-Channel Logout 1.0. Of Front-Channel Logout there is nothing:
it lives on cookies in frames of other sites, which browsers no longer send.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.core.cache import cache
from django.urls import reverse

from tabard.access.models import Source, SourceSession
from tabard.access.oidc import wire
from tabard.access.oidc.flow import known, session_purpose
from tabard.access.oidc.tokens import Untrusted, signed_out
from tabard.access.vault import unseal
from tabard.kernel import clock

# How often the keys are asked for again because of a token that does not verify; anybody may send one.
KEYS_EVERY = 60  # seconds


def away(there: SourceSession) -> str:
    """Where the browser goes to sign out at the source; nowhere if the source has no such place."""
    source = there.source
    address = str(known(source)["description"].get("end_session_endpoint", ""))
    parts = urlsplit(address)
    if parts.scheme != "https" and parts.hostname not in settings.PRIVATE_HOSTS:
        return ""
    given = {"client_id": source.client, "post_logout_redirect_uri": home(source)}
    if there.secret:
        given["id_token_hint"] = unseal(there.secret, about=session_purpose(source))["token"]
    return f"{address}{'&' if '?' in address else '?'}{urlencode(given)}"


def told(source: Source, token: str) -> dict[str, Any]:
    """What a token says that the source itself has sent: who signed out there. `Untrusted` if it is none."""
    there = known(source)
    fits: dict[str, Any] = {"issuer": source.issuer, "client": source.client, "now": clock.now()}
    try:
        return signed_out(token, there["keys"], **fits)
    except Untrusted:
        if not cache.add(f"source:{source.pk}:keys", 1, KEYS_EVERY):
            raise
    return signed_out(token, wire.asked(lambda http: wire.keys(http, there["description"])), **fits)


def home(source: Source) -> str:
    """Where people come back to once they have signed out there; to be registered there."""
    return f"{settings.PUBLIC_URL}{reverse('source_signed_out', args=[source.slug])}"


def behind(source: Source) -> str:
    """Where the source itself says that somebody signed out; to be registered there."""
    return f"{settings.PUBLIC_URL}{reverse('source_logout', args=[source.slug])}"
