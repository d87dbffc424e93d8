"""Grants on single channels: given where the channel is, and gone along with it."""

import pytest

from tabard.kernel.errors import Denied, Invalid
from tabard.kernel.permissions import may
from tabard.org.actions import end_grant, give_grant
from tabard.org.models import Role
from tabard.org.people import actor_of
from tabard.register.actions import move_channel
from tabard.register.models import Channel
from tests.cast import make_channel, make_person


def test_nobody_gives_rights_on_a_channel_of_others(cast):
    """A manager names their own unit, and a channel of the unit beside."""
    theirs, role = make_channel(cast.south, "soups"), Role.objects.get(slug="creator")
    friend = make_person(cast.nordics, "Friend Olsen")
    for channel in (theirs.pk, 987_654):
        with pytest.raises(Invalid, match="no such channel in this unit"):
            give_grant(
                cast.by("district"), cast.nordics, person=friend, role=role, reason="x", channel_id=channel
            )
    assert not friend.grants.exists()
    assert not may(actor_of(friend, "screen"), "posts.write", theirs.place())


def test_grants_on_a_channel_go_with_it(cast):
    """Whoever answers for it now sees them and can end them; whoever did before cannot any more."""
    channel, role = make_channel(cast.nordics, "soups"), Role.objects.get(slug="creator")
    friend = make_person(cast.south, "Friend Olsen")
    given = give_grant(
        cast.by("district"), cast.nordics, person=friend, role=role, reason="x", channel_id=channel.pk
    )
    move_channel(cast.by("owner"), channel, unit=cast.south)
    with pytest.raises(Denied):
        end_grant(cast.by("district"), given, reason="x")
    end_grant(cast.by("stranger"), given, reason="Not ours")
    assert not may(actor_of(friend, "screen"), "posts.write", Channel.objects.get(pk=channel.pk).place())
