"""What became of something that was begun: asked by its number, for as long as TikTok knows it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

from tabard.connectors.base import State
from tabard.connectors.errors import ConnectorError, Later, Limited, Refused, Revoked, Unsure
from tabard.connectors.http import Http
from tabard.connectors.platforms.tiktok.client import DAILY, HOUR, REFUSED, Client, is_number
from tabard.connectors.words import _

LOOKS, SOON, WAIT_S = 8, 3, 4.0  # of 30 questions a minute

_UNREADABLE = _(
    "TikTok cannot read this file. It takes MP4, MOV and WebM with H.264, H.265, VP8 or VP9, and JPEG and "
    "WebP pictures: convert it."
)
_NOT_FETCHED = _("TikTok could not fetch the files from Tabard's address in time.")
_SPAM = _(
    "TikTok takes the post for spam or for something its rules forbid, and says that it must not be sent "
    "again as it is. Change it."
)
REASONS = {
    "file_format_check_failed": _UNREADABLE,
    "duration_check_failed": _(
        "TikTok does not take a video of this length from this account. Cut it: at least 3 seconds, and no "
        "longer than the account may post."
    ),
    "frame_rate_check_failed": _("TikTok takes videos of 23 to 60 frames a second. Convert it."),
    "picture_size_check_failed": _(
        "TikTok does not take this size: a video has 360 to 4,096 pixels a side, a photo at most 1,080 by "
        "1,920."
    ),
    "publish_cancelled": _("The post was cancelled at TikTok before it was shown."),
    "spam_risk": _SPAM,
    "spam_risk_text": _SPAM,
    "spam_risk_user_banned_from_posting": REFUSED["spam_risk_user_banned_from_posting"],
}
PASSING = {
    "internal": _("TikTok had a fault while it worked on the post."),
    "video_pull_failed": _NOT_FETCHED,
    "photo_pull_failed": _NOT_FETCHED,
}
LASTING = {*REASONS, *DAILY, "auth_removed"}


class Step(Enum):
    """How far it is: `SENT` if bytes of ours are awaited or were just received."""

    SENT = "sent"
    WORKING = "working"
    DONE = "done"
    FAILED = "failed"


STEPS = {
    "PROCESSING_UPLOAD": Step.SENT,
    "PUBLISH_COMPLETE": Step.DONE,
    "SEND_TO_USER_INBOX": Step.DONE,
    "FAILED": Step.FAILED,
}


@dataclass(frozen=True)
class Progress:
    """`post`: the number of the post itself, once it is public. `arrived`: bytes, None if it is not told."""

    step: Step
    reason: str = ""
    post: str = ""
    arrived: int | None = None

    def whole(self, size: int) -> bool | None:
        """Whether all bytes are there; None if nobody knows."""
        if self.step is not Step.SENT:
            return True
        return None if self.arrived is None else self.arrived >= size


async def ask(client: Client, number: str) -> Progress:
    """What TikTok says of it. A word we do not know is work that goes on."""
    found = await client.post("/post/publish/status/fetch/", {"publish_id": number})
    posts = found.get("publicaly_available_post_id")  # so spelt there
    arrived = found.get("uploaded_bytes")
    return Progress(
        STEPS.get(str(found.get("status")), Step.WORKING),
        reason=str(found.get("fail_reason") or "")[:100],
        post=_first(posts),
        arrived=arrived if type(arrived) is int else None,
    )


def _first(posts: Any) -> str:
    number = str(posts[0]) if isinstance(posts, list) and posts else ""
    return number if is_number(number) else ""


def failed(reason: str, http: Http, state: State) -> ConnectorError:
    """Why nothing was shown. The state it carries begins anew."""
    afresh = {**state, "upload": {}}
    raw = f"FAILED {reason}"
    if reason == "auth_removed":
        says = _("The access was taken away while TikTok worked on the post. Connect the channel again.")
        return Revoked(says, code=reason, raw=raw, state=afresh)
    if reason in DAILY:
        limited = Limited(DAILY[reason], until=http.clock() + HOUR, code=reason, raw=raw)
        limited.state = afresh
        return limited
    if reason in PASSING:
        return Later(PASSING[reason], code=reason, raw=raw, state=afresh)
    if reason in REASONS:
        return Refused(REASONS[reason], code=reason, raw=raw, state=afresh)
    says = _("TikTok did not show it: %(reason)s")
    return Refused(says, code="failed", raw=raw, state=afresh, reason=reason or "–")


async def ended(client: Client, state: State, looks: int, *, public: bool) -> Progress:
    """Wait a little for the end. Unsure while there is none: all that shows has left already.

    `public`: it will get a number of its own, for which a moment more is waited.
    """
    number, found = str(state["upload"]["id"]), None
    for look in range(looks):
        if look:
            await client.http.sleep(WAIT_S)
        try:
            found = await ask(client, number)
        except ConnectorError as error:
            raise _open(state, error.raw) from error
        if found.step is Step.FAILED:
            raise failed(found.reason, client.http, state)
        if found.step is Step.DONE and (found.post or not public):
            return found
    if found and found.step is Step.DONE:
        return found
    raise _open(state, "")


def _open(state: State, raw: str) -> Unsure:
    says = _("TikTok has taken it and is still working on it. Tabard goes on asking.")
    return Unsure(says, code="processing", raw=raw, state=state)
