"""What stands on a page: its posts, and its comments under something."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from tabard.connectors.base import CANNOT_TELL, NOT_THERE, Outgoing, Published, State, Verdict
from tabard.connectors.checks import full_text
from tabard.connectors.errors import ConnectorError, Refused, Revoked, Unsure
from tabard.connectors.outcome import date_of
from tabard.connectors.platforms.linkedin.card import CARD, COMMENT
from tabard.connectors.platforms.linkedin.client import Client
from tabard.connectors.platforms.linkedin.comments import edge, name_of
from tabard.connectors.platforms.linkedin.little import read, same, same_word
from tabard.connectors.platforms.linkedin.urns import POST, address, known, path, same_page, whole
from tabard.connectors.words import _

EARLY = timedelta(minutes=1)  # by which their clock may differ from ours
LATELY = timedelta(minutes=15)  # posts of longer ago are refused as the same no more
PAGES = 5  # of comments under one thing


async def there_now(client: Client, page: str, outgoing: Outgoing) -> list[str] | None:
    """Names of what could be taken for this one later: what came so lately that its time tells nothing.

    None where the person's role may write and not read: then nobody can tell afterwards.
    """
    try:
        items, _goes_on = await _listed(client, page, outgoing)
    except Revoked as refused:
        if refused.code != "scope":
            raise
        return None
    since = client.http.clock() - LATELY
    return [name for each in items if (name := _name(each)) and (at := _at(each)) and at >= since]


async def found(client: Client, page: str, outgoing: Outgoing, state: State) -> Published | Verdict:
    """The one thing that is ours and was not there before; of several nobody can tell."""
    since = date_of(str(state.get("begun") or ""))
    if since is None or not isinstance(state.get("before"), list):
        return CANNOT_TELL
    items, goes_on = await _listed(client, page, outgoing)
    mine = [each for each in items if _is_it(each, page, outgoing, state, since)]
    if len(mine) == 1:
        name = _name(mine[0])
        return Published(name, address(name))
    changed = [at for each in items if (at := _at(each, "lastModifiedAt"))]
    hidden = goes_on and (outgoing.placement == COMMENT.name or not changed or min(changed) > since - EARLY)
    return CANNOT_TELL if mine or hidden else NOT_THERE


async def first(client: Client, page: str, outgoing: Outgoing, state: State, refused: Refused) -> Published:
    """LinkedIn says that it was posted already, and where: was that a try of this one, or another post?"""
    told = POST.search(refused.raw)
    since = date_of(str(state.get("begun") or ""))
    if told is None or since is None:
        raise Unsure(refused.says, code="duplicate", raw=refused.raw) from refused
    try:
        post = await client.get(f"/rest/posts/{path(told.group())}?viewContext=AUTHOR")
    except ConnectorError as error:
        raise Unsure(refused.says, code="duplicate", raw=refused.raw) from error
    if _is_it({"id": told.group(), **post}, page, outgoing, state, since):
        return Published(told.group(), address(told.group()))
    says = _(
        "The same was posted here a few minutes ago. Change the text, or post it a quarter of an hour later."
    )
    raise Refused(says, code="duplicate", raw=refused.raw) from refused


async def _listed(client: Client, page: str, outgoing: Outgoing) -> tuple[list[dict[str, Any]], bool]:
    """The newest things where this one goes, and whether the list goes on."""
    if outgoing.placement == COMMENT.name:
        return await client.listed(edge(known(outgoing.reply_to)), pages=PAGES)
    query = f"q=author&author={path(page)}&sortBy=LAST_MODIFIED"
    return await client.listed(f"/rest/posts?{query}", pages=1)


def _name(each: dict[str, Any]) -> str:
    return whole(POST, each.get("id")) or name_of(each)


def _at(each: dict[str, Any], name: str = "createdAt") -> datetime | None:
    """When it was made; of a comment this stands one deeper."""
    created = each.get("created")
    said = each.get(name) or (created.get("time") if isinstance(created, dict) else None)
    return datetime.fromtimestamp(said / 1000, UTC) if type(said) is int and 0 < said < 4e12 else None


def _is_it(each: dict[str, Any], page: str, outgoing: Outgoing, state: State, since: datetime) -> bool:
    name = _name(each)
    if not name or not same_page(each.get("author") or each.get("actor"), page):
        return False
    if ours := {str(urn) for urn in (state.get("media") or {}).values()}:
        return ours == _files(each)  # nobody else can have them
    at = _at(each)
    if name in (state.get("before") or ()) or at is None or at < since - EARLY:
        return False
    return _says(each, outgoing)


def _says(each: dict[str, Any], outgoing: Outgoing) -> bool:
    """Whether a thing without files has the words, the card and the poll of this one."""
    if outgoing.placement == COMMENT.name:
        message = each.get("message")
        return isinstance(message, dict) and same(str(message.get("text") or ""), outgoing.text)
    article, poll = _part(each, "article"), _part(each, "poll")
    carded = outgoing.link if outgoing.options.get("link_title") and outgoing.placement != "poll" else ""
    asked = str(outgoing.options.get("question") or "") if outgoing.placement == "poll" else ""
    return (
        not _files(each)
        and same_word(str(article.get("source") or ""), carded)
        and str(poll.get("question") or "") == asked
        and same(read(each.get("commentary")), full_text(CARD.placement(outgoing.placement), outgoing))
    )


def _part(each: dict[str, Any], name: str) -> dict[str, Any]:
    content = each.get("content")
    part = content.get(name) if isinstance(content, dict) else None
    return part if isinstance(part, dict) else {}


def _files(each: dict[str, Any]) -> set[str]:
    """Names of the files of a post."""
    images = _part(each, "multiImage").get("images")
    several = [one.get("id") for one in images if isinstance(one, dict)] if isinstance(images, list) else []
    every = [_part(each, "media").get("id"), _part(each, "article").get("thumbnail"), *several]
    return {str(urn) for urn in every if urn}
