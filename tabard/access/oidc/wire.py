"""What is asked of a source over the network: its description, its keys, tokens for a code, more claims."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

from django.conf import settings

from tabard.access.oidc.tokens import Untrusted
from tabard.connectors.errors import ConnectorError
from tabard.connectors.http import Answer, Http, open_http

T = TypeVar("T")
DESCRIPTION = "/.well-known/openid-configuration"
SECONDS = 10.0


def asked(call: Callable[[Http], Awaitable[T]]) -> T:
    """Run one conversation with a source. What goes wrong on the way is `Untrusted`."""

    async def run() -> T:
        async with open_http(settings.PRIVATE_HOSTS) as http:
            return await call(http)

    try:
        return asyncio.run(run())
    except ConnectorError as error:
        raise Untrusted(f"the source did not answer as it should: {error}") from error


async def description(http: Http, issuer: str) -> dict[str, Any]:
    """The source's own description. It must speak for the very issuer that was asked (RFC 8414, 3.3)."""
    found = _object(await _to(http, issuer).get(issuer.rstrip("/") + DESCRIPTION, timeout=SECONDS))
    if found.get("issuer") != issuer:
        raise Untrusted("the description is of another issuer")
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        if urlsplit(str(found.get(name, ""))).scheme not in {"https", "http"}:
            raise Untrusted(f"the description has no {name}")
    _safe(str(found["authorization_endpoint"]))
    return found


async def keys(http: Http, known: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The keys with which the source signs."""
    url = str(known["jwks_uri"])
    found = _object(await _to(http, url).get(url, timeout=SECONDS)).get("keys")
    if not isinstance(found, list):
        raise Untrusted("no list of keys")
    return [key for key in found if isinstance(key, dict)]


async def tokens(
    http: Http, known: Mapping[str, Any], *, client: str, secret: str, code: str, verifier: str, back: str
) -> dict[str, Any]:
    """Tokens for a code (RFC 6749, 4.1.3, with the proof of RFC 7636)."""
    url = str(known["token_endpoint"])
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": verifier}
    headers = {}
    if secret and "client_secret_post" not in (known.get("token_endpoint_auth_methods_supported") or ()):
        both = f"{quote(client, safe='')}:{quote(secret, safe='')}"
        headers["Authorization"] = "Basic " + base64.b64encode(both.encode()).decode()
    else:
        form |= {"client_id": client, "client_secret": secret} if secret else {"client_id": client}
    answer = await _to(http, url, secret, code).call("POST", url, data=form, headers=headers, timeout=SECONDS)
    return _object(answer)


async def more_claims(http: Http, known: Mapping[str, Any], token: str, subject: str) -> dict[str, Any]:
    """What the source tells beside the ID token, of the same subject."""
    url = str(known.get("userinfo_endpoint", ""))
    if not url or not token:
        return {}
    headers = {"Authorization": f"Bearer {token}"}
    found = _object(await _to(http, url, token).get(url, headers=headers, timeout=SECONDS))
    if found.get("sub") != subject:
        raise Untrusted("the further claims are of another subject")
    return found


def _to(http: Http, url: str, *hidden: str) -> Http:
    return http.to([urlsplit(url).hostname or ""], hidden=lambda: tuple(h for h in hidden if h))


def _object(answer: Answer) -> dict[str, Any]:
    if answer.status != 200:
        raise Untrusted(f"the source answered {answer.status}")
    return answer.data()


def _safe(url: str) -> None:
    """Browsers are sent there: by https, or to a host of our own."""
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in settings.PRIVATE_HOSTS:
        raise Untrusted("the source asks browsers to come without TLS")
