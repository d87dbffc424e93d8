"""Publishing local posts, and answering reviews.

Nothing makes a repeat harmless: the same post twice is taken twice. After a lost answer the newest posts are
read. A post that was taken may still be rejected: it is looked at until Google has decided, for a while.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tabard.connectors.base import NOT_THERE, Access, Connector, Outgoing, Published, State, Verdict
from tabard.connectors.checks import refuse_misfits
from tabard.connectors.errors import ConnectorError, Refused, unreadable
from tabard.connectors.families.google import Client
from tabard.connectors.http import Http
from tabard.connectors.media import fit
from tabard.connectors.outcome import date_of
from tabard.connectors.platforms.google.card import POSTS, STANDARD
from tabard.connectors.words import _

SIDE = 1200
LOOKS, WAIT_S = 5, 2.0
_WHEN = re.compile(r"(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})")


class Publishing(Connector):
    """`mint`, `prepare`, `commit`, `find`, `edit` and `delete`."""

    def mint(self, outgoing: Outgoing) -> State:
        """Nothing of ours can be sent along; the key is kept for the record."""
        return {"key": outgoing.key}

    async def prepare(self, access: Access, outgoing: Outgoing, state: State, http: Http) -> State:
        """Put the picture where Google can fetch it. `begun`: nothing older can be this post."""
        refuse_misfits(self.card, outgoing, access.limits)
        _topic(outgoing)
        made: State = {"begun": http.clock().isoformat(), **state}
        rule = STANDARD.rule_for("image")
        assert rule is not None
        for item in outgoing.media:
            fitted = await fit(await item.load(), replace(rule, mimes=("image/jpeg",)), side=SIDE)
            made["picture"] = await access.lend(fitted.body, fitted.mime)
        return made

    async def commit(self, access: Access, outgoing: Outgoing, state: State, http: Http) -> Published:
        """Make the post, or put the answer under the review, where there is one at most."""
        client = Client.of(access, self.line(access, http))
        if outgoing.reply_to:
            return await _answer(client, access, outgoing)
        body = {**_body(outgoing), **_pictures(state)}
        made = await client.send("POST", f"{home(access)}/localPosts", body, commit=True)
        if not made.get("name"):
            raise unreadable(made, shows=True)
        return await self._decided(client, access, made)

    async def _decided(self, client: Client, access: Access, made: dict[str, Any]) -> Published:
        """The post once Google has decided about it, or as it is when that takes too long."""
        for _look in range(LOOKS):
            if made.get("state") != "PROCESSING":
                break
            await client.http.sleep(WAIT_S)
            try:
                made = await client.get(f"https://{POSTS}/v4/{made['name']}")
            except ConnectorError:
                break  # it was taken; that it cannot be looked at now changes nothing
        if made.get("state") == "REJECTED":
            says = _("Google rejected the post. Telephone numbers in the text are a usual reason.")
            raise Refused(says, code="rejected")
        return _there(access, made)

    async def find(self, access: Access, outgoing: Outgoing, state: State, http: Http) -> Published | Verdict:
        """Look through the newest posts; an answer is looked up at its review."""
        client = Client.of(access, self.line(access, http))
        if outgoing.reply_to:
            review = await client.get(f"{home(access)}/reviews/{outgoing.reply_to}")
            there = (review.get("reviewReply") or {}).get("comment") == outgoing.text
            return _answered(access, outgoing) if there else NOT_THERE
        begun = date_of(str(state.get("begun") or ""))
        found = await client.get(f"{home(access)}/localPosts", pageSize=100)
        wanted = _body(outgoing)
        for post in found.get("localPosts") or ():
            made = date_of(str(post.get("createTime") or ""))
            same = all((post.get(name) or "") == wanted[name] for name in ("summary", "topicType"))
            if begun and made and made >= begun.replace(microsecond=0) and same:
                return _there(access, post)
        return NOT_THERE

    async def edit(self, access: Access, remote_id: str, outgoing: Outgoing, http: Http) -> Published:
        """Replace text, button and times; Google looks at it again."""
        refuse_misfits(self.card, outgoing, access.limits)
        body = _body(outgoing)
        mask = ",".join(name for name in ("summary", "callToAction", "event", "offer") if name in body)
        client = Client.of(access, self.line(access, http))
        made = await client.send("PATCH", f"{home(access)}/localPosts/{remote_id}", body, updateMask=mask)
        return _there(access, made)

    async def delete(self, access: Access, remote_id: str, http: Http) -> None:
        """Take the post away."""
        client = Client.of(access, self.line(access, http))
        try:
            await client.send("DELETE", f"{home(access)}/localPosts/{remote_id}")
        except Refused as refused:
            if refused.code != "gone":
                raise


def home(access: Access) -> str:
    """Where the location's posts and reviews stand: with its account, as version 4 of the API has it."""
    account = access.session.get("account") or "accounts/-"
    return f"https://{POSTS}/v4/{account}/locations/{access.remote_id}"


async def _answer(client: Client, access: Access, outgoing: Outgoing) -> Published:
    url = f"{home(access)}/reviews/{outgoing.reply_to}/reply"
    await client.send("PUT", url, {"comment": outgoing.text}, commit=True)
    return _answered(access, outgoing)


def _answered(access: Access, outgoing: Outgoing) -> Published:
    return Published(
        f"{outgoing.reply_to}/reply", f"https://business.google.com/n/{access.remote_id}/reviews"
    )


def _body(outgoing: Outgoing) -> dict[str, Any]:
    body: dict[str, Any] = {"summary": outgoing.text, "topicType": _topic(outgoing)}
    if outgoing.language:
        body["languageCode"] = outgoing.language
    action = str(outgoing.options.get("action") or "LEARN_MORE")
    if action == "CALL":
        body["callToAction"] = {"actionType": "CALL"}
    elif outgoing.link and body["topicType"] != "OFFER":
        body["callToAction"] = {"actionType": action, "url": outgoing.link}
    if body["topicType"] != "STANDARD":
        times = {**_moment("start", outgoing, "starts"), **_moment("end", outgoing, "ends")}
        body["event"] = {"title": str(outgoing.options.get("title") or ""), "schedule": times}
    if body["topicType"] == "OFFER":
        given = {
            "couponCode": str(outgoing.options.get("coupon") or ""),
            "termsConditions": str(outgoing.options.get("terms") or ""),
            "redeemOnlineUrl": outgoing.link,
        }
        body["offer"] = {name: value for name, value in given.items() if value}
    return body


def _topic(outgoing: Outgoing) -> str:
    """The kind of post; Refused where a day or a time cannot be read."""
    topic = {"event": "EVENT", "offer": "OFFER"}.get(outgoing.placement, "STANDARD")
    if topic != "STANDARD":
        _moment("start", outgoing, "starts")
        _moment("end", outgoing, "ends")
    return topic


def _moment(name: str, outgoing: Outgoing, option: str) -> dict[str, Any]:
    said = str(outgoing.options.get(option) or "").strip()
    found = _WHEN.fullmatch(said)
    if found is None or date_of(said.replace(" ", "T")) is None:
        says = _("“%(said)s” is no day and time; write it as 2026-12-24T18:00.")
        raise Refused(says, code="time", said=said[:40])
    year, month, day, hours, minutes = map(int, found.groups())
    return {
        f"{name}Date": {"year": year, "month": month, "day": day},
        f"{name}Time": {"hours": hours, "minutes": minutes, "seconds": 0, "nanos": 0},
    }


def _pictures(state: Mapping[str, Any]) -> dict[str, Any]:
    picture = state.get("picture")
    return {"media": [{"mediaFormat": "PHOTO", "sourceUrl": picture}]} if picture else {}


def _there(access: Access, post: Mapping[str, Any]) -> Published:
    url = str(post.get("searchUrl") or "")
    shown = url if url.startswith("https://") else f"https://business.google.com/n/{access.remote_id}"
    return Published(str(post["name"]).rpartition("/")[2], shown, {"state": str(post.get("state") or "")})
