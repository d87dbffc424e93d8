"""A post with what follows it, as it is drawn: each part with its files and how much room it has left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tabard.connectors.registry import platforms
from tabard.library.models import Asset
from tabard.posts.checks import Measure, Room
from tabard.posts.content import COMMENT, Content, parts_of
from tabard.posts.models import Variant


@dataclass(frozen=True)
class PartView:
    """The post itself, or one of what follows it, as it will look."""

    number: int
    content: Content
    files: list[tuple[dict[str, Any], Asset]]
    room: Room | None

    @property
    def is_comment(self) -> bool:
        return self.content.get("kind") == COMMENT

    @property
    def attachment_ids(self) -> list[int]:
        """Which files of the post it has, as they are ticked."""
        return [asset.pk for _said, asset in self.files]


def parts_view(
    variant: Variant, shown: Content, known: Mapping[int, Asset], limits: Mapping[int, Mapping[str, object]]
) -> list[PartView]:
    """Every part of a variant; `known` are its files by asset, `limits` what servers say by channel."""
    platform = variant.channel.platform_id
    by = Measure(platform, known, limits.get(variant.channel_id, {})) if platform in platforms() else None
    return [
        PartView(
            number,
            part,
            [(each, known[each["asset"]]) for each in part["media"] if each["asset"] in known],
            by.room(part) if by else None,
        )
        for number, part in enumerate(parts_of(shown))
    ]
