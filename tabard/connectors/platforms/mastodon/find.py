"""Finds a post of ours among the channel's own: by its files, or by its text and when it was made."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from html import escape
from typing import Any

from tabard.connectors.base import CANNOT_TELL, NOT_THERE, Access, Outgoing, State, Verdict
from tabard.connectors.http import Answer
from tabard.connectors.outcome import date_of
from tabard.connectors.platforms.mastodon.client import Client, checked, one
from tabard.connectors.platforms.mastodon.plain import alike, same

# What every server lists without being asked for more; some refuse to be asked for more than they give.
PAGE = 20
PAGES = 6
# How far a server's clock may be from ours once its Date header (whole seconds) is taken into account, and
# where it sends none.
SLACK = timedelta(seconds=3)
LOOSE = timedelta(minutes=2)
Statuses = list[dict[str, Any]]


async def look(
    client: Client, access: Access, outgoing: Outgoing, text: str, state: State
) -> dict[str, Any] | Verdict:
    """The Status that is `outgoing`, the oldest if there are several.

    NOT_THERE only if all posts since `begun` were seen, would be listed, and none comes close: a post to a
    few people is not on every server, and one that is nearly ours may be ours. Of those CANNOT_TELL.
    """
    begun = datetime.fromisoformat(state["begun"]) if state.get("begun") else outgoing.created_at
    path, params = f"{one('/api/v1/accounts', access.remote_id)}/statuses", _asked("")
    seen: dict[str, dict[str, Any]] = {}
    for _page in range(PAGES):
        answer = await _list(client, path, params)
        fresh = [s for s in answer.items() if s.get("id") and str(s["id"]) not in seen]
        since = _since(answer, begun)
        new = [status for status in fresh if _made(status, begun) >= since]
        seen |= {str(status["id"]): status for status in new}
        if not fresh or fresh[-1] not in new:
            whole = bool(fresh) or not answer.items() or len(seen) < PAGE
            return _judged(list(seen.values()), outgoing, text, state, whole)
        params = _asked(str(fresh[-1]["id"]))
    return _judged(list(seen.values()), outgoing, text, state, False)


def _asked(below: str) -> dict[str, Any]:
    return {"limit": PAGE, "exclude_reblogs": "true", **({"max_id": below} if below else {})}


async def _list(client: Client, path: str, params: Mapping[str, Any]) -> Answer:
    """A page of the channel's posts. A server that dislikes what it is asked is asked for less."""
    answer = await client.get(path, params)
    if answer.status in {400, 422}:
        answer = await client.get(path, {k: v for k, v in params.items() if k == "max_id"})
    return checked(answer)


def _judged(
    new: Statuses, outgoing: Outgoing, text: str, state: State, whole: bool
) -> dict[str, Any] | Verdict:
    """`new`: what the channel said since, the newest first. `whole`: that is all of it."""
    found = next((status for status in reversed(new) if is_it(status, outgoing, text, state)), None)
    if found is not None:
        return found
    near = any(_may_be(status, text) for status in new)
    hidden = outgoing.options.get("visibility") == "direct"
    return NOT_THERE if whole and not near and not hidden else CANNOT_TELL


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
    return same(text, _content(status))


def _may_be(status: Mapping[str, Any], text: str) -> bool:
    """Nearly: our words with other files, for which a server may need a while, or with changed addresses."""
    if status.get("reblog") or not text.strip():
        return False
    return same(text, _content(status)) or alike(text, _content(status))


def _content(status: Mapping[str, Any]) -> str:
    return str(status.get("content") or escape(str(status.get("text") or "")))
