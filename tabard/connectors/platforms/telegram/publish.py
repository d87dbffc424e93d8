"""Publishing in a Telegram channel: one call that carries text and files, and a look at the public page.

There is no key that makes a repeat harmless, and a bot cannot read back what it wrote. So a lost answer is
looked up on the page that everybody can read; where it is not there, nobody but a person can tell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from tabard.connectors.base import CANNOT_TELL, Access, Connector, Media, Outgoing, Published, State, Verdict
from tabard.connectors.bodies import Part
from tabard.connectors.checks import full_text, refuse_misfits
from tabard.connectors.errors import Later, Refused, unreadable
from tabard.connectors.http import Http
from tabard.connectors.media import fit
from tabard.connectors.outcome import date_of
from tabard.connectors.platforms.telegram.card import PAGE, POST
from tabard.connectors.platforms.telegram.client import Client
from tabard.connectors.platforms.telegram.page import same, seen
from tabard.connectors.words import _

SIDE = 2560  # more is made smaller there; width and height together may be 10,000


class Publishing(Connector):
    """`mint`, `prepare`, `commit`, `find`, `edit` and `delete`."""

    def mint(self, outgoing: Outgoing) -> State:
        """Nothing of ours can be sent along; the key is kept for the record."""
        return {"key": outgoing.key}

    async def prepare(self, access: Access, outgoing: Outgoing, state: State, http: Http) -> State:
        """Nothing can be uploaded ahead. `begun` is kept: nothing older than it can be this post."""
        refuse_misfits(self.card, outgoing, access.limits)
        return {"begun": http.clock().isoformat(), **state}

    async def commit(self, access: Access, outgoing: Outgoing, state: State, http: Http) -> Published:
        """Send it, with its files."""
        client = Client.of(access, self.line(access, http))
        files = [await _file(item) for item in outgoing.media]
        text = full_text(POST, outgoing)
        if len(outgoing.media) > 1:
            media = [_of_album(n, item, text if n == 0 else "") for n, item in enumerate(outgoing.media)]
            fields = _fields(access, outgoing, media=media)
            sent = await client.show("sendMediaGroup", fields, _named(files))
        elif outgoing.media:
            (item,) = outgoing.media
            fields = _fields(access, outgoing, **_one(item, text))
            kind = "photo" if item.kind == "image" else "video"
            sent = await client.show(f"send{kind.title()}", fields, [replace(files[0], field=kind)])
        else:
            sent = await client.show("sendMessage", _fields(access, outgoing, text=text))
        return _published(access, sent)

    async def find(self, access: Access, outgoing: Outgoing, state: State, http: Http) -> Published | Verdict:
        """Look at the channel's page. It may be late: what is not there may be there yet."""
        answer = await self.line(access, http).get(f"https://{PAGE}/s/{access.handle}")
        begun = date_of(str(state.get("begun") or ""))
        text = full_text(POST, outgoing)
        for post in seen(answer.body) if answer.ok and begun else ():
            mine = same(post.text, text) and post.files == len(outgoing.media)
            if mine and begun and post.at >= begun.replace(microsecond=0):
                return _there(access, post.ids)
        return CANNOT_TELL

    async def edit(self, access: Access, remote_id: str, outgoing: Outgoing, http: Http) -> Published:
        """Replace the text, or the words under the files; the files stay as they are."""
        refuse_misfits(self.card, outgoing, access.limits)
        client = Client.of(access, self.line(access, http))
        text, ids = full_text(POST, outgoing), ids_of(remote_id)
        fields: dict[str, Any] = {"chat_id": int(access.remote_id), "message_id": ids[0]}
        try:
            if outgoing.media:
                await client.ask("editMessageCaption", **fields, caption=text)
            else:
                await client.ask("editMessageText", **fields, text=text, **_preview(outgoing))
        except Refused as refused:
            if "not modified" not in refused.raw:
                raise
        return _there(access, ids)

    async def delete(self, access: Access, remote_id: str, http: Http) -> None:
        """Take it away, an album whole; what is already gone is passed over there."""
        client = Client.of(access, self.line(access, http))
        try:
            ids = ids_of(remote_id)
            await client.ask("deleteMessages", chat_id=int(access.remote_id), message_ids=ids)
        except Refused as refused:
            if refused.code != "gone":
                raise


def _fields(access: Access, outgoing: Outgoing, **more: Any) -> dict[str, Any]:
    """What every way to send takes; text goes without any markup of ours."""
    fields: dict[str, Any] = {"chat_id": int(access.remote_id), **more}
    if outgoing.options.get("silent"):
        fields["disable_notification"] = True
    if outgoing.reply_to:
        fields["reply_parameters"] = {"message_id": ids_of(outgoing.reply_to)[0]}
    if not outgoing.media:
        fields |= _preview(outgoing)
    return fields


def _preview(outgoing: Outgoing) -> dict[str, Any]:
    return {"link_preview_options": {"is_disabled": True}} if outgoing.options.get("no_preview") else {}


def _one(item: Media, text: str) -> dict[str, Any]:
    fields: dict[str, Any] = {"caption": text} if text else {}
    return fields | (_of_video(item) if item.kind == "video" else {})


def _of_video(item: Media) -> dict[str, Any]:
    known = {"width": item.width, "height": item.height, "duration": round(item.seconds)}
    return {"supports_streaming": True, **{name: n for name, n in known.items() if n}}


def _of_album(place: int, item: Media, text: str) -> dict[str, Any]:
    kind = "photo" if item.kind == "image" else "video"
    return {"type": kind, "media": f"attach://file{place}", **_one(item, text)}


def _named(files: Sequence[Part]) -> list[Part]:
    return [replace(file, field=f"file{place}") for place, file in enumerate(files)]


async def _file(item: Media) -> Part:
    """One file as it is sent; pictures are made to fit and lose what is hidden in them."""
    if item.kind != "image":
        return Part("", item, item.name or "video.mp4")
    rule = POST.rule_for("image")
    assert rule is not None
    made = await fit(await item.load(), rule, side=SIDE)
    return Part("", item.made(made.body, made.mime), f"picture.{made.mime.partition('/')[2]}")


def _published(access: Access, sent: Any) -> Published:
    """The post of the message, or the messages of an album, that came back."""
    messages = sent if isinstance(sent, list) else [sent]
    found = [each.get("message_id") if isinstance(each, dict) else None for each in messages]
    ids = [each for each in found if isinstance(each, int) and not isinstance(each, bool)]
    if not ids or len(ids) < len(messages):
        raise unreadable(sent, shows=True)
    return _there(access, ids)


def _there(access: Access, ids: list[int]) -> Published:
    return Published(",".join(map(str, ids)), f"https://{PAGE}/{access.handle}/{ids[0]}")


def ids_of(remote_id: str) -> list[int]:
    """The numbers of a post's messages: an album has one for each file."""
    try:
        return [int(each) for each in remote_id.split(",")]
    except ValueError as error:
        raise Later(_("This is no post of this channel."), code="unreadable") from error
