"""Exactly what a variant will say: shown to the approver, hashed into the digest, frozen for sending."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tabard.approvals.rules import digest
from tabard.posts.models import Attachment, Post, Variant
from tabard.posts.placements import placement

Content = dict[str, Any]
THREAD, COMMENT = "thread", "comment"


def contents(post: Post, variants: Iterable[Variant] | None = None) -> dict[int, Content]:
    """The content of each variant of `post`, by variant id. Two queries at most, however many there are."""
    attached = {a.pk: a for a in post.attachments.select_related("asset").order_by("position", "id")}
    there = post.variants.select_related("channel") if variants is None else variants
    return {variant.pk: _content(post, variant, attached) for variant in there}


def content(variant: Variant) -> Content:
    """The content of one variant."""
    return contents(variant.post, [variant])[variant.pk]


def digests(found: dict[int, Content]) -> dict[int, str]:
    return {pk: digest(each) for pk, each in found.items()}


def parts_of(shown: Content) -> list[Content]:
    """Everything that goes out, each as a content of its own: the post first, then what follows it."""
    alone = {name: value for name, value in shown.items() if name != "parts"}
    return [alone, *({**alone, "link": "", **part} for part in shown.get("parts", ()))]


def all_media(shown: Content) -> list[dict[str, Any]]:
    """The files of the post and of what follows it."""
    return [each for part in (shown, *shown.get("parts", ())) for each in part["media"]]


def _content(post: Post, variant: Variant, attached: dict[int, Attachment]) -> Content:
    apart = {pk for part in variant.thread for pk in part["attachment_ids"]}
    wanted = variant.attachment_ids
    shown = {
        "channel": {
            "id": variant.channel_id,
            "platform": variant.channel.platform_id,
            "handle": variant.channel.handle,
            "remote_id": variant.channel.remote_id,
        },
        "placement": variant.placement,
        "text": post.text if variant.text is None else variant.text,
        "link": post.link if variant.link is None else variant.link,
        "language": post.language,
        "options": variant.options,
        "media": _media([pk for pk in attached if pk not in apart] if wanted is None else wanted, attached),
    }
    following = _following(variant, attached)
    # Without any it is written as it always was: what was approved before stays what was approved.
    return {**shown, "parts": following} if following else shown


def _following(variant: Variant, attached: dict[int, Attachment]) -> list[Content]:
    """What follows the post, in the order in which it goes: the comment stands under a whole thread."""
    place = placement(variant.channel.platform_id, variant.placement)
    known = place.thread_options if place else ()
    options = {name: value for name, value in variant.options.items() if name in known}
    thread = [
        {
            "kind": THREAD,
            "text": part["text"],
            "media": _media(part["attachment_ids"], attached),
            "placement": variant.placement,
            "options": options,
        }
        for part in variant.thread
    ]
    if not variant.first_comment:
        return thread
    name = place.first_comment if place else ""
    # Under a post it is one more of the same kind, and what holds for all of them holds for it.
    same = place is not None and name == place.name
    under = {"placement": name, "options": options if same else {}}
    return [*thread, {"kind": COMMENT, "text": variant.first_comment, "media": [], **under}]


def _media(wanted: Iterable[int], attached: dict[int, Attachment]) -> list[dict[str, Any]]:
    return [
        {
            "asset": attached[pk].asset_id,
            "sha256": attached[pk].asset.sha256,
            "name": attached[pk].asset.name,
            "alt": attached[pk].alt,
        }
        for pk in wanted
        if pk in attached
    ]


def digest_of(shown: Content) -> str:
    """The digest of one content."""
    return digest(shown)
