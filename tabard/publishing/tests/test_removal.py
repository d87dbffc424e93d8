"""Taking away what went out: by the worker, whatever gets lost on the way, or by hand."""

import asyncio
from datetime import timedelta

import httpx
import pytest

from tabard.audit.models import Entry
from tabard.kernel import clock
from tabard.kernel.errors import Denied, IllegalMove
from tabard.kernel.today import needs
from tabard.posts.actions import add_variants
from tabard.posts.models import Variant
from tabard.posts.queries import rows_of, whole
from tabard.practice.inside import BASE
from tabard.publishing.actions import leave, press, remove, removed_by_hand
from tabard.publishing.models import Delivery
from tabard.register.models import Connection


@pytest.fixture
def gone_out(world):
    """One post, on its network."""
    world.channels = world.channels[:1]
    (delivery,) = world.plan()
    world.send()
    delivery.refresh_from_db()
    assert delivery.state == "sent"
    return delivery


def is_there(world, delivery) -> bool:
    """Whether anybody can open it on the network."""

    async def look() -> int:
        async with httpx.AsyncClient(transport=world.transport) as client:
            return (await client.get(delivery.url.replace(delivery.url.split("/@")[0], BASE))).status_code

    return asyncio.run(look()) == 200


def ended() -> bool:
    return not Delivery.objects.filter(state="removing").exists()


def test_what_is_removed_is_gone_there_and_said_everywhere(world, gone_out):
    assert is_there(world, gone_out)
    press(world.cast.by("on_call"), world.cast.organisation, reason="Wrong price")
    remove(world.cast.by("publisher"), gone_out, reason="Wrong price")
    world.send(ended)
    gone_out.refresh_from_db()
    assert (gone_out.state, gone_out.asks_person, bool(gone_out.removed_at)) == ("removed", False, True)
    assert not is_there(world, gone_out)
    by = world.cast.by("publisher")
    assert [row.state for row in rows_of([gone_out.post])] == ["withdrawn"]
    assert whole(by, gone_out.post_id).state == "withdrawn"
    told = list(Entry.objects.filter(thing_id=gone_out.pk).order_by("id").values_list("action", flat=True))
    assert told[-2:] == ["delivery.remove", "delivery.removed"]
    assert Entry.objects.get(action="delivery.remove").notes["reason"] == "Wrong price"


def test_what_was_removed_can_be_written_and_sent_anew(world, gone_out):
    removed_by_hand(world.cast.by("publisher"), gone_out)
    add_variants(world.cast.by("publisher"), gone_out.post, channels=[gone_out.channel])
    assert Variant.objects.get().state == "draft"


def test_a_lost_answer_and_a_dead_worker_only_mean_that_it_is_asked_again(world, gone_out):
    remove(world.cast.by("publisher"), gone_out)
    world.switch(down=True)
    world.send(lambda: bool(Delivery.objects.get().says))
    gone_out.refresh_from_db()
    assert (gone_out.state, gone_out.asks_person) == ("removing", False)
    assert gone_out.next_at > clock.now()
    world.switch(down=False)
    Delivery.objects.update(next_at=clock.now())
    world.send(ended)
    assert Delivery.objects.get().state == "removed"


def test_one_that_cannot_be_removed_asks_a_person_who_tries_again_or_lets_it_be(world, gone_out):
    by = world.cast.by("publisher")
    world.switch(revoked=True)
    remove(by, gone_out)
    world.send(ended)
    gone_out.refresh_from_db()
    assert (gone_out.state, gone_out.asks_person) == ("sent", True)
    assert gone_out.problem
    assert "still there" in gone_out.to_do
    assert [n.title for n in needs(by, None)] == [str(gone_out)]
    leave(by, gone_out)
    assert needs(by, None) == []
    world.switch(revoked=False)
    with pytest.raises(IllegalMove):
        leave(by, gone_out)


def test_a_platform_that_stays_away_for_long_asks_a_person(world, gone_out):
    remove(world.cast.by("publisher"), gone_out)
    world.switch(down=True)
    Delivery.objects.update(removal_asked_at=clock.now() - timedelta(minutes=11))
    world.send(ended)
    gone_out.refresh_from_db()
    assert (gone_out.state, gone_out.asks_person) == ("sent", True)
    removed_by_hand(world.cast.by("publisher"), gone_out)
    assert Delivery.objects.get().state == "removed"


def test_only_what_went_out_and_is_known_there_and_only_by_those_who_may(world, gone_out):
    with pytest.raises(Denied):
        remove(world.cast.by("creator"), gone_out)
    Delivery.objects.update(remote_id="")
    with pytest.raises(IllegalMove, match="does not know which post"):
        remove(world.cast.by("publisher"), gone_out)
    Delivery.objects.update(remote_id="p1")
    Connection.objects.all().delete()
    with pytest.raises(IllegalMove, match="not connected"):
        remove(world.cast.by("publisher"), gone_out)


def test_it_is_done_from_the_page_and_the_page_says_how_it_stands(world, gone_out, client):
    client.force_login(world.cast.publisher)
    page = f"/deliveries/{gone_out.pk}/"
    assert "Remove it from the platform…" in client.get(page).content.decode()
    assert client.post(f"{page}removal/", {"answer": "remove"}).status_code == 302
    assert "Being removed" in client.get(page).content.decode()
    world.send(ended)
    assert "Removed" in client.get(page).content.decode()
    assert "Removed" in client.get(f"/posts/{gone_out.post_id}/deliveries/").content.decode()
    assert "Withdrawn" in client.get(f"/posts/{gone_out.post_id}/").content.decode()
    again = client.post(f"{page}removal/", {"answer": "gone"})
    assert again.status_code == 409
