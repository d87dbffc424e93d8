"""Finds a post of ours among the channel's own: by its files, or by its text and when it was made."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from tabard.connectors.base import CANNOT_TELL, NOT_THERE, Access, Outgoing, State, Verdict
from tabard.connectors.http import Answer
from tabard.connectors.outcome import date_of
from tabard.connectors.platforms.mastodon.client import Client, checked
from tabard.connectors.platforms.mastodon.plain import same

PAGE = 40
PAGES = 3
# How far a server's clock may be from ours once its Date header (whole seconds) is taken into account, and
# where it sends none.
SLACK = timedelta(seconds=3)
LOOSE = timedelta(minutes=2)


async def look(
    client: Client, access: Access, outgoing: Outgoing, text: str, state: State
) -> dict[str, Any] | Verdict:
    """The Status that is `outgoing`, the oldest if there are several.

    NOT_THERE only if all posts since `begun` were seen, and would be listed: a post to a few people is not on
    every server, so of that CANNOT_TELL.
    """
    begun = datetime.fromisoformat(state["begun"]) if state.get("begun") else outgoing.created_at
    params: dict[str, Any] = {"limit": PAGE, "exclude_reblogs": "true"}
    found: dict[str, Any] | None = None
    for _page in range(PAGES):
        answer = checked(await client.get(f"/api/v1/accounts/{access.remote_id}/statuses", params))
        statuses = answer.items()
        since = _since(answer, begun)
        new = [status for status in statuses if _made(status, begun) >= since]
        found = next((s for s in reversed(new) if is_it(s, outgoing, text, state)), None) or found
        if not statuses or len(new) < len(statuses):
            return found or _absent(outgoing)
        params["max_id"] = str(statuses[-1]["id"])
    return found or CANNOT_TELL


def _absent(outgoing: Outgoing) -> Verdict:
    return CANNOT_TELL if outgoing.options.get("visibility") == "direct" else NOT_THERE


def _since(answer: Answer, begun: datetime) -> datetime:
    """`begun` on the server's clock, a little earlier."""
    theirs = date_of(answer.headers.get("date", ""))
    if theirs is None:
        return begun - LOOSE
    return begun + (theirs - answer.http.clock()) - SLACK


def _made(status: Mapping[str, Any], otherwise: datetime) -> datetime:
    return date_of(str(status.get("created_at") or "")) or otherwise


def is_it(status: Mapping[str, Any], outgoing: Outgoing, text: str, state: State) -> bool:
    """Whether a Status can be `outgoing`: it has our uploads, or the same text and number of files."""
    if status.get("reblog"):
        return False
    files = {str(item.get("id")) for item in status.get("media_attachments") or ()}
    if files and files & set(state.get("media", {}).values()):
        return True
    if len(files) != len(outgoing.media):
        return False
    if outgoing.reply_to and str(status.get("in_reply_to_id") or outgoing.reply_to) != outgoing.reply_to:
        return False
    return same(text, str(status.get("content") or ""))
