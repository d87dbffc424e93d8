"""Publishing on Mastodon: uploads, the post with its Idempotency-Key, and looking whether it is there.

The key is sent always and trusted never: servers ignore it, forget it after an hour, or answer a repeat with
a fault. What decides is the channel's own list of posts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin

from tabard.connectors.base import (
    Access,
    Connector,
    Outgoing,
    Published,
    State,
    Verdict,
)
from tabard.connectors.card import Limits
from tabard.connectors.checks import full_text, refuse_misfits
from tabard.connectors.errors import Refused
from tabard.connectors.http import Http
from tabard.connectors.platforms.mastodon.client import Client, checked, one
from tabard.connectors.platforms.mastodon.find import look
from tabard.connectors.platforms.mastodon.media import MISSING, uploaded
from tabard.connectors.words import _


class Publishing(Connector):
    """`mint`, `prepare`, `commit`, `find`, `edit` and `delete`."""

    def mint(self, outgoing: Outgoing) -> State:
        """Our key for the post; the server chooses the id."""
        return {"key": outgoing.key}

    async def prepare(self, access: Access, outgoing: Outgoing, state: State, http: Http) -> State:
        """Upload what there is. `begun` is kept: nothing older than it can be this post."""
        refuse_misfits(self.card, outgoing, access.limits)
        place, client = self.placement(access, outgoing), Client.of(access, self.line(access, http))
        state = {"begun": http.clock().isoformat(), **state}
        for item in outgoing.media:
            rule = place.rule_for(item.kind)
            assert rule is not None
            await uploaded(client, item, rule, state)
        return state

    async def commit(self, access: Access, outgoing: Outgoing, state: State, http: Http) -> Published:
        """Post it. A fault may mean that it is there already."""
        client = Client.of(access, self.line(access, http))
        headers = {"Idempotency-Key": str(outgoing.own.get("key") or outgoing.key)}
        body = self._body(outgoing, state, access.limits)
        answer = await client.send("POST", "/api/v1/statuses", body, commit=True, headers=headers)
        return published(checked(answer).data("id"), access)

    def _body(self, outgoing: Outgoing, state: State, limits: Limits) -> dict[str, Any]:
        place, options = self.card.placement(outgoing.placement), outgoing.options
        ids = [state["media"][item.key] for item in outgoing.media]
        body = {
            "status": full_text(place, outgoing),
            "media_ids": ids,
            "in_reply_to_id": outgoing.reply_to,
            "visibility": options.get("visibility") or "public",
            "spoiler_text": options.get("spoiler_text") or "",
            "sensitive": bool(options.get("sensitive")),
            "language": outgoing.language.partition("-")[0].lower(),
            # Without it a channel that is set to Markdown would change what was approved.
            "content_type": "text/plain" if "text/plain" in limits.formats else "",
        }
        return {name: value for name, value in body.items() if value not in ("", [], False)}

    async def find(self, access: Access, outgoing: Outgoing, state: State, http: Http) -> Published | Verdict:
        """Look through the channel's own posts since `begun` for this one."""
        client = Client.of(access, self.line(access, http))
        text = full_text(self.card.placement(outgoing.placement), outgoing)
        found = await look(client, access, outgoing, text, state)
        return published(found, access) if isinstance(found, dict) else found

    async def edit(self, access: Access, remote_id: str, outgoing: Outgoing, http: Http) -> Published:
        """Replace text and warning; the files stay as they are."""
        refuse_misfits(self.card, outgoing, access.limits)
        client = Client.of(access, self.line(access, http))
        path = one("/api/v1/statuses", remote_id)
        there = (await client.need(path)).data()
        body: dict[str, Any] = {
            "status": full_text(self.card.placement(outgoing.placement), outgoing),
            "spoiler_text": str(outgoing.options.get("spoiler_text") or ""),
            "sensitive": bool(outgoing.options.get("sensitive")),
            "media_ids": [str(item["id"]) for item in there.get("media_attachments") or ()],
        }
        if outgoing.language:
            body["language"] = outgoing.language.partition("-")[0].lower()
        if "text/plain" in access.limits.formats:
            body["content_type"] = "text/plain"
        answer = await client.send("PUT", path, body)
        if answer.status in MISSING:  # it was there a moment ago: what is missing is the way to change it
            raise Refused(_("This server cannot change posts."), code="no_edits", raw=answer.raw())
        return published({"id": remote_id, **checked(answer).data()}, access)

    async def delete(self, access: Access, remote_id: str, http: Http) -> None:
        """Take it away here; other servers follow as they please."""
        client = Client.of(access, self.line(access, http))
        url = client.base + one("/api/v1/statuses", remote_id)
        answer = await client.http.call("DELETE", url, headers=client.headers)
        try:
            checked(answer)
        except Refused as refused:
            if refused.code != "gone":
                raise


def published(status: Mapping[str, Any], access: Access) -> Published:
    """A post of a Status entity; Pleroma and others may leave `url` out."""
    remote_id = str(status["id"])
    name = access.handle.partition("@")[0]
    url = str(status.get("url") or status.get("uri") or f"/@{name}/{remote_id}")
    return Published(remote_id, urljoin(access.base_url, url), {"uri": str(status.get("uri") or "")})
