"""The inbox on a Practice network that is really asked."""

from __future__ import annotations

from tabard.inbox import reading
from tabard.inbox.models import Conversation, Message, Reading
from tabard.kernel import clock
from tabard.publishing.tests.conftest import world as world


def test_people_on_practice_are_heard_in_order_and_what_they_say_again_is_not_doubled(world, way_out):
    way_out(world.transport)
    world.channels = world.channels[:1]
    world.plan()
    world.send()
    world.switch(pace=100_000)
    reading.due()
    for _ in range(3):
        Reading.objects.update(next_at=clock.now())
        reading.read(world.channels[0].pk)
    there = list(Message.objects.order_by("at", "id"))
    assert there
    assert len({each.remote_id for each in there}) == len(there)
    assert Reading.objects.get(pk=world.channels[0].pk).problem == ""
    assert Conversation.objects.filter(kind="comment", state="open").exists()
