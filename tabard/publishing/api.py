"""Publishing by API: what went out, decisions about it, and holds."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Field, Router, Schema, Status

from tabard.kernel.endpoint import Listed, Moment, endpoint, listed, query
from tabard.org.queries import unit as unit_of
from tabard.posts.queries import post as post_of
from tabard.publishing import actions, budgets, lists, queries

router = Router(tags=["Publishing"])
ONE = "/deliveries/{int:delivery_id}"
SEE = "deliveries.see"


class DeliveryOut(Schema):
    id: int
    post_id: int
    variant_id: int
    channel_id: int
    unit_id: int
    part: int = Field(description="0: the post itself; then what follows it, in order.")
    parts: int = Field(description="How many go out together.")
    follows_id: int | None = Field(description="The delivery that this one answers, and waits for.")
    state: str = Field(
        description="queued, sending, sent, unsure, failed, held, cancelled, removing or removed."
    )
    due_at: datetime
    next_at: datetime = Field(description="Not tried before this moment.")
    sent_at: datetime | None
    url: str
    removed_at: datetime | None = Field(description="When it was taken off its platform again.")
    problem: str = Field(description="What went wrong, in the language that is asked for.")
    to_do: str = Field(description="What can be done about it.")
    code: str = Field(description="The problem in one word, the same in every language.")
    asks_person: bool = Field(description="Waits for somebody's decision.")


class AttemptOut(Schema):
    number: int
    began_at: datetime
    armed_at: datetime | None = Field(description="When it was let go to the platform.")
    ended_at: datetime | None
    outcome: str
    detail: str


class DeliveryWhole(DeliveryOut):
    content: dict[str, Any] = Field(description="Exactly what goes out.")
    attempts: list[AttemptOut]


class Again(Schema):
    due_at: Moment | None = Field(None, description="Null: now.")


class Away(Schema):
    reason: str = Field("", description="Why, for the audit log.")


class Confirmed(Schema):
    url: str


class Denied(Schema):
    again: bool = Field(True, description="Send it again; false leaves it as failed.")


class HoldOut(Schema):
    id: int
    unit_id: int
    channel_id: int | None
    reason: str
    pressed_by_id: int | None
    pressed_at: datetime
    lifted_by_id: int | None
    lifted_at: datetime | None


class BudgetOut(Schema):
    id: int
    platform_id: str
    channel_id: int | None = Field(description="Null: all channels of the platform share it.")
    of: str = Field(description="What is counted, by its English name.")
    left: float | None = Field(alias="standing.left", description="Null: nobody knows yet.")
    most: float | None = Field(alias="standing.most", description="What there is at most at once.")
    percent: bool = Field(alias="standing.percent", description="Told in percent of an unknown whole.")
    told: bool = Field(alias="standing.told", description="Said by the platform; false: counted here.")
    until: datetime | None = Field(alias="standing.until", description="When it is whole again, if told.")
    waiting: int = Field(description="Overdue deliveries that wait.")


class HoldPress(Schema):
    unit_id: int | None = Field(None, description="This unit and all below it.")
    channel_id: int | None = Field(None, description="Only this channel.")
    reason: str


def _whole(request: Any, delivery_id: int) -> dict[str, Any]:
    found = queries.delivery(request.actor, delivery_id)
    shown = {name: getattr(found, name) for name in DeliveryOut.model_fields}
    return {**shown, "content": found.said, "attempts": queries.attempts(found)}


@endpoint(router, "GET", "/deliveries", may=SEE, response=Listed[DeliveryOut])
def deliveries(
    request: Any,
    q: str = "",
    state: str = "",
    decide: str = "",
    platform: str = "",
    channel: str = "",
    unit_id: int | None = None,
    sort: str = "",
    after: str = "",
    size: int = 50,
) -> Any:
    """What went out and what shall, the latest first. `decide=yes`: what waits for a decision."""
    scope = unit_of(request.actor, unit_id) if unit_id else None
    asked = query(
        q=q, state=state, decide=decide, platform=platform, channel=channel, sort=sort, after=after, size=size
    )
    return listed(queries.deliveries(request.actor, scope, asked))


@endpoint(router, "GET", ONE, may=SEE, response=DeliveryWhole)
def delivery(request: Any, delivery_id: int) -> Any:
    """One delivery with every try."""
    return _whole(request, delivery_id)


@endpoint(router, "GET", "/posts/{int:post_id}/deliveries", may=SEE, response=list[DeliveryOut])
def of_post(request: Any, post_id: int) -> Any:
    """What became of a post, channel by channel."""
    return queries.of_post(request.actor, post_of(request.actor, post_id).pk)


@endpoint(router, "POST", ONE + "/retry", may=SEE, does="delivery.retry", response=DeliveryWhole)
def retry(request: Any, delivery_id: int, body: Again) -> Any:
    """Send a failed one again."""
    actions.retry(request.actor, queries.delivery(request.actor, delivery_id), due_at=body.due_at)
    return _whole(request, delivery_id)


@endpoint(router, "POST", ONE + "/release", may=SEE, does="delivery.release", response=DeliveryWhole)
def release(request: Any, delivery_id: int, body: Again) -> Any:
    """Let a held one go."""
    actions.release(request.actor, queries.delivery(request.actor, delivery_id), due_at=body.due_at)
    return _whole(request, delivery_id)


@endpoint(router, "POST", ONE + "/cancel", may=SEE, does="delivery.cancel", response=DeliveryWhole)
def cancel(request: Any, delivery_id: int) -> Any:
    """Do not send it."""
    actions.cancel_delivery(request.actor, queries.delivery(request.actor, delivery_id))
    return _whole(request, delivery_id)


@endpoint(router, "POST", ONE + "/confirm", may=SEE, does="delivery.confirm", response=DeliveryWhole)
def confirm(request: Any, delivery_id: int, body: Confirmed) -> Any:
    """It did go out: here it is."""
    actions.confirm(request.actor, queries.delivery(request.actor, delivery_id), url=body.url)
    return _whole(request, delivery_id)


@endpoint(router, "POST", ONE + "/deny", may=SEE, does="delivery.deny", response=DeliveryWhole)
def deny(request: Any, delivery_id: int, body: Denied) -> Any:
    """It did not go out."""
    actions.deny(request.actor, queries.delivery(request.actor, delivery_id), again=body.again)
    return _whole(request, delivery_id)


REMOVAL = ONE + "/removal"


@endpoint(router, "POST", REMOVAL, may="deliveries.remove", does="delivery.remove", response=DeliveryWhole)
def remove(request: Any, delivery_id: int, body: Away) -> Any:
    """Take it off its platform. `removing` until the platform has said yes, then `removed`."""
    actions.remove(request.actor, queries.delivery(request.actor, delivery_id), reason=body.reason)
    return _whole(request, delivery_id)


@endpoint(
    router, "PUT", REMOVAL, may="deliveries.remove", does="delivery.removed_by_hand", response=DeliveryWhole
)
def removed_by_hand(request: Any, delivery_id: int) -> Any:
    """Somebody has removed it on the platform itself."""
    actions.removed_by_hand(request.actor, queries.delivery(request.actor, delivery_id))
    return _whole(request, delivery_id)


@endpoint(router, "DELETE", REMOVAL, may="deliveries.remove", does="delivery.leave", response=DeliveryWhole)
def leave(request: Any, delivery_id: int) -> Any:
    """It could not be removed, and stays."""
    actions.leave(request.actor, queries.delivery(request.actor, delivery_id))
    return _whole(request, delivery_id)


@endpoint(router, "GET", "/deliveries/budgets", may=SEE, response=Listed[BudgetOut])
def budgets_left(
    request: Any,
    q: str = "",
    platform: str = "",
    whose: str = "",
    channel: str = "",
    unit_id: int | None = None,
    sort: str = "",
    after: str = "",
    size: int = 50,
) -> Any:
    """What is left of what platforms allow in a period. `whose`: shared or channel."""
    scope = unit_of(request.actor, unit_id) if unit_id else None
    asked = query(q=q, platform=platform, whose=whose, channel=channel, sort=sort, after=after, size=size)
    return listed(budgets.budgets(request.actor, scope, asked))


@endpoint(router, "GET", "/holds", may=SEE, response=Listed[HoldOut])
def holds(
    request: Any,
    q: str = "",
    state: str = "",
    channel: str = "",
    unit_id: int | None = None,
    sort: str = "",
    after: str = "",
    size: int = 50,
) -> Any:
    """Holds, those in force first. `state`: `force` or `lifted`."""
    scope = unit_of(request.actor, unit_id) if unit_id else None
    asked = query(q=q, state=state, channel=channel, sort=sort, after=after, size=size)
    return listed(lists.holds(request.actor, scope, asked))


@endpoint(router, "POST", "/holds", may="holds.press", does="hold.press", response={201: HoldOut})
def press(request: Any, body: HoldPress) -> Status[Any]:
    """Hold publishing for a unit with all below it, or for one channel."""
    channel = queries.channel(request.actor, body.channel_id) if body.channel_id else None
    unit = channel.unit if channel else unit_of(request.actor, body.unit_id or 0)
    return Status(201, actions.press(request.actor, unit, reason=body.reason, channel=channel))


@endpoint(router, "DELETE", "/holds/{int:hold_id}", may="holds.lift", does="hold.lift", response=HoldOut)
def lift(request: Any, hold_id: int) -> Any:
    """Lift it. What was due meanwhile waits for decisions."""
    return actions.lift(request.actor, queries.hold(request.actor, hold_id))
