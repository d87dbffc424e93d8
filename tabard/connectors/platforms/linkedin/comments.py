"""Comments: what the page says under a post, or under somebody's comment."""

from __future__ import annotations

from typing import Any

from tabard.connectors.base import Outgoing, Published
from tabard.connectors.errors import Refused
from tabard.connectors.platforms.linkedin.client import Client, data
from tabard.connectors.platforms.linkedin.urns import POST, address, comment_of, known, path, whole


def edge(target: str) -> str:
    """Where the comments stand that answer a post or a comment."""
    return f"/rest/socialActions/{path(target)}/comments"


async def said(client: Client, page: str, outgoing: Outgoing) -> Published:
    """Put the answer there. Its words go out as they are: little text is for posts alone."""
    target = known(outgoing.reply_to)
    above = comment_of(target)
    body: dict[str, Any] = {
        "actor": page,
        "object": above[1] if above else target,
        "message": {"text": outgoing.text},
    }
    if above:
        body["parentComment"] = target
    answer = await client.send("POST", edge(target), body, commit=True)
    made = name_of(data(answer), answer.headers.get("x-restli-id", ""))
    if not made:
        raise answer.unreadable()
    return Published(made, address(made))


def name_of(comment: dict[str, Any], number: str = "") -> str:
    """A comment's name as it is told, or from the post and its number there."""
    if found := comment_of(comment.get("commentUrn") or comment.get("$URN")):
        return found[0]
    post = whole(POST, comment.get("object"))
    found = comment_of(f"urn:li:comment:({post},{comment.get('id') or number})")
    return found[0] if found else ""


async def changed(client: Client, page: str, urn: str, text: str) -> None:
    """Replace the words of a comment of ours."""
    patch = {"patch": {"message": {"$set": {"text": text}}}}
    await client.send("POST", _one(page, urn), patch, partial=True)


async def taken_away(client: Client, page: str, urn: str) -> None:
    """Take a comment away: one of ours, or one of somebody else under a post of ours."""
    try:
        await client.send("DELETE", _one(page, urn))
    except Refused as refused:
        if refused.code != "gone":
            raise


def _one(page: str, urn: str) -> str:
    found = comment_of(urn)
    assert found is not None
    return f"{edge(found[1])}/{found[2]}?actor={path(page)}"
