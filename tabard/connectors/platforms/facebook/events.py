"""What Facebook tells of a page by itself. The page is read anyway, so it matters most whose page it is.

Sources, read 2026-11: developers.facebook.com/docs/graph-api/webhooks/reference/page and
/docs/pages-api/webhooks-for-pages.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tabard.connectors.base import Heard, Message
from tabard.connectors.families.meta_events import changes, entries, inner, moment, wrote
from tabard.connectors.platforms.facebook.client import SITE

# Of these the platform is asked to tell; what else comes was asked for by somebody else.
WANTED = frozenset({"feed", "mention"})
SPOKEN = {"feed", "mention", "ratings"}
# Neither is said by anybody: each would have the page read for nothing.
DUMB = {"reaction", "like"}


def heard(event: Mapping[str, Any]) -> tuple[Heard, ...]:
    """Each page of which the event tells something that was said, with what is told whole."""
    found = []
    for entry in entries(event, "page"):
        page, at = str(entry.get("id") or ""), moment(entry.get("time"))
        said = [(name, value) for name, value in changes(entry) if _said(name, value, page)]
        if page and (said or wrote(entry, page)):
            messages = [_message(name, value, at) for name, value in said]
            found.append(Heard(page, tuple(each for each in messages if each), at))
    return tuple(found)


def _said(name: str, value: Mapping[str, Any], page: str) -> bool:
    """Whether somebody else said something."""
    return name in SPOKEN and value.get("item") not in DUMB and _author(value)[0] != page


def _message(name: str, value: Mapping[str, Any], told: datetime | None) -> Message | None:
    """A comment, or a post that names the page. What was edited or taken away has the time of that."""
    post, comment = str(value.get("post_id") or ""), str(value.get("comment_id") or "")
    verb, is_comment = value.get("verb"), value.get("item") == "comment"
    at = moment(value.get("created_time")) if verb == "add" else told
    if at is None or not (comment if is_comment else name == "mention" and post):
        return None
    number, who = _author(value)
    return Message(
        remote_id=comment if is_comment else post,
        kind="mention" if name == "mention" else "reply",
        text=str(value.get("message") or ""),
        author_id=number,
        author_handle=who,  # people have no handle here
        at=at,
        author_name=who,
        author_url=f"{SITE}/{number}" if number else "",
        url=str(inner(value, "post").get("permalink_url") or ""),
        reply_to=str(value.get("parent_id") or post) if is_comment else "",
        thread=post if is_comment else "",
        gone=verb == "remove",
    )


def _author(value: Mapping[str, Any]) -> tuple[str, str]:
    """Id and name, as far as they are told. Older fields have them apart, those of ratings by other names."""
    author = inner(value, "from")
    number = author.get("id") or value.get("sender_id") or value.get("reviewer_id") or ""
    return str(number), str(author.get("name") or value.get("sender_name") or "")
