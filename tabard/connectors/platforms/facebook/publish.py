"""Publishing on a page: files first, unseen, then the one call that shows.

A film says afterwards whether it was published. Of everything else the page's own posts are read: those that
were there before are known, so that one with the same words is not taken for this one.
"""

from __future__ import annotations

from typing import Any

from tabard.connectors.base import CANNOT_TELL, Access, Connector, Outgoing, Published, State, Verdict
from tabard.connectors.checks import full_text, refuse_misfits
from tabard.connectors.errors import Later, Refused, unreadable
from tabard.connectors.families.meta import Graph, id_of
from tabard.connectors.http import Http
from tabard.connectors.platforms.facebook import films, photos, reading
from tabard.connectors.platforms.facebook.card import COMMENT, POST, STORY
from tabard.connectors.platforms.facebook.client import address, graph
from tabard.connectors.words import _


class Publishing(Connector):
    """`mint`, `prepare`, `commit`, `find`, `edit` and `delete`."""

    def mint(self, outgoing: Outgoing) -> State:
        """Nothing of ours can be sent along; the key is kept for the record."""
        return {"key": outgoing.key}

    async def prepare(self, access: Access, outgoing: Outgoing, state: State, http: Http) -> State:
        """Files are uploaded; what stands there already is noted."""
        refuse_misfits(self.card, outgoing, access.limits)
        there = graph(access, self.line(access, http))
        state = {"begun": http.clock().isoformat(), **state}
        if _film(outgoing):
            return await films.prepared(access, there, outgoing, state)
        if "before" not in state:
            state["before"] = await reading.there_now(access, there, outgoing)
        if outgoing.media:
            state = await photos.prepared(access, there, outgoing, state)
        return state

    async def commit(self, access: Access, outgoing: Outgoing, state: State, http: Http) -> Published:
        """Show it."""
        there = graph(access, self.line(access, http))
        if _film(outgoing):
            _needs(state, "film", "upload")
            return await films.committed(access, there, outgoing, state, text_of(outgoing))
        if outgoing.placement == COMMENT.name:
            edge = f"{outgoing.reply_to}/comments"
            made = id_of(await there.post(edge, commit=True, message=text_of(outgoing)), commit=True)
            return Published(made, await address(there, access, made))
        if outgoing.media:
            _needs(state, "photos")
        if outgoing.placement == STORY.name:
            return await _story(access, there, outgoing, state)
        return await _post(access, there, outgoing, state)

    async def find(self, access: Access, outgoing: Outgoing, state: State, http: Http) -> Published | Verdict:
        """Ask the film, or look among what stands there."""
        there = graph(access, self.line(access, http))
        if _film(outgoing):
            return await films.found(access, there, state) if state.get("film") else CANNOT_TELL
        return await reading.found(access, there, outgoing, state, text_of(outgoing))

    async def edit(self, access: Access, remote_id: str, outgoing: Outgoing, http: Http) -> Published:
        """Replace the words; files stay as they are. Only posts that this app made can be changed."""
        refuse_misfits(self.card, outgoing, access.limits)
        there = graph(access, self.line(access, http))
        # A post has the page's id before its own; a film has not.
        name = "message" if "_" in remote_id else "description"
        fields: dict[str, Any] = {name: text_of(outgoing)}
        await there.post(remote_id, **fields)
        return Published(remote_id, await address(there, access, remote_id))

    async def delete(self, access: Access, remote_id: str, http: Http) -> None:
        """Take it away. What is not found is gone, if the access itself still works."""
        there = graph(access, self.line(access, http))
        try:
            await there.delete(remote_id)
        except Refused as refused:
            if refused.code != "gone":
                raise
            await there.get(access.remote_id, fields="id")


def _film(outgoing: Outgoing) -> bool:
    return any(item.kind == "video" for item in outgoing.media)


def _needs(state: State, *names: str) -> None:
    """Later unless everything is there that `prepare` makes."""
    if not all(state.get(name) for name in names):
        raise Later(_("Nothing was prepared for this post; it is prepared again."), code="ended", state={})


def text_of(outgoing: Outgoing) -> str:
    """The words as they are sent: a link stands apart from them where nothing else does."""
    if outgoing.link and not outgoing.media and outgoing.placement in {"", POST.name}:
        return outgoing.text
    place = COMMENT if outgoing.placement == COMMENT.name else POST
    return full_text(place, outgoing)


async def _post(access: Access, there: Graph, outgoing: Outgoing, state: State) -> Published:
    fields: dict[str, object] = {}
    if text := text_of(outgoing):
        fields["message"] = text
    if outgoing.media:
        fields["attached_media"] = [{"media_fbid": state["photos"][item.key]} for item in outgoing.media]
    elif outgoing.link:
        fields["link"] = outgoing.link
    made = id_of(await there.post(f"{access.remote_id}/feed", commit=True, **fields), commit=True)
    return Published(made, await address(there, access, made))


async def _story(access: Access, there: Graph, outgoing: Outgoing, state: State) -> Published:
    photo = state["photos"][outgoing.media[0].key]
    found = await there.post(f"{access.remote_id}/photo_stories", commit=True, photo_id=photo)
    if found.get("success") is not True:
        raise unreadable(found, shows=True)
    made = id_of(found, "post_id", commit=True)
    return Published(made, await address(there, access, made))
