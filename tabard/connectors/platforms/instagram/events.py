"""What Instagram tells of a profile by itself. The profile is read anyway, so it matters most whose it is.

Sources, read 2026-11: developers.facebook.com/docs/instagram-platform/webhooks and its examples, and
/docs/graph-api/webhooks/reference/instagram.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tabard.connectors.base import Heard, Message
from tabard.connectors.families.meta_events import changes, entries, inner, moment, wrote

# Any field of the page to which a profile is tied has the profile's own events told.
WANTED = frozenset({"feed"})
SPOKEN = {"comments", "live_comments", "mentions"}


def heard(event: Mapping[str, Any]) -> tuple[Heard, ...]:
    """Each profile to which somebody said something, with what is told whole."""
    found = []
    for entry in entries(event, "instagram"):
        own, at = str(entry.get("id") or ""), moment(entry.get("time"))
        said = [
            value
            for name, value in changes(entry)
            if name in SPOKEN and str(inner(value, "from").get("id")) != own
        ]
        if own and (said or wrote(entry, own)):
            messages = [_comment(value, at) for value in said]
            found.append(Heard(own, tuple(each for each in messages if each), at))
    return tuple(found)


def _comment(value: Mapping[str, Any], at: datetime | None) -> Message | None:
    """A comment; of a mention only ids are told. There is no time but that of the event."""
    author, post = inner(value, "from"), str(inner(value, "media").get("id") or "")
    handle = str(author.get("username") or "")
    if at is None or not value.get("id") or not post:
        return None
    return Message(
        remote_id=str(value["id"]),
        kind="reply",
        text=str(value.get("text") or ""),
        author_id=str(author.get("id") or handle),
        author_handle=handle,
        at=at,
        author_url=f"https://www.instagram.com/{handle}/" if handle else "",
        reply_to=str(value.get("parent_id") or post),
        thread=post,
    )
