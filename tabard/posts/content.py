"""Exactly what a variant will say: shown to the approver, hashed into the digest, frozen for sending."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tabard.approvals.rules import digest
from tabard.posts.models import Attachment, Post, Variant

Content = dict[str, Any]


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


def _content(post: Post, variant: Variant, attached: dict[int, Attachment]) -> Content:
    wanted = variant.attachment_ids if variant.attachment_ids is not None else list(attached)
    return {
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
        "media": [
            {
                "asset": attached[pk].asset_id,
                "sha256": attached[pk].asset.sha256,
                "name": attached[pk].asset.name,
                "alt": attached[pk].alt,
            }
            for pk in wanted
            if pk in attached
        ],
    }


def digest_of(shown: Content) -> str:
    """The digest of one content."""
    return digest(shown)
