"""Publishing on X: files ahead, one call that shows, and the channel's own posts read back.

There is no key that makes a repeat harmless. X refuses the same words twice without saying which post it
means, so that is no proof: the channel's posts are read, and believed when they show ours.
"""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from tabard.connectors.base import NOT_THERE, Access, Connector, Outgoing, Published, State, Verdict
from tabard.connectors.checks import full_text, refuse_misfits
from tabard.connectors.errors import ConnectorError, Refused, Unsure
from tabard.connectors.http import Http
from tabard.connectors.outcome import date_of
from tabard.connectors.platforms.x.card import HOME, POST
from tabard.connectors.platforms.x.client import Client, many
from tabard.connectors.platforms.x.media import uploaded
from tabard.connectors.words import _

FLAGS = ("made_with_ai", "paid_partnership")
# How far the clocks may differ. The same words twice within that time are refused there anyway.
APART = timedelta(seconds=60)
READ = {"max_results": 100, "post.fields": "created_at,text,entities,attachments"}


class Publishing(Connector):
    """`mint`, `prepare`, `commit`, `find` and `delete`."""

    def mint(self, outgoing: Outgoing) -> State:
        """Nothing of ours can be sent along; the key is kept for the record."""
        return {"key": outgoing.key}

    async def prepare(self, access: Access, outgoing: Outgoing, state: State, http: Http) -> State:
        """Upload the files. `begun` is kept: nothing older than it can be this post."""
        refuse_misfits(self.card, outgoing, access.limits)
        if state.get("duplicate"):
            says = _("X does not take the same words twice. Change the text.")
            raise Refused(says, code="duplicate")
        client = Client.of(access, self.line(access, http))
        files = dict(state.get("media") or {})
        kept = {"begun": http.clock().isoformat(), **state}
        for item in outgoing.media:
            try:
                files[item.key] = await uploaded(client, item, files.get(item.key) or {}, http)
            except ConnectorError as error:
                error.state = {**kept, "media": files}
                raise
        return {**kept, "media": files} if files else kept

    async def commit(self, access: Access, outgoing: Outgoing, state: State, http: Http) -> Published:
        """The call that shows."""
        client = Client.of(access, self.line(access, http))
        try:
            answer = await client.call("POST", "/2/tweets", json=_post(outgoing, state), commit=True)
        except Unsure as error:
            if error.code == "duplicate":
                error.state = {**state, "duplicate": True}
            raise
        found = answer.data("data")["data"]
        if not isinstance(found, dict) or not found.get("id"):
            raise answer.unreadable()
        return _there(access, str(found["id"]))

    async def find(self, access: Access, outgoing: Outgoing, state: State, http: Http) -> Published | Verdict:
        """Look through the channel's newest posts: the same files, or the same words and not older."""
        client = Client.of(access, self.line(access, http))
        begun = date_of(str(state.get("begun") or ""))
        media = [str(each["id"]) for each in (state.get("media") or {}).values() if each.get("id")]
        text = plain(full_text(POST, outgoing))
        for post in many(await client.get(f"/2/users/{access.remote_id}/tweets", **READ)):
            at = date_of(str(post.get("created_at") or ""))
            young = at is not None and begun is not None and at >= begun - APART
            if young and _files(post) == media and (media or plain(shown(post)) == text):
                return _there(access, str(post["id"]))
        return NOT_THERE

    async def delete(self, access: Access, remote_id: str, http: Http) -> None:
        """Take it away; what is already gone is no error."""
        client = Client.of(access, self.line(access, http))
        try:
            await client.call("DELETE", f"/2/tweets/{remote_id}")
        except Refused as refused:
            if refused.code != "gone":
                raise


def _post(outgoing: Outgoing, state: Mapping[str, Any]) -> dict[str, Any]:
    body: dict[str, Any] = {"text": full_text(POST, outgoing)}
    files = state.get("media") or {}
    if outgoing.media:
        body["media"] = {"media_ids": [str(files[item.key]["id"]) for item in outgoing.media]}
    if outgoing.reply_to:
        body["reply"] = {"in_reply_to_tweet_id": outgoing.reply_to}
    if who := outgoing.options.get("reply_settings"):
        body["reply_settings"] = who
    return body | {flag: True for flag in FLAGS if outgoing.options.get(flag)}


def _files(post: Mapping[str, Any]) -> list[str]:
    """The ids of a post's files; a media key is the kind, an underscore and the id."""
    keys = (post.get("attachments") or {}).get("media_keys") or []
    return [str(key).rpartition("_")[2] for key in keys]


def shown(post: Mapping[str, Any]) -> str:
    """What was written: short addresses as they were, that of the files at the end taken off."""
    text = str(post.get("text") or "")
    for link in reversed((post.get("entities") or {}).get("urls") or []):
        meant = "" if link.get("media_key") else str(link.get("expanded_url") or link.get("url") or "")
        text = text.replace(str(link.get("url") or "\0"), meant, 1)
    return html.unescape(text)


def plain(text: str) -> str:
    """A text as it can be compared: composed, single spaces, addresses without what X adds to them."""
    composed = unicodedata.normalize("NFC", text)
    return " ".join(
        word.removeprefix("https://").removeprefix("http://").rstrip("/") for word in composed.split()
    )


def _there(access: Access, post: str) -> Published:
    return Published(post, f"{HOME}/{access.handle}/status/{post}")
