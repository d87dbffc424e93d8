"""What is wrong with a post, or worth a thought: a sentence, where it is, and what the author can do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tabard.connectors.words import _

ERROR, WARNING = "error", "warning"


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong. `says` is a sentence with places for `values`; `level` is error or warning.

    `over_from`: index of the first character too many. `media`: key of the file that is meant.
    """

    code: str
    says: str
    values: Mapping[str, Any] = field(default_factory=dict)
    level: str = ERROR
    limit: int | None = None
    counted: int | None = None
    over_from: int | None = None
    media: str = ""

    def __str__(self) -> str:
        return self.says % self.values if self.values else self.says

    @property
    def mend(self) -> str:
        """What the author can do about it; nothing where the sentence says it already."""
        return _MENDS.get(self.code, "") if self.media else ""


_MENDS = {
    "wrong_kind": _("Take it off this channel, or choose another place there."),
    "wrong_format": _("Save or export it in another format, such as JPEG or MP4, and add that."),
    "too_big": _("Export it with a lower bit rate or fewer pixels, and add that."),
    "too_large": _("Export it with fewer pixels, and add that."),
    "too_long_video": _("Cut it shorter, or choose another place on the channel."),
    "too_short_video": _("Make it longer, or choose another place on the channel."),
    "wrong_ratio": _("Cut it to another shape, or choose another place on the channel."),
    "wrong_codec": _("Export it as MP4 with H.264 and AAC, and add that."),
    "wrong_rate": _("Export it with 30 pictures a second, and add that."),
    "no_alt": _("Describe it under its alt text."),
}
