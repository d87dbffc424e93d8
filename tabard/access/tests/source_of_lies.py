"""An OpenID provider in this process, honest unless told to lie; it answers at the connectors' transport."""

from __future__ import annotations

import base64
import hashlib
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tabard.connectors.http import Http

ISSUER = "https://id.meridian.example"
OURS, OTHER = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _n in range(2))


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def public(key: Any, kid: str, **more: Any) -> dict[str, Any]:
    return {**json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key())), "kid": kid, **more}


@dataclass
class Provider:
    """`lies` change the claims; `sign` makes the token of them; `described` changes the description."""

    claims: dict[str, Any] = field(default_factory=dict)
    lies: dict[str, Any] = field(default_factory=dict)
    described: dict[str, Any] = field(default_factory=dict)
    keys: list[dict[str, Any]] = field(default_factory=lambda: [public(OURS, "one", use="sig")])
    userinfo: dict[str, Any] = field(default_factory=dict)
    sign: Any = None
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def visit(self, url: str) -> dict[str, str]:
        """A person agrees on the provider's page: what their browser brings back."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert asked["code_challenge_method"] == "S256"
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        return {"code": code, "state": asked["state"]}

    def token(self, asked: dict[str, str]) -> str:
        now = int(time.time())
        claims = {"iss": ISSUER, "aud": asked["client_id"], "sub": "u-1", "iat": now, "exp": now + 300}
        claims |= {
            "nonce": asked["nonce"],
            "email": "new@meridian.example",
            "name": "New Person",
            "groups": [],
        }
        claims |= self.claims | self.lies
        claims = {name: value for name, value in claims.items() if value is not None}
        if self.sign:
            return self.sign(claims)
        return jwt.encode(claims, OURS, algorithm="RS256", headers={"kid": "one"})

    def answer(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        self.asked.append(path)
        if path.endswith("/openid-configuration"):
            known = {n: f"{ISSUER}/{n}" for n in ("authorization_endpoint", "token_endpoint", "jwks_uri")}
            known |= {"issuer": ISSUER, "userinfo_endpoint": f"{ISSUER}/userinfo", **self.described}
            return httpx.Response(200, json=known)
        if path == "/jwks_uri":
            return httpx.Response(200, json={"keys": self.keys})
        if path == "/userinfo":
            return httpx.Response(200, json=self.userinfo)
        given = {name: values[0] for name, values in parse_qs(request.content.decode()).items()}
        asked = self.codes.pop(given["code"], None)
        proof = b64(hashlib.sha256(given["code_verifier"].encode()).digest())
        if asked is None or asked["code_challenge"] != proof:
            return httpx.Response(400, json={"error": "invalid_grant"})
        return httpx.Response(200, json={"id_token": self.token(asked), "access_token": "at"})

    @asynccontextmanager
    async def open(self, private: Any = ()) -> AsyncIterator[Http]:
        yield Http(httpx.MockTransport(self.answer))


def unsigned(claims: dict[str, Any]) -> str:
    head = b64(json.dumps({"alg": "none", "kid": "one"}).encode())
    return f"{head}.{b64(json.dumps(claims).encode())}."


def by_public_key(claims: dict[str, Any]) -> str:
    """HS256, with what everybody knows as the secret: the classic confusion."""
    import hmac

    pem = OURS.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    body = f"{b64(json.dumps({'alg': 'HS256', 'kid': 'one'}).encode())}.{b64(json.dumps(claims).encode())}"
    return f"{body}.{b64(hmac.new(pem, body.encode(), hashlib.sha256).digest())}"


def by_another_key(claims: dict[str, Any]) -> str:
    return jwt.encode(claims, OTHER, algorithm="RS256", headers={"kid": "one"})


def by_unknown_kid(claims: dict[str, Any]) -> str:
    return jwt.encode(claims, OTHER, algorithm="RS256", headers={"kid": "two"})


def with_its_own_key(claims: dict[str, Any]) -> str:
    """The token brings the key it is to be checked with."""
    header = {"kid": "two", "jwk": public(OTHER, "two"), "jku": "https://evil.example/keys"}
    return jwt.encode(claims, OTHER, algorithm="RS256", headers=header)


def edited(claims: dict[str, Any]) -> str:
    head, _body, signature = jwt.encode(claims, OURS, algorithm="RS256", headers={"kid": "one"}).split(".")
    return f"{head}.{b64(json.dumps({**claims, 'sub': 'admin'}).encode())}.{signature}"
