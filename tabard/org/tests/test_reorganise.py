"""Reorganisations: nothing is ever left without an owner."""

import pytest

from tabard.kernel import holdings
from tabard.kernel.errors import Denied, Invalid
from tabard.kernel.permissions import may
from tabard.org.actions import add_unit, assign, cancel, carry_out, hand_over, plan
from tabard.org.models import Unit
from tabard.posts.actions import make_post
from tests.cast import make_channel


@pytest.fixture
def nordics(cast) -> Unit:
    channel = make_channel(cast.nordics, "nordics")
    make_post(cast.by("creator"), cast.nordics, title="Soup", channels=[channel])
    return cast.nordics


def test_a_unit_is_not_closed_while_it_holds_anything(cast, nordics):
    change = plan(cast.by("owner"), nordics, kind="close", reason="Cost")
    with pytest.raises(Invalid, match="without a new owner"):
        carry_out(cast.by("owner"), change)
    nordics.refresh_from_db()
    assert nordics.closed_at is None


def test_a_moved_unit_is_reached_by_those_of_its_new_place(cast, nordics):
    team = add_unit(cast.by("owner"), nordics, name="Kitchen", kind="team")
    change = plan(cast.by("owner"), nordics, kind="move", reason="Order", target=cast.south)
    carry_out(cast.by("owner"), change)
    team.refresh_from_db()
    assert may(cast.by("stranger"), "posts.publish", team.place())
    assert not may(cast.by("regional"), "posts.publish", team.place())


def test_a_unit_cannot_go_below_itself(cast, nordics):
    team = add_unit(cast.by("owner"), nordics, name="Kitchen", kind="team")
    with pytest.raises(Invalid, match="below itself"):
        plan(cast.by("owner"), nordics, kind="move", reason="Order", target=team)


def test_a_merge_takes_all_and_closes(cast, nordics):
    change = plan(cast.by("owner"), nordics, kind="merge", reason="Order", target=cast.south)
    carry_out(cast.by("owner"), change)
    nordics.refresh_from_db()
    assert nordics.closed_at
    assert cast.creator.__class__.objects.get(pk=cast.creator.pk).unit == cast.south


def test_a_cancelled_plan_changes_nothing(cast, nordics):
    change = plan(cast.by("owner"), nordics, kind="close", reason="Cost")
    cancel(cast.by("owner"), change)
    nordics.refresh_from_db()
    assert nordics.closed_at is None


def test_a_manager_cannot_reorganise(cast, nordics):
    with pytest.raises(Denied):
        plan(cast.by("district"), nordics, kind="close", reason="Mine")


def test_what_a_person_holds_changes_hands_in_one_step(cast, nordics):
    nordics.lead = cast.creator
    nordics.save()
    hand_over(cast.by("district"), cast.creator, to=cast.publisher)
    nordics.refresh_from_db()
    assert nordics.lead == cast.publisher
    assert not [h for h in holdings.holdings("person") if h.count(cast.creator.pk)]


def everything(unit: Unit, to: Unit) -> dict[str, dict[str, int]]:
    return {h.name: {"all": to.pk} for h in holdings.holdings("unit") if h.count(unit.pk)}


def test_closing_hands_everything_over_first(cast, nordics):
    change = plan(cast.by("owner"), nordics, kind="close", reason="Cost")
    assign(cast.by("owner"), change, plan=everything(nordics, cast.south))
    carry_out(cast.by("owner"), change)
    nordics.refresh_from_db()
    assert nordics.closed_at
    assert sum(h.count(nordics.pk) for h in holdings.holdings("unit")) == 0
    assert cast.south.channels.get().handle == "nordics"


def test_a_split_makes_new_units_that_take_their_part(cast, nordics):
    change = plan(cast.by("owner"), nordics, kind="split", reason="Growth", parts=["Sweden", "Norway"])
    channel = nordics.channels.get()
    change = assign(cast.by("owner"), change, plan={"register.channels": {str(channel.pk): "part:1"}})
    carry_out(cast.by("owner"), change)
    channel.refresh_from_db()
    assert channel.unit.name == "Norway"
    nordics.refresh_from_db()
    assert nordics.closed_at is None
