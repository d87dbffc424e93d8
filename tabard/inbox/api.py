"""The inbox by API."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Field, Router, Schema

from tabard.inbox import queries
from tabard.kernel.endpoint import endpoint

router = Router(tags=["Inbox"])
SEE = "inbox.see"


class ChannelReadingOut(Schema):
    channel_id: int = Field(alias="channel.pk")
    readable: bool = Field(
        description="Whether Tabard can read on this platform, and the channel is connected."
    )
    read_at: datetime | None = Field(description="When it was last read.")
    next_at: datetime | None = Field(description="Not read before this moment.")
    heard_at: datetime | None = Field(description="When the platform last told of something by itself.")
    problem: str = Field(description="Why it cannot be read, in the language that is asked for.")
    problem_at: datetime | None
    to_do: str = Field(description="What can be done about it.")


@endpoint(router, "GET", "/channels/{int:channel_id}/reading", may=SEE, response=ChannelReadingOut)
def channel_reading(request: Any, channel_id: int) -> Any:
    """How what is said to a channel is read, and what keeps it from being read."""
    return queries.heed(request.actor, channel_id)
