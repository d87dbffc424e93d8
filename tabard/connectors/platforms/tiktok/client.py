"""Calls of TikTok's API v2: the token, and what its errors mean. A success has the error code `ok`."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tabard.connectors.base import Access
from tabard.connectors.errors import ConnectorError, Expired, Later, Limited, Refused, Revoked, Unsure
from tabard.connectors.http import Answer, Http
from tabard.connectors.outcome import asked_until, failure
from tabard.connectors.words import _

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
GONE = "unknown_upload"  # the code of a number that TikTok does not know

# What ends after a while: nobody is told when, so it is tried once an hour.
DAILY = {
    "spam_risk_too_many_posts": _(
        "TikTok takes about 15 posts a day from apps, and those of this account are used up. Tabard tries "
        "again every hour; it can be posted in the TikTok app meanwhile."
    ),
    "spam_risk_too_many_pending_share": _(
        "Five drafts are waiting in this account's inbox already. Post or discard some in the TikTok app; "
        "Tabard tries again every hour."
    ),
    "reached_active_user_cap": _(
        "As many accounts as TikTok allows the installation's app have posted today. Tabard tries again "
        "every hour; an audit of the app at TikTok gives it more."
    ),
}
REFUSED = {
    "spam_risk_user_banned_from_posting": _(
        "TikTok does not let this account post. Its owner finds out why in the TikTok app."
    ),
    "unaudited_client_can_only_post_to_private_accounts": _(
        "TikTok has not audited the installation's app. Until it has, make the account private in the TikTok "
        "app and choose “Only the account itself” here."
    ),
    "url_ownership_unverified": _(
        "TikTok does not know that Tabard's address is yours. Whoever keeps the app must verify it there "
        "under “URL properties”."
    ),
    "privacy_level_option_mismatch": _(
        "This account does not have what was chosen for who can see it: public accounts have no “Followers”, "
        "private ones no “Everybody”. Choose something else."
    ),
}


class Client:
    """One account."""

    def __init__(self, http: Http, base_url: str, token: str) -> None:
        self.http = http
        self.base = f"{base_url.rstrip('/')}/v2"
        self.headers = {"Authorization": f"Bearer {token}"}

    @classmethod
    def of(cls, access: Access, http: Http) -> Client:
        """For a connected channel; `http` must be narrowed to it already."""
        return cls(http, access.base_url, str(access.session.get("token") or ""))

    async def get(self, path: str, fields: tuple[str, ...]) -> dict[str, Any]:
        """What stands there."""
        params = {"fields": ",".join(fields)}
        return data(await self.http.get(self.base + path, headers=self.headers, params=params))

    async def post(
        self, path: str, body: Any, *, fields: tuple[str, ...] = (), commit: bool = False
    ) -> dict[str, Any]:
        """Ask with an object; `commit`: it is the call that shows."""
        url, params = self.base + path, {"fields": ",".join(fields)} if fields else None
        return data(
            await self.http.call("POST", url, headers=self.headers, params=params, json=body, commit=commit)
        )


def is_number(text: str) -> bool:
    """Whether this is the number of a post; that of an upload has letters."""
    return text.isascii() and text.isdecimal()


def data(answer: Answer) -> dict[str, Any]:
    """The data of an answer that is a success, else its error is raised."""
    found, (code, _said) = answer.json(), told(answer)
    if not answer.ok or code not in {"", "ok"}:
        raise error(answer)
    if code and isinstance(found.get("data"), dict):
        return dict(found["data"])
    raise answer.unreadable()


def told(answer: Answer) -> tuple[str, str]:
    """The code and the words of an answer; empty where it has none."""
    found = answer.json()
    known = found.get("error") if isinstance(found, dict) else None
    if not isinstance(known, dict):
        return "", ""
    return str(known.get("code") or "")[:100], str(known.get("message") or "")[:300]


def error(answer: Answer) -> ConnectorError:
    """What a refusal means, by its code and then by its status."""
    code, said = told(answer)
    raw, now = answer.raw(), answer.http.clock()
    if code in DAILY:
        return Limited(DAILY[code], until=now + HOUR, code=code, raw=raw)
    if code == "rate_limit_exceeded":
        until = asked_until(answer.headers, now) or now + MINUTE
        return Limited(_("The platform's limit is reached for now."), until=until, code=code, raw=raw)
    if code in REFUSED:
        return Refused(REFUSED[code], code=code, raw=raw)
    if code in {"scope_not_authorized", "scope_permission_missed"}:
        return Revoked(_("The channel was connected without the rights this needs."), code="scope", raw=raw)
    if code == "access_token_invalid" or answer.status == 401:
        # The same words for a token that has ended and one that was taken away: renewing it tells.
        return Expired(_("The platform no longer accepts this channel's credential."), raw=raw)
    if code in {"invalid_publish_id", "token_not_authorized_for_specified_publish_id"}:
        return Refused(_("TikTok knows nothing of what was begun there."), code=GONE, raw=raw)
    if code == "internal_error" and answer.status < 500:
        kind = Unsure if answer.commit else Later
        return kind(_("The platform has a fault at the moment."), code="fault", raw=raw)
    return failure(answer, said or code, code)
