"""A second person for a channel, or another in place of the first, by API."""

from __future__ import annotations

from typing import Any

from ninja import Field, Router, Schema

from tabard.kernel.endpoint import endpoint
from tabard.org.tree import person, role
from tabard.register import actions, queries
from tabard.register.api.channels import ChannelOut
from tabard.register.sharing import hanging

router = Router(tags=["Register"])
CHANNEL = "/channels/{int:channel_id}"


class HangingOut(Schema):
    """Who answers for a channel and backs them, and what of it hangs on the first."""

    first_id: int | None
    second_id: int | None
    role_ids: list[int] = Field(description="The roles by which the first one acts on it.")
    grant_ids: list[int] = Field(description="Those of their grants that are for this channel alone.")
    held: dict[str, int] = Field(description="What else of theirs hangs on it, by kind.")


class SecondIn(Schema):
    person_id: int
    role_ids: list[int] = Field([], description="Which of the first one's roles they get on this channel.")
    reason: str = ""


class InsteadIn(Schema):
    person_id: int
    reason: str = ""


@endpoint(router, "GET", CHANNEL + "/hanging", may="channels.edit", response=HangingOut)
def hangs(request: Any, channel_id: int) -> Any:
    """What of a channel hangs on one person."""
    found = hanging(queries.editable(request.actor, channel_id))
    return {
        "first_id": found.first.pk if found.first else None,
        "second_id": found.second.pk if found.second else None,
        "role_ids": sorted({grant.role_id for grant in found.grants}),
        "grant_ids": [grant.pk for grant in found.own],
        "held": {holding.name: len(ids) for holding, ids in found.held},
    }


@endpoint(router, "PUT", CHANNEL + "/second", may="channels.edit", does="channel.share", response=ChannelOut)
def second(request: Any, channel_id: int, body: SecondIn) -> Any:
    """Name a second person beside whoever answers for it, with grants on this channel."""
    found, roles = queries.channel(request.actor, channel_id), [role(pk) for pk in body.role_ids]
    given: dict[str, Any] = {"roles": roles, "reason": body.reason}
    actions.share_channel(request.actor, found, person=person(request.actor, body.person_id), **given)
    return queries.channel(request.actor, channel_id)


@endpoint(
    router, "POST", CHANNEL + "/hand-over", may="channels.edit", does="channel.hand_over", response=ChannelOut
)
def instead(request: Any, channel_id: int, body: InsteadIn) -> Any:
    """Give all that hangs on the first one to another, in one step."""
    found, to = queries.channel(request.actor, channel_id), person(request.actor, body.person_id)
    actions.hand_over_channel(request.actor, found, person=to, reason=body.reason)
    return queries.channel(request.actor, channel_id)
