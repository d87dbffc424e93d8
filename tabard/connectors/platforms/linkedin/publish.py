"""Publishing on a page: files first, unseen, then the one call that shows.

No key makes a repeat harmless. What was posted a few minutes ago is refused a second time with its name, and
after a lost answer the page's own posts are read: the files of a post are nobody else's, and of texts those
that were there before are known.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from tabard.connectors.base import Access, Connector, Media, Outgoing, Published, State, Verdict
from tabard.connectors.checks import full_text, refuse_misfits
from tabard.connectors.errors import ConnectorError, Later, Refused
from tabard.connectors.http import Answer, Http
from tabard.connectors.platforms.linkedin import comments, reading
from tabard.connectors.platforms.linkedin.card import CARD, CHOICES, COMMENT
from tabard.connectors.platforms.linkedin.client import Client
from tabard.connectors.platforms.linkedin.films import refuse_small
from tabard.connectors.platforms.linkedin.little import written
from tabard.connectors.platforms.linkedin.uploads import uploaded
from tabard.connectors.platforms.linkedin.urns import POST, address, author, comment_of, known, path, whole
from tabard.connectors.words import _


class Publishing(Connector):
    """`mint`, `prepare`, `commit`, `find`, `edit` and `delete`."""

    def mint(self, outgoing: Outgoing) -> State:
        """Nothing of ours can be sent along; the key is kept for the record."""
        return {"key": outgoing.key}

    async def prepare(self, access: Access, outgoing: Outgoing, state: State, http: Http) -> State:
        """Files are uploaded; what stands there already is noted."""
        refuse_misfits(self.card, outgoing, access.limits)
        _refuse_unfit(outgoing)
        client, page = Client.of(access, self.line(access, http)), author(access)
        made: State = {"begun": http.clock().isoformat(), **deepcopy(state)}
        place = self.card.placement(outgoing.placement)
        try:
            if "before" not in made:
                made["before"] = await reading.there_now(client, page, outgoing)
            for item in outgoing.media:
                rule = place.rule_for(item.kind)
                assert rule is not None
                await uploaded(client, page, item, rule, made)
        except ConnectorError as error:
            error.state = made
            raise
        return made

    async def commit(self, access: Access, outgoing: Outgoing, state: State, http: Http) -> Published:
        """Show it."""
        client, page = Client.of(access, self.line(access, http)), author(access)
        if outgoing.placement == COMMENT.name:
            return await comments.said(client, page, outgoing)
        body = _post(page, outgoing, state)
        try:
            answer = await client.send("POST", "/rest/posts", body, commit=True)
        except Refused as refused:
            if refused.code != "duplicate":
                raise
            return await reading.first(client, page, outgoing, state, refused)
        return _there(answer)

    async def find(self, access: Access, outgoing: Outgoing, state: State, http: Http) -> Published | Verdict:
        """Look among what stands there."""
        client = Client.of(access, self.line(access, http))
        return await reading.found(client, author(access), outgoing, state)

    async def edit(self, access: Access, remote_id: str, outgoing: Outgoing, http: Http) -> Published:
        """Replace the words; files, cards and polls stay as they are."""
        refuse_misfits(self.card, outgoing, access.limits)
        client, urn = Client.of(access, self.line(access, http)), known(remote_id)
        if comment_of(urn):
            await comments.changed(client, author(access), urn, outgoing.text)
        else:
            patch = {"patch": {"$set": {"commentary": written(text_of(outgoing))}}}
            await client.send("POST", f"/rest/posts/{path(urn)}", patch, partial=True)
        return Published(urn, address(urn))

    async def delete(self, access: Access, remote_id: str, http: Http) -> None:
        """Take it away. What is gone already is no error."""
        client, urn = Client.of(access, self.line(access, http)), known(remote_id)
        if comment_of(urn):
            await comments.taken_away(client, author(access), urn)
            return
        try:
            await client.send("DELETE", f"/rest/posts/{path(urn)}")
        except Refused as refused:
            if refused.code != "gone":
                raise


def text_of(outgoing: Outgoing) -> str:
    """The words, with the link at their end where it gets no card."""
    return full_text(CARD.placement(outgoing.placement), outgoing)


def _refuse_unfit(outgoing: Outgoing) -> None:
    """What the card alone cannot say."""
    if outgoing.reply_to:
        known(outgoing.reply_to)
    for item in outgoing.media:
        if item.kind == "video":
            refuse_small(item)
    if outgoing.placement == "poll":
        _refuse_poll(outgoing)
    for option in CARD.placement(outgoing.placement).options:
        said = str(outgoing.options.get(option.name) or "")
        if option.kind == "text" and len(said) > option.most:
            says = _("%(option)s is too long: %(counted)s of %(limit)s characters.")
            raise Refused(
                says, code="option_too_long", option=option.label, counted=len(said), limit=option.most
            )


def _refuse_poll(outgoing: Outgoing) -> None:
    choices = _choices(outgoing)
    if len({each.casefold() for each in choices}) < len(choices):
        raise Refused(_("Two choices of the poll are the same."), code="choices")


def _choices(outgoing: Outgoing) -> list[str]:
    said = (str(outgoing.options.get(name) or "").strip() for name in CHOICES)
    return [each for each in said if each]


def _post(page: str, outgoing: Outgoing, state: State) -> dict[str, Any]:
    body: dict[str, Any] = {
        "author": page,
        "commentary": written(text_of(outgoing)),
        "visibility": "PUBLIC",
        "distribution": {
            "feedDistribution": "MAIN_FEED",
            "targetEntities": [],
            "thirdPartyDistributionChannels": [],
        },
        "lifecycleState": "PUBLISHED",
        "isReshareDisabledByAuthor": False,
    }
    content = _content(outgoing, state)
    return body | ({"content": content} if content else {})


def _content(outgoing: Outgoing, state: State) -> dict[str, Any]:
    """What stands below the words."""
    there = state.get("media") or {}
    if not all(item.key in there for item in outgoing.media):
        raise Later(_("Nothing was prepared for this post; it is prepared again."), code="ended", state={})
    files = [(there[item.key], item) for item in outgoing.media]
    options = outgoing.options
    if outgoing.placement == "poll":
        choices = [{"text": each} for each in _choices(outgoing)]
        settings = {"duration": str(options.get("duration") or "THREE_DAYS")}
        return {"poll": {"question": str(options["question"]), "options": choices, "settings": settings}}
    if outgoing.placement in {"", "text_link"} and outgoing.link and options.get("link_title"):
        return {"article": _article(outgoing, files)}
    if len(files) > 1:
        return {"multiImage": {"images": [{"id": urn, **_alt(item.alt)} for urn, item in files]}}
    return {"media": _file(*files[0], outgoing)} if files else {}


def _file(urn: str, item: Media, outgoing: Outgoing) -> dict[str, str]:
    title = str(outgoing.options.get("title") or "")
    return {"id": urn} | ({"title": title} if title else {}) | _alt(item.alt if item.kind == "image" else "")


def _alt(alt: str, name: str = "altText") -> dict[str, str]:
    return {name: alt} if alt else {}


def _article(outgoing: Outgoing, files: list[tuple[str, Media]]) -> dict[str, str]:
    """The card of a link: LinkedIn looks nothing up by itself."""
    made = {"source": outgoing.link, "title": str(outgoing.options["link_title"])}
    if text := str(outgoing.options.get("link_text") or ""):
        made["description"] = text
    for urn, item in files:
        made |= {"thumbnail": urn, **_alt(item.alt, "thumbnailAltText")}
    return made


def _there(answer: Answer) -> Published:
    urn = whole(POST, answer.headers.get("x-restli-id"))
    if not urn:
        raise answer.unreadable()
    return Published(urn, address(urn))
