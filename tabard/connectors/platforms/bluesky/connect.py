"""Connecting a channel with an app password, and asking whether it still works."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tabard.connectors.base import Access, Connected, Connector, Profile, place_of
from tabard.connectors.errors import Refused
from tabard.connectors.http import Answer, Http
from tabard.connectors.platforms.bluesky.card import DIRECTORY, SERVICE
from tabard.connectors.platforms.bluesky.client import bearer, checked
from tabard.connectors.platforms.bluesky.identity import identify
from tabard.connectors.platforms.bluesky.session import Sessions, log_in
from tabard.connectors.words import _

SHOWN = "https://bsky.app/profile"


class Calling(Connector):
    """What all parts share: a call to the channel's server with its session."""

    sessions = Sessions()

    async def ask(self, access: Access, http: Http, name: str, params: Mapping[str, Any]) -> Answer:
        """A query with the channel's session, whatever the answer."""
        line, url = self.line(access, http), f"{access.base_url}/xrpc/{name}"
        return await self.sessions.with_token(
            access, line, lambda token: line.get(url, params=params, headers=bearer(token))
        )

    async def tell(
        self, access: Access, http: Http, name: str, *, commit: bool = False, **body: Any
    ) -> Answer:
        """A procedure with the channel's session, whatever the answer. `body`: `json`, or `content`."""
        line, url = self.line(access, http), f"{access.base_url}/xrpc/{name}"
        headers = body.pop("headers", {})
        return await self.sessions.with_token(
            access,
            line,
            lambda token: line.call("POST", url, headers={**headers, **bearer(token)}, commit=commit, **body),
        )


class Connecting(Calling):
    """`connect` and `check`."""

    async def connect(self, fields: Mapping[str, str], http: Http) -> Connected:
        """Try a handle and an app password. `service` and `directory` are for networks of one's own."""
        service = address(fields.get("service") or SERVICE)
        directory = address(fields.get("directory") or DIRECTORY)
        http = replace(http, timeout=self.card.timeout)
        who = await identify(fields["handle"], service, directory, http)
        access = Access(
            self.card.name,
            who.server,
            who.did,
            who.handle,
            {"password": fields["password"].strip()},
            servers={"plc": directory},
        )
        access.session.update(await log_in(access, self.line(access, http)))
        access = replace(access, handle=str(access.session.get("handle") or who.handle))
        return Connected(access, await self.check(access, http))

    async def check(self, access: Access, http: Http) -> Profile:
        """Is the app password alive? The profile is Bluesky's, or what the channel's own server has of it."""
        session = checked(await self.ask(access, http, "com.atproto.server.getSession", {})).data()
        handle = str(session.get("handle") or access.handle)
        seen = await self.ask(access, http, "app.bsky.actor.getProfile", {"actor": access.remote_id})
        found = seen.data() if seen.ok else await self._own_profile(access, http)
        return Profile(
            remote_id=access.remote_id,
            handle=handle,
            name=str(found.get("displayName") or handle),
            url=f"{SHOWN}/{handle}",
            avatar_url=str(found.get("avatar") or "") if seen.ok else "",
            about=str(found.get("description") or ""),
            followers=found.get("followersCount"),
            posts=found.get("postsCount"),
        )

    async def _own_profile(self, access: Access, http: Http) -> Mapping[str, Any]:
        """The profile as the channel wrote it: a server without a view of the network has nothing else."""
        params = {"repo": access.remote_id, "collection": "app.bsky.actor.profile", "rkey": "self"}
        answer = await self.ask(access, http, "com.atproto.repo.getRecord", params)
        value = answer.data().get("value") if answer.ok else None
        return value if isinstance(value, dict) else {}


def address(written: str) -> str:
    """A server's address of what a person wrote: `bsky.social` or a URL."""
    text = written.strip().rstrip("/")
    text = text if "://" in text else f"https://{text}"
    if not text.startswith(("https://", "http://")) or not place_of(text):
        raise Refused(_("%(server)s is no server's name."), code="server", server=written[:100])
    return text
