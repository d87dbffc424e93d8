"""A platform takes a channel's key back while its posts are going out."""

import asyncio

from tabard.access.vault import unseal
from tabard.connectors.base import Access, Connected, Profile
from tabard.kernel import clock
from tabard.kernel.today import needs
from tabard.publishing.actions import release, retry
from tabard.publishing.models import Delivery
from tabard.register.actions import connect
from tabard.register.models import Channel
from tests.sending import apart, plan, sending, still, until


def of(channel: Channel) -> list[str]:
    return list(Delivery.objects.filter(channel=channel).order_by("id").values_list("state", flat=True))


def told(world, who: str) -> list[str]:
    return [f"{need.title}: {need.do}" for need in needs(world.cast.by(who), None)]


def test_a_key_taken_back_in_mid_send_stops_its_channel_and_loses_nothing(world):
    north, middle = world.channels[:2]
    world.channels = [north]
    for each in range(4):
        plan([north], world.cast.publisher, due=clock.now() + clock.minutes(each / 600))
    later = plan([north], world.cast.publisher, due=clock.now() + clock.minutes(60))
    other = plan([middle], world.cast.publisher)

    async def work() -> None:
        async with sending(world.transport):
            await until(lambda: Delivery.objects.filter(channel=north, state="sent").exists())
            await apart(lambda: world.switch("north", revoked=True))
            await until(still)

    world.switch("north", slow=0.3)
    asyncio.run(work())

    states = of(north)
    gone = states.count("sent")
    assert 1 <= gone < 4, "the switch came in the middle"
    assert len(world.accepted("north")) == gone
    assert (states.count("failed"), states.count("queued")) == (1, 1)
    assert states.count("held") == 4 - gone - 1, "the rest was not tried in vain"
    assert of(middle) == ["sent"], "other channels go on"
    north.refresh_from_db()
    assert (north.health, bool(north.problem)) == ("revoked", True)
    assert any("cannot publish: Mend" in said for said in told(world, "district"))
    assert any("Decide what still goes out" in said for said in told(world, "publisher"))

    world.switch("north", revoked=False, slow=0)
    again(world, north)
    north.refresh_from_db()
    assert north.health == "healthy"
    assert not any("cannot publish" in said for said in told(world, "district"))
    by = world.cast.by("publisher")
    for each in Delivery.objects.filter(channel=north, state__in=("failed", "held")):
        (retry if each.state == "failed" else release)(by, each)
    Delivery.objects.filter(pk=later[0].pk).update(due_at=clock.now(), next_at=clock.now())
    world.send()
    assert of(north) == ["sent"] * 5
    assert len(world.accepted("north")) == 5, "each went out once"
    assert len(world.accepted("middle")) == len(other)


def again(world, channel: Channel) -> None:
    """Somebody who may connects it anew."""
    kept = channel.connection
    secret = unseal(kept.secret, about=f"channel {channel.pk}")
    access = Access("practice", kept.base_url, channel.remote_id, channel.handle, secret)
    connected = Connected(access, Profile(channel.remote_id, channel.handle))
    connect(world.cast.by("district"), channel, connected=connected)
