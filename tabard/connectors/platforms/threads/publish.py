"""Publishing on Threads: a container is made and waited for, and shown by one call.

No key makes a repeat harmless, but the container says whether it was published.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tabard.connectors.base import (
    CANNOT_TELL,
    NOT_THERE,
    Access,
    Connector,
    Media,
    Outgoing,
    Published,
    State,
    Verdict,
)
from tabard.connectors.checks import full_text, refuse_misfits
from tabard.connectors.errors import ConnectorError, Refused
from tabard.connectors.families.meta import Graph, list_of
from tabard.connectors.families.meta_containers import PUBLISHED, UNKNOWN, Containers, room
from tabard.connectors.http import Http
from tabard.connectors.media import fit
from tabard.connectors.outcome import date_of
from tabard.connectors.platforms.threads.card import POST
from tabard.connectors.platforms.threads.client import containers, graph
from tabard.connectors.platforms.threads.texts import TEXT
from tabard.connectors.verdict import refuse_unfit
from tabard.connectors.words import _

SIDE = 1440  # wider pictures are made smaller there
EARLY = timedelta(minutes=1)  # by which their clock may differ from ours
KINDS = {"image": "IMAGE", "video": "VIDEO"}


class Publishing(Connector):
    """`mint`, `prepare`, `commit`, `find` and `delete`."""

    def mint(self, outgoing: Outgoing) -> State:
        """Nothing of ours can be sent along; the key is kept for the record."""
        return {"key": outgoing.key}

    async def prepare(self, access: Access, outgoing: Outgoing, state: State, http: Http) -> State:
        """A finished container. One that is there already is taken as long as it can be published."""
        refuse_misfits(self.card, outgoing, access.limits)
        refuse_unfit(full_text(POST, outgoing), TEXT)
        if set(str(outgoing.options.get("topic_tag") or "")) & set(".&"):
            raise Refused(_("A topic has neither a full stop nor an ampersand."), code="topic")
        there = graph(access, self.line(access, http))
        made = containers(there)
        state = {"begun": http.clock().isoformat(), **state}
        if not await made.lasts(str(state.get("container") or "")):
            await _room(there, outgoing)
            state = await _parts(access, made, outgoing, state)
            state["container"] = await made.make(**_fields(outgoing, state))
        await made.ready(state["container"], state)
        return state

    async def commit(self, access: Access, outgoing: Outgoing, state: State, http: Http) -> Published:
        """Show it."""
        there = graph(access, self.line(access, http))
        post = await containers(there).show(str(state.get("container") or ""))
        return Published(post, await _address(there, access, post))

    async def find(self, access: Access, outgoing: Outgoing, state: State, http: Http) -> Published | Verdict:
        """Ask the container; if it was published, or is forgotten, look among the profile's own posts."""
        there = graph(access, self.line(access, http))
        container = str(state.get("container") or "")
        if not container:
            return CANNOT_TELL
        word, _why = await containers(there).look(container)
        if word not in {PUBLISHED, UNKNOWN}:
            return NOT_THERE
        found = await _same(there, outgoing, str(state.get("begun") or ""))
        if len(found) != 1:
            return CANNOT_TELL
        return Published(str(found[0]["id"]), str(found[0].get("permalink") or _page(access)))

    async def delete(self, access: Access, remote_id: str, http: Http) -> None:
        """Take it away. What is not found is gone, if the access itself still works."""
        there = graph(access, self.line(access, http))
        try:
            await there.delete(remote_id)
        except Refused as refused:
            if refused.code not in {"gone", "24"}:
                raise
            await there.get("me", fields="id")


async def _room(there: Graph, outgoing: Outgoing) -> None:
    """Raise Limited if the profile's posts of a day, or its answers, are used up."""
    what = "reply_" if outgoing.reply_to else ""
    used, config = f"{what}quota_usage", f"{what}config"
    for found in list_of(await there.get("me/threads_publishing_limit", fields=f"{used},{config}")):
        room(found, used, config, there)


async def _parts(access: Access, made: Containers, outgoing: Outgoing, state: State) -> State:
    """The files where the platform can fetch them; of several, each in a container of its own."""
    state = {**state, "files": {}}
    alone = len(outgoing.media) == 1
    parts: dict[str, str] = {}
    for item in outgoing.media:
        fields = await _file(access, item)
        if alone:
            return {**state, "files": fields}
        parts[item.key] = await made.make(**fields, is_carousel_item="true")
    for part in parts.values():
        await made.ready(part, state)
    return {**state, "parts": list(parts.values())}


async def _file(access: Access, item: Media) -> dict[str, Any]:
    """The fields of one file. Pictures are made to fit and lose what is hidden in them."""
    fields = {"media_type": KINDS[item.kind]}
    if item.kind == "image":
        rule = POST.rule_for("image")
        assert rule is not None
        picture = await fit(await item.load(), rule, side=SIDE)
        fields["image_url"] = await access.lend(picture.body, picture.mime)
    else:
        fields[f"{item.kind}_url"] = await access.lend(item, item.mime)
    return fields | ({"alt_text": item.alt} if item.alt else {})


def _fields(outgoing: Outgoing, state: State) -> dict[str, Any]:
    """The container of the post itself."""
    fields: dict[str, Any] = {"media_type": "TEXT", **state["files"]}
    if len(outgoing.media) > 1:
        fields = {"media_type": "CAROUSEL", "children": ",".join(state["parts"])}
    text = full_text(POST, outgoing)
    more = {
        "text": text,
        "reply_to_id": outgoing.reply_to,
        "reply_control": outgoing.options.get("reply_control"),
        "topic_tag": outgoing.options.get("topic_tag"),
    }
    return fields | {name: value for name, value in more.items() if value}


async def _same(there: Graph, outgoing: Outgoing, begun: str) -> list[dict[str, Any]]:
    """Own posts of the same words and the same kind, not older than the delivery."""
    since = date_of(begun)
    if since is None:
        return []
    edge = "me/replies" if outgoing.reply_to else "me/threads"
    found = await there.items(edge, fields="id,text,timestamp,permalink,media_type", limit=50)
    text, kind = _plain(full_text(POST, outgoing)), _kind(outgoing)
    return [
        post
        for post in found
        if _plain(str(post.get("text") or "")) == text
        and str(post.get("media_type")) == kind
        and (at := date_of(str(post.get("timestamp") or "")))
        and at >= since - EARLY
    ]


def _plain(text: str) -> str:
    return " ".join(text.split())


def _kind(outgoing: Outgoing) -> str:
    """What the platform calls a post with such files when it is read back."""
    if len(outgoing.media) > 1:
        return "CAROUSEL_ALBUM"
    return KINDS[outgoing.media[0].kind] if outgoing.media else "TEXT_POST"


async def _address(there: Graph, access: Access, post: str) -> str:
    """The post's own page; the profile's where that is not to be had, for the post itself is there."""
    try:
        found = await there.get(post, fields="permalink")
    except ConnectorError:
        return _page(access)
    return str(found.get("permalink") or _page(access))


def _page(access: Access) -> str:
    return f"https://www.threads.com/@{access.handle}"
