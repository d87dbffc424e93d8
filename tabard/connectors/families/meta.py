"""Meta's Graph: how every network of that house is called, and what its errors mean.

Sources, read 2026-09 to 2026-11: developers.facebook.com/docs/graph-api/guides/error-handling, the pages on
rate limits and on securing requests, and the lists of error codes of each network.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from tabard.connectors.errors import ConnectorError, Later, Limited, Refused, Revoked, Unsure, unreadable
from tabard.connectors.http import Answer, Http
from tabard.connectors.outcome import LONGEST, failure, limited
from tabard.connectors.words import _

LIMITS = {4, 17, 32, 341, 613, *range(80000, 80015)}
WAIT = timedelta(seconds=30)  # until what was made a moment ago can be seen everywhere there

# Codes and subcodes of what would be refused again, and our short word for each.
_REFUSED = {
    33: "gone",
    368: "blocked",
    1346003: "policy",
    1366046: "media",
    1404078: "identity",
    1404102: "policy",
    1609005: "link",
    2207004: "media",
    2207005: "media",
    2207009: "media",
    2207010: "too_long",
    2207026: "media",
    2207028: "media",
    2207040: "tags",
    2207050: "restricted",
    4279013: "restricted",
    4854002: "identity",
}


class Graph:
    """One token at one address. `secret`: the app's, where calls must prove that they come from it."""

    def __init__(self, http: Http, base: str, token: str, secret: str = "") -> None:
        self.http, self.base = http, base.rstrip("/")
        self.token = {"access_token": token} if token else {}
        if token and secret:
            self.token["appsecret_proof"] = proof(token, secret)

    async def get(self, path: str, **params: Any) -> dict[str, Any]:
        """What stands there."""
        return data(await self.http.get(f"{self.base}/{path}", params={**params, **self.token}))

    async def post(self, path: str, *, commit: bool = False, **fields: Any) -> dict[str, Any]:
        """Send a form; what is no text is written as JSON. `commit`: it is the call that shows."""
        body = {**{name: flat(value) for name, value in fields.items()}, **self.token}
        return data(await self.http.call("POST", f"{self.base}/{path}", data=body, commit=commit))

    async def delete(self, path: str) -> dict[str, Any]:
        """Take away what stands there."""
        return data(await self.http.call("DELETE", f"{self.base}/{path}", params=self.token))

    async def items(self, path: str, **params: Any) -> list[dict[str, Any]]:
        """The list that stands there, its first page."""
        return list_of(await self.get(path, **params))


def proof(token: str, secret: str) -> str:
    """What shows that a call comes from the app to which the token was given."""
    return hmac.new(secret.encode(), token.encode(), hashlib.sha256).hexdigest()


def flat(value: Any) -> str:
    """A value as a form has it."""
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def list_of(found: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The items of a list as Graph writes one."""
    items = found.get("data")
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def data(answer: Answer) -> dict[str, Any]:
    """The object of an answer that is a success, else its error is raised."""
    found = answer.json()
    if isinstance(found, dict) and isinstance(found.get("error"), dict):
        raise error(answer, found["error"])
    if not answer.ok:
        raise failure(answer)
    if not isinstance(found, dict):
        raise answer.unreadable()
    return found


def id_of(found: Mapping[str, Any], name: str = "id", *, commit: bool = False) -> str:
    """The id in an answer; without one nobody knows what came of the call."""
    value = found.get(name)
    if isinstance(value, str | int) and not isinstance(value, bool) and str(value):
        return str(value)
    raise unreadable(dict(found), shows=commit)


def error(answer: Answer, found: Mapping[str, Any]) -> ConnectorError:
    """What a refusal means. Its words are in the language of whoever asks: only code and subcode count."""
    code, subcode = _number(found.get("code")), _number(found.get("error_subcode"))
    raw, said = answer.raw(), _said(found)
    if special := _special(answer, code, subcode):
        return special
    if code in {190, 102} or (answer.status == 401 and not code):
        return _ended(subcode, raw)
    if word := _REFUSED.get(subcode):
        return Refused(_("The platform refused it: %(reason)s"), code=word, raw=raw, reason=said)
    if code == 10 or 200 <= code < 300:
        says = _("The channel was connected without a right this needs, or whoever did lost it: %(reason)s")
        return Revoked(says, code="scope", raw=raw, reason=said)
    if code in LIMITS or answer.status == 429:
        return _limit(answer)
    if word := _REFUSED.get(code):
        return Refused(_("The platform refused it: %(reason)s"), code=word, raw=raw, reason=said)
    if code in {1, 2} or found.get("is_transient") is True or answer.status >= 500:
        return _fault(answer)
    return failure(answer, said, str(code or ""))


def _special(answer: Answer, code: int, subcode: int) -> ConnectorError | None:
    """What decides differently from its code alone, most of it about a post that is made in a container."""
    raw, now = answer.raw(), answer.http.clock()
    told = {code, subcode}
    if told & {4279009, 2207027}:
        says = _("The platform has not finished with the post yet.")
        return Later(says, code="processing", raw=raw, until=now + WAIT)
    if told & {2207003, 2207052}:
        says = _("The platform could not fetch the file from Tabard. Can Tabard be reached from outside?")
        return Later(says, code="not_fetched", raw=raw, until=now + WAIT)
    if 1390008 in told:
        return limited(answer)
    if 2207042 in told:
        return Limited(
            _("No more posts are taken from this channel today."), until=now + timedelta(hours=1), raw=raw
        )
    if 2207020 in told:
        return Later(
            _("What was prepared has ended there; it is made again."), code="ended", raw=raw, state={}
        )
    if answer.commit and told & {506, 1366051, 2207008, 2207051}:
        # Seen although the post was there: it is looked for before anything else.
        return Unsure(_("The platform says that this is there already, or too much."), code="there", raw=raw)
    return None


def _ended(subcode: int, raw: str) -> Revoked:
    says = {
        458: _("Tabard was taken off the list of apps there. Connect the channel again."),
        459: _("The platform wants whoever connected the channel to sign in there and confirm something."),
        464: _("The platform wants whoever connected the channel to sign in there and confirm something."),
        460: _("Whoever connected the channel has a new password there. Connect the channel again."),
        463: _("The access has ended by itself. Connect the channel again."),
        492: _("Whoever connected the channel no longer has a role there. Connect the channel again."),
    }
    said = says.get(subcode, _("The platform no longer accepts this channel's credential."))
    return Revoked(said, code=f"token_{subcode}" if subcode else "token", raw=raw)


def _fault(answer: Answer) -> ConnectorError:
    if answer.commit:
        says = _("The platform had a fault while it took the post.")
        return Unsure(says, code="fault", raw=answer.raw())
    return Later(_("The platform has a fault at the moment."), code="fault", raw=answer.raw())


def _limit(answer: Answer) -> Limited:
    """Until when stands in a header, in minutes, for each thing that is counted."""
    minutes = _minutes(answer.headers.get("x-business-use-case-usage", ""))
    if not minutes:
        return limited(answer)
    until = answer.http.clock() + min(timedelta(minutes=minutes), LONGEST)
    return Limited(_("The platform's limit is reached for now."), until=until, raw=answer.raw())


def _minutes(header: str) -> int:
    try:
        found = json.loads(header)
    except ValueError:
        return 0
    lists = [each for each in found.values() if isinstance(each, list)] if isinstance(found, dict) else []
    told = [one.get("estimated_time_to_regain_access") for each in lists for one in each if type(one) is dict]
    return max((_number(each) for each in told), default=0)


def _said(found: Mapping[str, Any]) -> str:
    """The sentence that is meant for people, else the one for makers of apps."""
    return str(found.get("error_user_msg") or found.get("message") or "")[:300]


def _number(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**12 else 0
