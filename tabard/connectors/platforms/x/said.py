"""A post of somebody else as a message, whether it was asked for or told."""

from __future__ import annotations

import html
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tabard.connectors.base import Message
from tabard.connectors.platforms.x.card import HOME


def people(found: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Those who are told of beside posts, by id."""
    beside = found.get("includes")
    users = beside.get("users") if isinstance(beside, dict) else None
    named = [one for one in users if isinstance(one, dict)] if isinstance(users, list) else []
    return {str(one.get("id")): one for one in named}


def message(
    post: Mapping[str, Any], known: Mapping[str, Mapping[str, Any]], own: str, at: datetime
) -> Message:
    """What `post` says to the channel `own`."""
    author = known.get(str(post.get("author_id") or ""), {})
    handle = str(author.get("username") or "")
    around = {str(each.get("type")): str(each.get("id")) for each in _around(post)}
    ours = str(post.get("in_reply_to_user_id") or "") == own
    kind = "reply" if ours and "replied_to" in around else "quote" if "quoted" in around else "mention"
    return Message(
        remote_id=str(post["id"]),
        kind=kind,
        text=html.unescape(str(post.get("text") or "")),
        author_id=str(post.get("author_id") or ""),
        author_handle=handle,
        at=at,
        author_name=str(author.get("name") or handle),
        author_url=f"{HOME}/{handle}" if handle else "",
        avatar_url=str(author.get("profile_image_url") or ""),
        url=f"{HOME}/{handle or 'i'}/status/{post['id']}",
        reply_to=around.get("replied_to", ""),
        thread=str(post.get("conversation_id") or ""),
        language=str(post.get("lang") or ""),
    )


def _around(post: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """What it answers or quotes; the name of it is changing."""
    found = post.get("referenced_posts") or post.get("referenced_tweets")
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
