"""Whether an ID token is what it must be. Pure: keys and the time are given.

OpenID Connect Core 1.0, 3.1.3.7, and RFC 8725 (JSON Web Token Best Current Practices): the algorithms are
ours to name, the key is the one of that name, and every claim is compared.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import jwt

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")
SLACK = 60  # seconds by which clocks may differ
OLDEST = 600  # seconds since a token was made
LARGEST = 20_000  # characters
EVENT = "http://schemas.openid.net/event/backchannel-logout"


class Untrusted(Exception):
    """What came is not believed. The text is for the log, in English, without secrets."""


def checked(
    token: str,
    keys: Sequence[Mapping[str, Any]],
    *,
    issuer: str,
    client: str,
    nonce: str,
    now: datetime,
) -> dict[str, Any]:
    """The claims of a token that is signed by `issuer`, made for `client` and this attempt, and fresh."""
    _header, claims = _read(token, keys)
    _for_us(claims, issuer, client)
    _subject(claims)
    _fresh(claims, now.timestamp())
    events = claims.get("events")
    if isinstance(events, dict) and EVENT in events:
        raise Untrusted("the token says that somebody signed out")
    if not nonce or not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
        raise Untrusted("the token was made for another attempt (nonce)")
    return claims


def signed_out(
    token: str, keys: Sequence[Mapping[str, Any]], *, issuer: str, client: str, now: datetime
) -> dict[str, Any]:
    """The claims of a token that says somebody signed out at the source (OpenID Connect Back-Channel Logout
    1.0, 2.4 and 2.6): `jti`, and `sub`, `sid` or both."""
    header, claims = _read(token, keys)
    if str(header.get("typ")).lower() != "logout+jwt":
        raise Untrusted("the token is of another type (typ)")
    _for_us(claims, issuer, client)
    _fresh(claims, now.timestamp())
    events = claims.get("events")
    if not isinstance(events, dict) or not isinstance(events.get(EVENT), dict):
        raise Untrusted("the token says nothing about signing out (events)")
    if "nonce" in claims:
        raise Untrusted("the token was made for signing in (nonce)")
    if not _is_name(claims.get("jti")):
        raise Untrusted("the token has no name (jti)")
    named = [name for name in ("sub", "sid") if name in claims]
    if not named or not all(_is_name(claims[name]) for name in named):
        raise Untrusted("nobody is named who signed out")
    return claims


def _read(token: str, keys: Sequence[Mapping[str, Any]]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and claims, once the signature is checked; no claim is compared."""
    if len(token) > LARGEST:
        raise Untrusted("the token is too long")
    try:
        header = jwt.get_unverified_header(token)
        claims: dict[str, Any] = jwt.decode(
            token,
            _key(header, keys),
            algorithms=[str(header["alg"])],
            options={"verify_aud": False, "verify_exp": False, "verify_iat": False, "verify_nbf": False},
        )
    except jwt.PyJWTError as error:
        raise Untrusted(f"the token does not verify: {error}") from error
    return header, claims


def _key(header: Mapping[str, Any], keys: Sequence[Mapping[str, Any]]) -> jwt.PyJWK:
    """The one key that the token names, and only if it is of the kind that its algorithm needs."""
    if header.get("alg") not in ALGORITHMS:
        raise Untrusted(f"the algorithm {str(header.get('alg'))[:20]!r} is not accepted")
    if header.get("crit"):
        raise Untrusted("the token asks for something unknown (crit)")
    public = [k for k in keys if k.get("kty") in {"RSA", "EC", "OKP"} and k.get("use", "sig") == "sig"]
    named = [k for k in public if k.get("kid") == header.get("kid")] if "kid" in header else public
    if len(named) != 1:
        raise Untrusted("no key, or more than one, has the name in the token (kid)")
    if named[0].get("alg", header["alg"]) != header["alg"]:
        raise Untrusted("the key is for another algorithm")
    return jwt.PyJWK(dict(named[0]), algorithm=str(header["alg"]))


def _for_us(claims: Mapping[str, Any], issuer: str, client: str) -> None:
    if claims.get("iss") != issuer:
        raise Untrusted("another issuer")
    audience = claims.get("aud")
    named = audience if isinstance(audience, list) else [audience]
    if client not in named:
        raise Untrusted("made for another audience")
    if len(named) > 1 and claims.get("azp") != client:
        raise Untrusted("made for several, and not asked for by us (azp)")
    if claims.get("azp", client) != client:
        raise Untrusted("asked for by another client (azp)")


def _subject(claims: Mapping[str, Any]) -> None:
    if not _is_name(claims.get("sub")):
        raise Untrusted("no subject")


def _is_name(found: Any) -> bool:
    return isinstance(found, str) and 1 <= len(found) <= 255 and "\x00" not in found


def _fresh(claims: Mapping[str, Any], now: float) -> None:
    times = {name: claims.get(name) for name in ("exp", "iat", "nbf")}
    for name, value in times.items():
        if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
            raise Untrusted(f"{name} is no time")
    if times["exp"] is None or times["iat"] is None:
        raise Untrusted("no end or no beginning")
    if times["exp"] + SLACK < now:
        raise Untrusted("expired")
    if times["iat"] - SLACK > now or (times["nbf"] or 0) - SLACK > now:
        raise Untrusted("from the future")
    if times["iat"] + OLDEST < now:
        raise Untrusted("too old")
