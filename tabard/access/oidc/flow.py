"""The way there and back. What is needed to check the answer waits in the browser's session, once only."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.cache import cache
from django.urls import reverse

from tabard.access.models import Source
from tabard.access.oidc import wire
from tabard.access.oidc.tokens import Untrusted, checked
from tabard.access.vault import seal, unseal
from tabard.connectors.http import Http
from tabard.kernel import clock

# Under which claims carry what is needed to sign out there.
SESSION = "@session"
KEY = "tabard_on_the_way"
PATIENCE = 600  # seconds in which somebody must be back
KNOWN_FOR = 600  # seconds for which description and keys are kept


def begin(session: Any, source: Source, *, onward: str, afresh: bool = False) -> str:
    """Where the browser goes now. `afresh`: the source must ask the person again, not know them still."""
    described = known(source)["description"]
    waiting = {name: secrets.token_urlsafe(32) for name in ("state", "nonce", "verifier")}
    session[KEY] = {
        **waiting,
        "source": source.pk,
        "at": clock.now().timestamp(),
        "next": onward,
        "afresh": afresh,
    }
    proof = base64.urlsafe_b64encode(hashlib.sha256(waiting["verifier"].encode()).digest()).rstrip(b"=")
    query = {
        "response_type": "code",
        "client_id": source.client,
        "redirect_uri": back(source),
        "scope": "openid email profile",
        "state": waiting["state"],
        "nonce": waiting["nonce"],
        "code_challenge": proof.decode(),
        "code_challenge_method": "S256",
    }
    if afresh:
        query |= {"prompt": "login", "max_age": "0"}
    url = str(described["authorization_endpoint"])
    return f"{url}{'&' if '?' in url else '?'}{urlencode(query)}"


def finish(session: Any, source: Source, answer: dict[str, str]) -> tuple[dict[str, Any], str]:
    """The claims about whoever came back, and where they wanted to go. `Untrusted` if anything is not right.

    What waited is taken first: an answer brought a second time finds nothing to fit.
    """
    waiting = taken(session)
    if not hmac.compare_digest(str(answer.get("state", "")).encode(), waiting["state"].encode()):
        raise Untrusted("the answer is to another attempt (state)")
    if waiting["source"] != source.pk:
        raise Untrusted("another source was asked")
    # A source that names itself must be the one that was asked (RFC 9207).
    if answer.get("iss", source.issuer) != source.issuer:
        raise Untrusted("the answer is from another issuer (iss)")
    if answer.get("error") or not answer.get("code"):
        raise Untrusted(f"the source said {answer.get('error', 'nothing')[:80]!r}")
    there = known(source)
    claims = wire.asked(lambda http: _claims(http, source, there, answer["code"], waiting))
    if waiting["afresh"] and not _just_now(claims.get("auth_time")):
        raise Untrusted("the source did not ask the person again (auth_time)")
    return claims, str(waiting["next"])


def taken(session: Any) -> dict[str, Any]:
    """What waits in the session, taken out of it; `Untrusted` if nobody is waited for, or no longer."""
    waiting: dict[str, Any] | None = session.pop(KEY, None)
    sent = datetime.fromtimestamp(waiting["at"], UTC) if waiting else None
    if waiting is None or sent is None or not clock.within(sent, timedelta(seconds=PATIENCE)):
        raise Untrusted("nobody is waited for, or no longer")
    return waiting


def _just_now(moment: Any) -> bool:
    return isinstance(moment, int | float) and abs(clock.now().timestamp() - moment) < PATIENCE


async def _claims(
    http: Http, source: Source, known: dict[str, Any], code: str, waiting: dict[str, Any]
) -> dict[str, Any]:
    secret = unseal(source.secret, about=purpose(source)).get("secret", "")
    given = await wire.tokens(
        http,
        known["description"],
        client=source.client,
        secret=secret,
        code=code,
        verifier=waiting["verifier"],
        back=back(source),
    )
    token = str(given.get("id_token", ""))
    fits: dict[str, Any] = {"issuer": source.issuer, "client": source.client, "nonce": waiting["nonce"]}
    try:
        claims = checked(token, known["keys"], now=clock.now(), **fits)
    except Untrusted:  # perhaps the source has new keys: asked for once, then the answer stands
        claims = checked(token, await wire.keys(http, known["description"]), now=clock.now(), **fits)
    index = claims.get("sid")
    claims[SESSION] = {
        "subject": claims["sub"],
        "index": index if isinstance(index, str) and len(index) <= 255 and "\x00" not in index else "",
        "secret": seal({"token": token}, about=session_purpose(source)) if source.signs_out else "",
    }
    access = str(given.get("access_token", ""))
    if (source.groups_claim and source.groups_claim not in claims) or "email" not in claims:
        claims = {**await wire.more_claims(http, known["description"], access, claims["sub"]), **claims}
    return claims


def known(source: Source) -> dict[str, Any]:
    """The source's description and keys, asked for anew after ten minutes."""
    found: dict[str, Any] | None = cache.get(_place(source))
    if found is None:
        found = wire.asked(lambda http: _ask(http, source))
        cache.set(_place(source), found, KNOWN_FOR)
    return found


async def _ask(http: Http, source: Source) -> dict[str, Any]:
    description = await wire.description(http, source.issuer)
    return {"description": description, "keys": await wire.keys(http, description)}


def _place(source: Source) -> str:
    return f"source:{source.pk}:{hashlib.sha256(source.issuer.encode()).hexdigest()[:16]}"


def purpose(source: Source) -> str:
    """What the vault is told the secret is for."""
    return f"source {source.slug}"


def session_purpose(source: Source) -> str:
    """What the vault is told the ID tokens are for."""
    return f"sessions at source {source.slug}"


def back(source: Source) -> str:
    """Our address to which this source, and no other, sends people back."""
    return f"{settings.PUBLIC_URL}{reverse('source_back', args=[source.slug])}"
