"""A text too long for one post, as a thread: cut by the platform's own count."""

from __future__ import annotations

from functools import partial
from typing import Any

from tabard.library.models import Asset
from tabard.posts.checks import Measure, limits_of
from tabard.posts.content import COMMENT, all_media, content, parts_of
from tabard.posts.models import Variant
from tabard.posts.rules import split


def split_up(variant: Variant) -> list[dict[str, Any]]:
    """The post itself and what follows it, each short enough; files stay with the first piece."""
    shown = content(variant)
    files = Asset.objects.in_bulk({m["asset"] for m in all_media(shown)})
    limits = limits_of([variant.channel_id]).get(variant.channel_id, {})
    by = Measure(variant.channel.platform_id, files, limits)
    kept = [[], *(part["attachment_ids"] for part in variant.thread)]
    every = [part for part in parts_of(shown) if part.get("kind") != COMMENT]
    made: list[dict[str, Any]] = []
    for part, ids in zip(every, kept, strict=True):
        first, *more = split(part["text"], partial(by.fits, part)) or [""]
        made.append({"text": first, "attachment_ids": ids})
        made += ({"text": words, "attachment_ids": []} for words in more)
    return made
