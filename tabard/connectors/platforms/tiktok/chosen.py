"""What the author chose for a post, held against TikTok's rules and against what the account allows today."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from tabard.connectors.base import Outgoing
from tabard.connectors.card import Placement
from tabard.connectors.checks import full_text
from tabard.connectors.errors import Refused, unreadable
from tabard.connectors.platforms.tiktok.card import ALONE, TITLE
from tabard.connectors.platforms.tiktok.client import REFUSED, Client
from tabard.connectors.text.ways import utf16
from tabard.connectors.words import _

_SECOND = re.compile(r"\d{1,3}(?:[.,]\d{1,3})?")
# What the account may have switched off altogether, and the words for it.
OFF = {
    "comment": _("This account has comments switched off at TikTok: do not allow them here."),
    "duet": _("This account has duets switched off at TikTok: do not allow them here."),
    "stitch": _("This account has stitches switched off at TikTok: do not allow them here."),
}


def refuse_unfit(outgoing: Outgoing) -> None:
    """Raise Refused for what TikTok would not take, as far as the post itself shows it."""
    options = outgoing.options
    if options.get("paid_partnership") and options.get("privacy_level") == ALONE:
        says = _("A paid partnership cannot be for the account itself only. Choose who else can see it.")
        raise Refused(says, code="branded_private")
    title = str(options.get("title") or "")
    if (counted := utf16(title, [])) > TITLE:
        says = _("The title is too long: %(counted)s of %(limit)s characters.")
        raise Refused(says, code="title", counted=counted, limit=TITLE)
    cover_ms(outgoing)
    cover_index(outgoing)


def cover_ms(outgoing: Outgoing) -> int:
    """The moment of the cover. One behind the end would fail the whole post, so it is refused here."""
    said = str(outgoing.options.get("cover_at") or "").strip() or "0"
    if not _SECOND.fullmatch(said):
        says = _("The cover is a second of the video, as a number: %(said)s is none.")
        raise Refused(says, code="cover", said=said)
    second = float(said.replace(",", "."))
    length = max((item.seconds for item in outgoing.media), default=0.0)
    if length and second >= length:
        says = _("The cover is at second %(said)s, and the video is %(length)s seconds long.")
        raise Refused(says, code="cover", said=said, length=round(length, 1))
    return round(second * 1000)


def cover_index(outgoing: Outgoing) -> int:
    """Which photo is the cover, counted from 0."""
    said = str(outgoing.options.get("cover") or "").strip() or "1"
    if not said.isdecimal() or not 1 <= int(said) <= max(len(outgoing.media), 1):
        says = _("The cover is one of the photos, from 1 to %(count)s: %(said)s is none.")
        raise Refused(says, code="cover", said=said, count=len(outgoing.media))
    return int(said) - 1


async def allowed(client: Client, outgoing: Outgoing) -> None:
    """Ask what the account allows today, and whether it may post at all. Raises what stands against it."""
    found = await client.post("/post/publish/creator_info/query/", {})
    levels = found.get("privacy_level_options")
    if not isinstance(levels, list):
        raise unreadable(sorted(found))
    if outgoing.options.get("privacy_level") not in levels:
        raise Refused(REFUSED["privacy_level_option_mismatch"], code="privacy_level_option_mismatch")
    for what, says in OFF.items():
        if outgoing.options.get(f"allow_{what}") and found.get(f"{what}_disabled") is True:
            raise Refused(says, code=f"{what}_disabled")
    most = found.get("max_video_post_duration_sec")
    for item in outgoing.media:
        if type(most) is int and 0 < most < item.seconds:
            says = _("%(name)s is too long: %(seconds)s of at most %(limit)s seconds.")
            name, seconds = item.name or item.key, round(item.seconds)
            raise Refused(says, code="too_long_video", name=name, seconds=seconds, limit=most)


def post_info(place: Placement, outgoing: Outgoing) -> dict[str, Any]:
    """What the post says and how it is shown. What nobody switched on is off."""
    options = outgoing.options
    words = _words(place, outgoing)
    if place.name == "photo_draft":
        return words
    info = {
        **words,
        "privacy_level": options["privacy_level"],
        "disable_comment": not options.get("allow_comment"),
        "brand_content_toggle": bool(options.get("paid_partnership")),
        "brand_organic_toggle": bool(options.get("own_brand")),
    }
    return info | (_of_photos(options) if place.name == "photo" else _of_video(options, outgoing))


def _words(place: Placement, outgoing: Outgoing) -> dict[str, str]:
    text = full_text(place, outgoing)
    if place.name == "video":
        return {"title": text}
    return {"title": str(outgoing.options.get("title") or ""), "description": text}


def _of_photos(options: Mapping[str, Any]) -> dict[str, Any]:
    return {"auto_add_music": bool(options.get("add_music"))}


def _of_video(options: Mapping[str, Any], outgoing: Outgoing) -> dict[str, Any]:
    return {
        "disable_duet": not options.get("allow_duet"),
        "disable_stitch": not options.get("allow_stitch"),
        "is_aigc": bool(options.get("made_by_ai")),
        "video_cover_timestamp_ms": cover_ms(outgoing),
    }
