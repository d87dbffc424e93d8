"""Publishing videos: uploaded so that nobody sees them, worked on there, and shown by one call.

That call writes the whole of a video's words and who sees it, so it may be repeated; by the tag of ours that
goes away with it, the video itself says whether it worked. Comments are in `comments.py`.
"""

from __future__ import annotations

from datetime import timedelta
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
from tabard.connectors.bodies import patience
from tabard.connectors.checks import refuse_misfits
from tabard.connectors.errors import ConnectorError, Later, Refused, unreadable
from tabard.connectors.families.google import reasons_of
from tabard.connectors.http import Http
from tabard.connectors.media import fit
from tabard.connectors.outcome import date_of
from tabard.connectors.platforms.youtube import comments
from tabard.connectors.platforms.youtube.card import COVER, DATA, HOST, LOOKS
from tabard.connectors.platforms.youtube.client import NEWEST, VIDEO_ID, Client, inner
from tabard.connectors.platforms.youtube.upload import uploaded
from tabard.connectors.platforms.youtube.video import (
    cover,
    edited,
    locked,
    mark,
    marked,
    privacy_of,
    refuse_misworded,
    shown,
    snippet,
    there,
    unusable,
    wanted,
)
from tabard.connectors.words import _

PAUSE = 5.0
SOONEST, LATEST = timedelta(minutes=2), timedelta(hours=2)  # until it is looked again at one that takes long
SIDE = 3840
ANEW = dict.fromkeys(("video", "upload", "cover", "waits"), "")  # what is kept no longer
EARLY = timedelta(minutes=1)  # by which their clock may differ from ours


class Publishing(Connector):
    """`mint`, `prepare`, `commit`, `find`, `edit` and `delete`."""

    def mint(self, outgoing: Outgoing) -> State:
        """The tag that a video bears until it is shown."""
        return {"mark": mark(outgoing)}

    async def prepare(self, access: Access, outgoing: Outgoing, state: State, http: Http) -> State:
        """The video is there, whole, with its picture, and nobody sees it."""
        refuse_misfits(self.card, outgoing, access.limits)
        made: State = {"begun": http.clock().isoformat(), **state}
        if outgoing.reply_to:
            return made
        refuse_misworded(outgoing)
        client = Client.of(access, self.line(access, http))
        try:
            await uploaded(client, access, outgoing, made)
            await _ready(client, made)
            await _cover(client, outgoing, made)
        except ConnectorError as error:
            error.state = {**made, **(error.state or {})}
            raise
        return made

    async def commit(self, access: Access, outgoing: Outgoing, state: State, http: Http) -> Published:
        """Show it, or say the comment."""
        client = Client.of(access, self.line(access, http))
        if outgoing.reply_to:
            return await comments.say(client, access, outgoing)
        number = str(state.get("video") or "")
        if not number:
            says = _("Nothing was prepared for this post; it is prepared again.")
            raise Later(says, code="ended", state={})
        body = shown(outgoing, number)
        try:
            found = await client.send("PUT", f"{DATA}/videos", body, commit=True, part="snippet,status")
        except Refused as refused:
            raise (_deleted() if refused.code == "gone" else refused) from refused
        if found.get("id") != number or not privacy_of(found):
            raise unreadable(found, shows=True)
        if privacy_of(found) != wanted(outgoing):
            raise locked()
        return there(access, outgoing, number)

    async def find(self, access: Access, outgoing: Outgoing, state: State, http: Http) -> Published | Verdict:
        """Ask the video itself; without its number, look through the newest uploads."""
        client = Client.of(access, self.line(access, http))
        if outgoing.reply_to:
            return await comments.found(client, access, outgoing, state)
        number = str(state.get("video") or "")
        if not number:
            return await _among_the_newest(client, access, outgoing, state)
        video = await client.video(number, "snippet,status")
        if video is None or marked(outgoing, video) or privacy_of(video) != wanted(outgoing):
            return NOT_THERE
        return there(access, outgoing, number)

    async def edit(self, access: Access, remote_id: str, outgoing: Outgoing, http: Http) -> Published:
        """Replace the words and the picture; the video itself stays, and whoever sees it."""
        refuse_misfits(self.card, outgoing, access.limits)
        client = Client.of(access, self.line(access, http))
        if not VIDEO_ID.fullmatch(remote_id):
            return await comments.edit(client, access, remote_id, outgoing)
        refuse_misworded(outgoing)
        video = await client.video(remote_id, "snippet,status")
        if video is None:
            raise Refused(_("The video is no longer there."), code="gone")
        await client.send("PUT", f"{DATA}/videos", edited(outgoing, video), part="snippet,status")
        await _cover(client, outgoing, {"video": remote_id})
        return there(access, outgoing, remote_id)

    async def delete(self, access: Access, remote_id: str, http: Http) -> None:
        """Take a video away, or a comment of the channel's own."""
        client = Client.of(access, self.line(access, http))
        kind = "videos" if VIDEO_ID.fullmatch(remote_id) else "comments"
        try:
            await client.send("DELETE", f"{DATA}/{kind}", id=remote_id)
        except Refused as refused:
            if refused.code != "gone":
                raise


def _deleted() -> ConnectorError:
    says = _("The video was deleted at YouTube before it was shown. Try again, and it is uploaded anew.")
    return Refused(says, code="gone", state=dict(ANEW))


async def _ready(client: Client, made: State) -> None:
    """Wait until YouTube has worked the video through. Later if that takes long, each time for longer."""
    video: dict[str, Any] | None = None
    for again in range(LOOKS):
        if again:
            await client.http.sleep(PAUSE)
        video = await client.video(str(made["video"]), "status,processingDetails")
        if video is None:
            continue  # it may take a moment to be in the lists
        if error := unusable(video):
            error.state = dict(ANEW)
            raise error
        if inner("status")(video).get("uploadStatus") == "processed":
            return
    if video is None:
        raise _deleted()
    now = client.http.clock()
    made["waits"] = made.get("waits") or now.isoformat()
    since = date_of(str(made["waits"])) or now
    says = _("The platform is still at work on the files.")
    raise Later(says, code="processing", until=now + min(max(SOONEST, 2 * (now - since)), LATEST))


async def _cover(client: Client, outgoing: Outgoing, made: State) -> None:
    """Set the picture that is shown before the video plays; of a Short it is taken only once it is whole."""
    item = cover(outgoing)
    if item is None or made.get("cover") == item.key:
        return
    picture = await fit(await item.load(), COVER, side=SIDE)
    answer = await client.http.call(
        "POST",
        f"https://{HOST}/upload/youtube/v3/thumbnails/set",
        headers={**client.headers, "Content-Type": picture.mime},
        params={"videoId": str(made["video"]), "uploadType": "media"},
        content=picture.body,
        timeout=patience(len(picture.body)),
    )
    if answer.status == 403 and "forbidden" in reasons_of(answer):
        says = _(
            "This channel may not give its videos pictures yet. Verify it at youtube.com/verify, or take the "
            "picture off."
        )
        raise Refused(says, code="cover", raw=answer.raw())
    client.data(answer)
    made["cover"] = item.key


async def _among_the_newest(
    client: Client, access: Access, outgoing: Outgoing, state: State
) -> Published | Verdict:
    """What the newest uploads say of a post whose number nobody kept: the same words, not older than it."""
    begun = date_of(str(state.get("begun") or ""))
    if begun is None:
        return CANNOT_TELL
    words = snippet(outgoing)
    videos = await client.newest(access)
    for video in videos:
        known = inner("snippet")(video)
        at = date_of(str(known.get("publishedAt") or ""))
        same = all(known.get(name) == words[name] for name in ("title", "description"))
        young = at is not None and at >= begun - EARLY
        seen = privacy_of(video) == wanted(outgoing) and not marked(outgoing, video)
        if same and young and seen:
            return there(access, outgoing, str(video.get("id")))
    return NOT_THERE if len(videos) < NEWEST else CANNOT_TELL
