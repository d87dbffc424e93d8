"""Publishing on Practice: uploads, the post with our key, and asking for that key.

A reply to a private message is a private message: its remote id begins with `message-`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tabard.connectors.base import (
    CANNOT_TELL,
    NOT_THERE,
    Access,
    Connector,
    Outgoing,
    Published,
    State,
    Verdict,
)
from tabard.connectors.checks import full_text, refuse_misfits
from tabard.connectors.errors import Refused
from tabard.connectors.http import Http
from tabard.connectors.media import fit
from tabard.connectors.platforms.practice.client import Client
from tabard.connectors.words import _

MESSAGE = "message-"


class Publishing(Connector):
    """`mint`, `prepare`, `commit`, `find`, `edit` and `delete`."""

    def mint(self, outgoing: Outgoing) -> State:
        """Our key for the post; the network chooses the id."""
        return {"key": outgoing.key}

    async def prepare(self, access: Access, outgoing: Outgoing, state: State, http: Http) -> State:
        """Upload what is not there yet."""
        refuse_misfits(self.card, outgoing, access.limits)
        if outgoing.media and outgoing.reply_to.startswith(MESSAGE):
            raise Refused(_("A private message takes no pictures here."), code="media")
        place, client = self.placement(access, outgoing), Client.of(access, self.line(access, http))
        there: dict[str, str] = dict(state.get("media") or {})
        for item in outgoing.media:
            rule = place.rule_for(item.kind)
            if item.key not in there and rule is not None:
                picture = await fit(await item.load(), rule)
                headers = {"Content-Type": picture.mime}
                answer = await client.call("POST", "/api/media", content=picture.body, headers=headers)
                there[item.key] = str(answer.data()["id"])
        return {**state, "media": there}

    async def commit(self, access: Access, outgoing: Outgoing, state: State, http: Http) -> Published:
        """Post it, or send it to the person whose message it answers."""
        client = Client.of(access, self.line(access, http))
        direct = outgoing.reply_to.startswith(MESSAGE)
        path, body = (
            ("/api/messages", _message(outgoing)) if direct else ("/api/posts", self._post(outgoing, state))
        )
        answer = await client.call("POST", path, json=body, commit=True, key=_key(outgoing))
        found = answer.data("id")
        return _sent(access, found) if direct else published(found)

    def _post(self, outgoing: Outgoing, state: State) -> dict[str, Any]:
        place = self.card.placement(outgoing.placement)
        media = [{"id": state["media"][item.key], "alt": item.alt} for item in outgoing.media]
        body = {
            "text": full_text(place, outgoing),
            "media": media,
            "reply_to": outgoing.reply_to,
            "language": outgoing.language,
            "marker": outgoing.key,
        }
        return {name: value for name, value in body.items() if value not in ("", [])}

    async def find(self, access: Access, outgoing: Outgoing, state: State, http: Http) -> Published | Verdict:
        """Ask for our key. A network that keeps none says so, and then nothing can tell."""
        client = Client.of(access, self.line(access, http))
        direct = outgoing.reply_to.startswith(MESSAGE)
        path, name = ("/api/messages", "messages") if direct else ("/api/posts", "posts")
        answer = await client.get(path, {"key": _key(outgoing)})
        found = answer.get(name) or []
        if found:
            return _sent(access, found[0]) if direct else published(found[-1])  # the first that came
        return NOT_THERE if answer.get("can_tell") is True else CANNOT_TELL

    async def edit(self, access: Access, remote_id: str, outgoing: Outgoing, http: Http) -> Published:
        """Replace the text; the pictures stay."""
        refuse_misfits(self.card, outgoing, access.limits)
        client = Client.of(access, self.line(access, http))
        body = {"text": full_text(self.card.placement(outgoing.placement), outgoing)}
        return published((await client.call("PATCH", f"/api/posts/{remote_id}", json=body)).data("id"))

    async def delete(self, access: Access, remote_id: str, http: Http) -> None:
        """Take a post away with everything under it."""
        if remote_id.startswith(MESSAGE):
            raise Refused(_("A private message cannot be taken back here."), code="message")
        client = Client.of(access, self.line(access, http))
        try:
            await client.call("DELETE", f"/api/posts/{remote_id}")
        except Refused as refused:
            if refused.code != "gone":
                raise


def published(post: Mapping[str, Any]) -> Published:
    return Published(str(post["id"]), str(post["url"]))


def _sent(access: Access, message: Mapping[str, Any]) -> Published:
    """A private message, shown in the exchange with its person."""
    url = f"{access.base_url.rstrip('/')}/@{access.handle}/messages/{message['with']}"
    return Published(str(message["id"]), url, {"with": str(message["with"])})


def _message(outgoing: Outgoing) -> dict[str, Any]:
    return {"reply_to": outgoing.reply_to, "text": outgoing.text}


def _key(outgoing: Outgoing) -> str:
    return str(outgoing.own.get("key") or outgoing.key)
