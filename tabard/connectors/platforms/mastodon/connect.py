"""Connecting a channel: by sign-in on its server (OAuth 2 with PKCE), or with an access token."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from tabard.connectors.base import Access, Begun, Connected, Connector, Profile, place_of
from tabard.connectors.card import Limits
from tabard.connectors.errors import ConnectorError, Refused
from tabard.connectors.families import oauth
from tabard.connectors.http import Answer, Http
from tabard.connectors.platforms.mastodon.card import SCOPES
from tabard.connectors.platforms.mastodon.client import Client, checked
from tabard.connectors.platforms.mastodon.limits import instance_of, limits_of
from tabard.connectors.platforms.mastodon.plain import plain, whole
from tabard.connectors.words import _

FINE = " ".join(sorted({scope for scopes in SCOPES.values() for scope in scopes}))
COARSE = "read write"  # for servers that know no finer ones
NAME = "Tabard"


class Connecting(Connector):
    """`connect`, `check`, `begin` and `finish`."""

    async def connect(self, fields: Mapping[str, str], http: Http) -> Connected:
        """With a token that a person made on the server. `fields`: server, token."""
        token = fields["token"].strip().removeprefix("Bearer ").strip()
        return await self._connected(server_url(fields["server"]), {"token": token}, http)

    async def check(self, access: Access, http: Http) -> Profile:
        """Is the token alive? Also reads the server's limits anew."""
        client = Client.of(access, self.line(access, http))
        account = (await client.need("/api/v1/accounts/verify_credentials")).data("id")
        limits = await limits_of(client)
        return profile(account, access.base_url, limits, await _handle(client, account))

    async def begin(self, fields: Mapping[str, str], redirect_uri: str, http: Http) -> Begun:
        """Register with the server, and give the address where the person allows us in. `fields`: server."""
        base = server_url(fields["server"])
        client = Client(http.to({place_of(base)}, timeout=self.card.timeout), base)
        known = await _metadata(client)
        scopes = await _scopes(client, known)
        answer = await self._register(client, redirect_uri, scopes)
        if 400 <= answer.status < 500 and answer.status != 429 and scopes != COARSE:
            scopes = COARSE
            answer = await self._register(client, redirect_uri, scopes)
        app = checked(answer).data("client_id", "client_secret")
        ours = {name: str(app[name]) for name in ("client_id", "client_secret")}
        token_url = _endpoint(known, "token_endpoint", base, "/oauth/token")
        door = oauth.Door(
            _endpoint(known, "authorization_endpoint", base, "/oauth/authorize"),
            token_url,
            more={"force_login": "true"},
        )
        begun = oauth.begin(door, ours, redirect_uri, (scopes,))
        return Begun(
            begun.url, {**begun.keep, **ours, "server": base, "scope": scopes, "token_url": token_url}
        )

    async def _register(self, client: Client, redirect_uri: str, scopes: str) -> Answer:
        # One string, which every version takes; a list only since 4.3.
        body = {"client_name": NAME, "redirect_uris": redirect_uri, "scopes": scopes}
        return await client.send("POST", "/api/v1/apps", body)

    async def finish(
        self, keep: Mapping[str, str], query: Mapping[str, str], http: Http
    ) -> tuple[Connected, ...]:
        """The person came back: change the code for a token. Refused if they said no."""
        code = oauth.code_of(keep, query)
        base = keep["server"]
        client = Client(http.to({place_of(base)}, hidden=lambda: tuple(keep.values())), base)
        body = {
            "grant_type": "authorization_code",
            "code": code,
            "client_id": keep["client_id"],
            "client_secret": keep["client_secret"],
            "redirect_uri": keep["redirect_uri"],
            "code_verifier": keep["verifier"],
            "scope": keep["scope"],
        }
        path = keep.get("token_url", f"{base}/oauth/token").removeprefix(base)
        token = checked(await client.send("POST", path, body)).data("access_token")
        secret = {name: keep[name] for name in ("client_id", "client_secret")}
        return (await self._connected(base, {**secret, "token": str(token["access_token"])}, http),)

    async def _connected(self, base: str, secret: dict[str, str], http: Http) -> Connected:
        access = Access(self.card.name, base, "", "", secret)
        client = Client.of(access, self.line(access, http))
        account = (await client.need("/api/v1/accounts/verify_credentials")).data("id")
        limits = await limits_of(client)
        mine = profile(account, base, limits, await _handle(client, account))
        return Connected(replace(access, remote_id=mine.remote_id, handle=mine.handle, limits=limits), mine)


async def _metadata(client: Client) -> Mapping[str, Any]:
    """What the server says of its way to sign in (RFC 8414); most say nothing."""
    try:
        answer = await client.get("/.well-known/oauth-authorization-server")
    except ConnectorError:
        return {}
    found = answer.json() if answer.ok else None
    return found if isinstance(found, dict) else {}


async def _scopes(client: Client, known: Mapping[str, Any]) -> str:
    """Only the rights we need, where the server knows such; others would refuse the person at their door."""
    there = known.get("scopes_supported")
    if isinstance(there, list) and there:
        return FINE if set(FINE.split()) <= set(map(str, there)) else COARSE
    version = str((await instance_of(client)).get("version") or "")
    return COARSE if "compatible" in version.lower() else FINE


def _endpoint(known: Mapping[str, Any], name: str, base: str, usual: str) -> str:
    """An address of signing in: the one the server names, if it is on that server."""
    said = str(known.get(name) or "")
    return said if said.startswith(f"{base}/") else base + usual


def server_url(written: str) -> str:
    """The server's address of what a person wrote: `mastodon.example`, a URL, or `@name@server`."""
    text = written.strip()
    if "://" not in text:
        text = f"https://{text.rpartition('@')[2]}"
    scheme, _sep, rest = text.partition("://")
    host = rest.partition("/")[0].rpartition("@")[2].lower()
    if scheme not in {"https", "http"} or not place_of(f"{scheme}://{host}"):
        raise Refused(_("%(server)s is no server's name."), code="server", server=written[:100])
    return f"{scheme}://{host}"


async def _handle(client: Client, account: Mapping[str, Any]) -> str:
    """The whole handle as the server's WebFinger has it: `name@example.com` on `social.example.com`.

    Believed only of a domain that the server lies in; another would have to say so itself. Empty if unknown.
    """
    name, host = str(account.get("username") or ""), place_of(client.base)
    path = f"/.well-known/webfinger?{urlencode({'resource': f'acct:{name}@{host}'})}"
    try:
        answer = await client.get(path)
    except ConnectorError:
        return ""
    found = answer.json() if answer.ok else None
    said = str(found.get("subject") or "") if isinstance(found, dict) else ""
    who, _at, domain = said.removeprefix("acct:").partition("@")
    within = "." in domain and host.endswith(f".{domain.lower()}")
    return f"{name}@{domain.lower()}" if name and who.lower() == name.lower() and within else ""


def profile(account: Mapping[str, Any], base: str, limits: Limits | None = None, handle: str = "") -> Profile:
    """A profile of an Account entity. Numbers of followers may be missing, ids may be numbers."""
    name = str(account.get("username") or account.get("acct") or "")
    return Profile(
        remote_id=str(account["id"]),
        handle=handle or (name if "@" in name else f"{name}@{place_of(base)}"),
        name=str(account.get("display_name") or name),
        url=whole(account.get("url") or f"/@{name}", base),
        avatar_url=whole(account.get("avatar"), base),
        about=plain(str(account.get("note") or "")),
        followers=_number(account.get("followers_count")),
        posts=_number(account.get("statuses_count")),
        limits=limits,
        also=(f"{name}@{place_of(base)}",) if handle else (),
    )


def _number(value: Any) -> int | None:
    return int(value) if isinstance(value, int | float) else None
