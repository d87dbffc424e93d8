"""Publishing on Bluesky: we choose the post's id, so a repeat writes the same post again.

`prepare` makes the whole record and it is kept: a commit that is repeated sends the same bytes, which the
server takes as already done. `swapRecord: null` makes sure that nothing else is ever written over.
"""

from __future__ import annotations

from datetime import UTC
from typing import Any

from tabard.connectors.base import NOT_THERE, Access, Outgoing, Published, State, Verdict
from tabard.connectors.checks import full_text, refuse_misfits
from tabard.connectors.errors import Refused
from tabard.connectors.http import Http
from tabard.connectors.media import fit
from tabard.connectors.platforms.bluesky import record
from tabard.connectors.platforms.bluesky.client import checked, kind
from tabard.connectors.platforms.bluesky.connect import SHOWN, Calling
from tabard.connectors.platforms.bluesky.facets import handles
from tabard.connectors.platforms.bluesky.tid import tid_for
from tabard.connectors.words import _

POSTS = "app.bsky.feed.post"
SIDE = 2000  # pixels of a picture's longer side, as Bluesky's own app sends them
UPLOAD_TIMEOUT = 60.0


class Publishing(Calling):
    """`mint`, `prepare`, `commit`, `find` and `delete`."""

    def mint(self, outgoing: Outgoing) -> State:
        """The post's own id and the time it says it was made."""
        at = outgoing.created_at.astimezone(UTC)
        written = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return {"rkey": tid_for(outgoing.key, at), "createdAt": written}

    async def prepare(self, access: Access, outgoing: Outgoing, state: State, http: Http) -> State:
        """Upload pictures, look up who is mentioned and what is answered, and write the record."""
        refuse_misfits(self.card, outgoing, access.limits)
        await self.sessions.ready(access, self.line(access, http))
        if "record" in state:
            return state
        text = full_text(self.card.placement(outgoing.placement), outgoing)
        pictures = [await self._picture(access, outgoing, n, http) for n in range(len(outgoing.media))]
        made = record.post(
            text=text,
            own=outgoing.own or self.mint(outgoing),
            language=outgoing.language,
            dids=await self._dids(access, text, http),
            reply=await self._reply(access, outgoing.reply_to, http) if outgoing.reply_to else None,
            embed=record.images(pictures) if pictures else record.link_card(outgoing, text),
            label=str(outgoing.options.get("label") or ""),
        )
        return {**state, "record": made}

    async def _picture(self, access: Access, outgoing: Outgoing, number: int, http: Http) -> dict[str, Any]:
        item = outgoing.media[number]
        rule = self.placement(access, outgoing).rule_for(item.kind)
        assert rule is not None
        made = await fit(await item.load(), rule, side=SIDE)
        answer = await self.tell(
            access,
            http,
            "com.atproto.repo.uploadBlob",
            content=made.body,
            headers={"Content-Type": made.mime},
            timeout=UPLOAD_TIMEOUT,
        )
        return record.image(checked(answer).data("blob")["blob"], item.alt, made.width, made.height)

    async def _dids(self, access: Access, text: str, http: Http) -> dict[str, str]:
        """Whose handles are whose; one that nobody has is left out and stays plain text."""
        found: dict[str, str] = {}
        for handle in handles(text):
            answer = await self.ask(access, http, "com.atproto.identity.resolveHandle", {"handle": handle})
            if answer.ok:
                found[handle] = str(answer.data("did")["did"])
            elif answer.status not in {400, 404}:
                checked(answer)
        return found

    async def _reply(self, access: Access, parent: str, http: Http) -> dict[str, Any]:
        """What a reply points at: the post it answers, and the first of the thread."""
        params = record.parts(parent)
        found = checked(await self.ask(access, http, "com.atproto.repo.getRecord", params)).data("uri", "cid")
        above = found.get("value", {}).get("reply", {}).get("root")
        own = {"uri": found["uri"], "cid": found["cid"]}
        return {"root": above or own, "parent": own}

    async def commit(self, access: Access, outgoing: Outgoing, state: State, http: Http) -> Published:
        """Write the record under our id. What is there under it already is this post."""
        body = {
            "repo": access.remote_id,
            "collection": POSTS,
            "rkey": outgoing.own["rkey"],
            "record": state["record"],
            "swapRecord": None,
        }
        answer = await self.tell(access, http, "com.atproto.repo.putRecord", json=body, commit=True)
        if kind(answer) == "InvalidSwap":
            found = await self.find(access, outgoing, state, http)
            if isinstance(found, Published):
                return found
        return published(checked(answer).data("uri", "cid"), access)

    async def find(self, access: Access, outgoing: Outgoing, state: State, http: Http) -> Published | Verdict:
        """Read our id from the channel's own server, which knows it at once."""
        params = {"repo": access.remote_id, "collection": POSTS, "rkey": outgoing.own["rkey"]}
        answer = await self.ask(access, http, "com.atproto.repo.getRecord", params)
        if kind(answer) == "RecordNotFound":
            return NOT_THERE
        return published(checked(answer).data("uri"), access)

    async def delete(self, access: Access, remote_id: str, http: Http) -> None:
        """Take a post away; the server says yes to one that is gone already."""
        params = record.parts(remote_id)
        if params["repo"] != access.remote_id:
            raise Refused(_("This post belongs to another channel."), code="foreign")
        try:
            checked(await self.tell(access, http, "com.atproto.repo.deleteRecord", json=params))
        except Refused as refused:
            if refused.code != "gone":
                raise


def published(found: dict[str, Any], access: Access) -> Published:
    """A post of its `uri`; its page is named by the DID, which stays when the handle changes."""
    uri = str(found["uri"])
    return Published(
        uri, f"{SHOWN}/{access.remote_id}/post/{uri.rpartition('/')[2]}", {"cid": found.get("cid", "")}
    )
