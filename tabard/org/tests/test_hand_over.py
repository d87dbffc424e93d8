"""All that hangs on somebody in one view, and each kind handed to whom it is meant for, in one step."""

import json

import pytest

from tabard.access.actions import make_token
from tabard.kernel import holdings
from tabard.kernel.errors import Denied, Invalid
from tabard.org.actions import change_unit, hand_over
from tabard.org.models import Person
from tabard.org.tree import held_by_person, ties_of
from tabard.posts.actions import make_post
from tabard.safety import actions as vault
from tests.cast import make_channel


@pytest.fixture
def busy(cast):
    """The publisher leads a unit, owns a channel, has not finished a post, and knows a password."""
    change_unit(cast.by("owner"), cast.nordics, lead=cast.publisher)
    channel = make_channel(cast.nordics, "nordics", owner=cast.publisher)
    make_post(cast.by("publisher"), cast.nordics, title="Soup", text="Soup", channels=[channel])
    kept = vault.add_to_channel(cast.by("owner"), channel, plain={"name": "Nordics"}, password="a password")
    vault.take(cast.by("publisher"), kept)
    vault.look(cast.by("publisher"), kept)
    return channel


def held(person):
    return {h.holding.name for h in held_by_person(person)}


def test_each_kind_goes_to_whom_it_is_meant_for_and_the_rest_to_one(cast, busy):
    assert held(cast.publisher) == {"org.leads", "register.owned", "posts.drafts"}
    hand_over(cast.by("owner"), cast.publisher, to=cast.district, each={"posts.drafts": cast.creator})
    assert held(cast.publisher) == set()
    assert "posts.drafts" in held(cast.creator)
    assert {"org.leads", "register.owned"} <= held(cast.district)
    assert cast.publisher.is_active


def test_kinds_that_nobody_is_named_for_stay(cast, busy):
    hand_over(cast.by("owner"), cast.publisher, to=None, each={"posts.drafts": cast.creator})
    assert held(cast.publisher) == {"org.leads", "register.owned"}


@pytest.mark.parametrize("each", [{}, {"no.such": "creator"}, {"posts.drafts": "publisher"}])
def test_it_is_wholly_done_or_not_at_all(cast, busy, each):
    with pytest.raises(Invalid):
        hand_over(
            cast.by("owner"), cast.publisher, to=None, each={n: getattr(cast, who) for n, who in each.items()}
        )
    assert len(held(cast.publisher)) == 3


def test_who_leads_above_is_not_given_on_from_below(cast):
    """Somebody who leads the region has their desk in a district: its manager names no lead of the region."""
    change_unit(cast.by("owner"), cast.north, lead=cast.analyst)
    Person.objects.filter(pk=cast.analyst.pk).update(unit=cast.nordics)
    with pytest.raises(Denied, match="Region North"):
        hand_over(cast.by("district"), cast.analyst, to=cast.creator)
    hand_over(cast.by("district"), cast.analyst, to=cast.creator, only=["posts.drafts"])
    cast.north.refresh_from_db()
    assert cast.north.lead == cast.analyst
    hand_over(cast.by("owner"), cast.analyst, to=cast.regional)
    cast.north.refresh_from_db()
    assert cast.north.lead == cast.regional


def test_what_is_their_own_is_shown_with_what_becomes_of_it(cast, busy):
    found = {t.tie.name: [i.label for i in t.items] for t in ties_of(cast.publisher)}
    assert found["org.own_grants"] == ["Publisher, Nordics"]
    assert found["safety.known"] == ["Nordics"]
    assert found["access.ways_in"]
    assert len({t.name for t in holdings.ties()}) == len(holdings.ties())


def test_on_the_screen_it_is_shown_first_and_then_done(client, cast, busy):
    client.force_login(cast.owner)
    page = f"/people/{cast.publisher.pk}/hand-over/"
    first = client.get(page).content.decode()
    assert "Shared credentials they know" in first
    given = {"to": cast.district.email, "to-posts.drafts": cast.creator.email, "do": "show"}
    shown = client.post(page, given).content.decode()
    assert "This will happen" in shown
    assert len(held(cast.publisher)) == 3
    client.post(page, {**given, "do": "now"})
    assert held(cast.publisher) == set()
    assert "posts.drafts" in held(cast.creator)
    assert client.post(page, {"do": "show"}).status_code in {200, 422}


def test_by_api_in_one_call(client, cast, busy):
    token = make_token(
        cast.by("owner"), cast.owner, name="t", permissions=["org.people", "org.see", "org.edit"]
    )
    ask = {"HTTP_AUTHORIZATION": f"Bearer {token.key}"}
    path = f"/api/v1/people/{cast.publisher.pk}/"
    found = client.get(path + "continuity", **ask).json()
    assert {h["name"] for h in found["held"]} == {"org.leads", "register.owned", "posts.drafts"}
    assert "org.own_grants" in {t["name"] for t in found["ties"]}
    body = {"to_id": cast.district.pk, "each": {"posts.drafts": cast.creator.pk}}
    answer = client.post(path + "hand-over", json.dumps(body), content_type="application/json", **ask)
    assert (answer.status_code, answer.json()) == (200, [])


def test_a_neighbour_sees_and_moves_nothing(client, cast, busy):
    with pytest.raises(Denied):
        hand_over(cast.by("stranger"), cast.publisher, to=cast.stranger)
    client.force_login(cast.stranger)
    assert client.get(f"/people/{cast.publisher.pk}/hand-over/").status_code in {403, 404}
