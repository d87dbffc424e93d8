"""Who answers for a channel and who backs them: its own people, else its unit's, as long as they are here."""

import pytest

from tabard.org.models import Person, Unit
from tabard.register.models import Channel
from tests.cast import make_channel, make_person


@pytest.fixture
def desk(cast):
    """A unit with a lead and a deputy, and a channel without people of its own."""
    cast.lead, cast.second = make_person(cast.nordics, "Liv Lead"), make_person(cast.nordics, "Dag Deputy")
    Unit.objects.filter(pk=cast.nordics.pk).update(lead=cast.lead, deputy=cast.second)
    cast.plain = make_channel(cast.nordics, "plain", owner=None)
    return cast


def people(channel):
    found = Channel.objects.select_related("answers", "backs").get(pk=channel.pk)
    return (found.answers and found.answers.name, found.backs and found.backs.name)


def test_its_own_people_come_before_those_of_the_unit(desk):
    assert people(desk.plain) == ("Liv Lead", "Dag Deputy")
    Channel.objects.filter(pk=desk.plain.pk).update(owner=desk.creator)
    assert people(desk.plain) == (desk.creator.name, "Dag Deputy")
    Channel.objects.filter(pk=desk.plain.pk).update(deputy=desk.analyst)
    assert people(desk.plain) == (desk.creator.name, desk.analyst.name)


def test_nobody_backs_themselves(desk):
    Channel.objects.filter(pk=desk.plain.pk).update(owner=desk.second)
    assert people(desk.plain) == ("Dag Deputy", "Liv Lead")
    Unit.objects.filter(pk=desk.nordics.pk).update(lead=desk.second, deputy=None)
    assert people(desk.plain) == ("Dag Deputy", None)


def test_who_leaves_answers_for_nothing_and_who_comes_back_does_again(desk):
    Channel.objects.filter(pk=desk.plain.pk).update(owner=desk.creator, deputy=desk.analyst)
    Person.objects.filter(pk=desk.creator.pk).update(is_active=False)
    assert people(desk.plain) == ("Liv Lead", desk.analyst.name)
    Person.objects.filter(pk=desk.lead.pk).update(is_active=False)
    assert people(desk.plain) == (None, desk.analyst.name)
    Person.objects.filter(pk=desk.lead.pk).update(is_active=True)
    assert people(desk.plain) == ("Liv Lead", desk.analyst.name)


def test_a_channel_that_moves_gets_the_people_of_its_new_unit(desk):
    Unit.objects.filter(pk=desk.south.pk).update(lead=desk.analyst, deputy=None)
    Channel.objects.filter(pk=desk.plain.pk).update(unit=desk.south)
    assert people(desk.plain) == (desk.analyst.name, None)
    Unit.objects.filter(pk=desk.south.pk).update(lead=None)
    assert people(desk.plain) == (None, None)


def test_nobody_can_write_others_there(desk):
    """Whatever an old copy in hand says, the database finds them itself."""
    old = Channel.objects.get(pk=desk.plain.pk)
    Unit.objects.filter(pk=desk.nordics.pk).update(lead=desk.analyst)
    old.answers = desk.creator
    old.save()
    assert people(desk.plain) == (desk.analyst.name, "Dag Deputy")
