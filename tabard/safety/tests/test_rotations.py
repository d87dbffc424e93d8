"""Somebody leaves: what they knew is to be changed, by somebody, by a day, and followed to its end."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tabard.access.actions import leave
from tabard.access.queries import departure
from tabard.access.vault import seal, unseal
from tabard.connectors.base import Access, Connected, Profile
from tabard.kernel import clock
from tabard.kernel.actor import command_line
from tabard.kernel.errors import Conflict, Denied, Invalid
from tabard.kernel.today import needs
from tabard.org.actions import change_unit
from tabard.register.actions import connect
from tabard.register.links import purpose
from tabard.register.models import Connection
from tabard.safety import actions, queries, upkeep
from tabard.safety.models import CheckOut, Rotation
from tabard.safety.tests.conftest import SEED
from tests.cast import make_channel


def connected(cast, by, handle, unit=None):
    channel = make_channel(unit or cast.nordics, handle, remote_id=handle)
    secret = seal({"token": "x"}, about=f"channel {channel.pk}")
    Connection.objects.create(channel=channel, connected_at=clock.now(), connected_by=by, secret=secret)
    return channel


@pytest.fixture
def known(cast, channel, kept):
    """The publisher looked at one credential, had another out, and made one connection."""
    by = cast.by("publisher")
    actions.take(by, kept)
    actions.look(by, kept)
    unit = actions.add_to_unit(cast.by("owner"), cast.nordics, plain={"name": "Press desk"})
    actions.take(by, unit)
    actions.add_to_unit(cast.by("owner"), cast.nordics, plain={"name": "Never seen"})
    return kept, unit, connected(cast, cast.publisher, "made")


def test_exactly_what_they_knew_is_to_be_changed(cast, known):
    change_unit(command_line(), cast.nordics, lead=cast.district)
    record = leave(cast.by("regional"), cast.publisher, reason="Retired")
    made = Rotation.objects.filter(departure=record)
    assert {(r.credential, r.channel) for r in made} == {
        (known[0], None),
        (known[1], None),
        (None, known[2]),
    }
    assert {(r.why, r.state, r.owner, r.person) for r in made} == {
        ("left", "asked", cast.district, cast.publisher)
    }
    assert not CheckOut.objects.out().exists()
    record = departure(cast.by("regional"), record.pk)
    assert record.evidence["rotations"] == [r.pk for r in made.order_by("pk")]
    assert [(label, len(lines)) for label, lines in record.followed] == [("Passwords and keys to change", 3)]
    assert sum("has left" in n.why for n in needs(cast.by("district"), None)) == 3


def test_what_was_changed_since_is_written_down_as_done(cast, kept, now):
    by = cast.by("publisher")
    out = actions.take(by, kept)
    actions.look(by, kept)
    actions.give_back(by, out)
    with clock.at(now + timedelta(hours=1)):
        actions.set_password(cast.by("owner"), kept)
    with clock.at(now + timedelta(hours=2)):
        leave(cast.by("regional"), cast.publisher, reason="Retired")
    made = Rotation.objects.get()
    assert (made.state, made.ended_at) == ("done", now + timedelta(hours=1))


def test_whoever_typed_the_key_of_codes_could_make_them_for_ever(cast, kept):
    """A new password does not help there: it is set up anew on the platform, and typed by somebody else."""
    with pytest.raises(Invalid, match="key that stands"):
        actions.set_codes(cast.by("district"), kept, codes=SEED)
    actions.set_codes(cast.by("district"), kept, codes="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    record = leave(cast.by("owner"), cast.district, reason="Left")
    asked = Rotation.objects.get(departure=record)
    assert (asked.credential, asked.why, asked.state) == (kept, "codes", "asked")
    keeper = cast.by("regional")
    actions.set_password(keeper, kept, password="another-horse-8")
    asked.refresh_from_db()
    assert asked.state == "asked"
    with pytest.raises(Conflict, match="key of its codes"):
        actions.finish(keeper, asked, evidence="Changed")
    actions.set_codes(keeper, kept, codes="KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU")
    asked.refresh_from_db()
    assert (asked.state, asked.ended_by) == ("done", cast.regional)
    # Who typed one that stands no more knows nothing.
    assert not Rotation.objects.open().exists()
    leave(cast.by("owner"), cast.regional, reason="Left")
    assert [r.why for r in Rotation.objects.open().order_by("why")] == ["codes", "left"]


def test_whoever_typed_it_knows_it(cast, channel):
    made = actions.add_to_channel(cast.by("district"), channel, plain={"name": "x"}, password="typed-by-me-1")
    actions.add_to_channel(cast.by("district"), channel, plain={"name": "y"})
    leave(cast.by("regional"), cast.district, reason="Retired")
    assert [r.credential for r in Rotation.objects.all()] == [made]


def test_a_new_password_and_a_new_connection_close_them(cast, known):
    leave(cast.by("regional"), cast.publisher, reason="Retired")
    actions.set_password(cast.by("district"), known[0])
    key = Rotation.objects.get(channel=known[2])
    access = Access("mastodon", "https://social.example", "made", "made", {"token": "new"})
    profile = Profile(remote_id="made", handle="made", name="Made", url="https://social.example/@made")
    connect(cast.by("district"), known[2], connected=Connected(access, profile))
    key.refresh_from_db()
    assert (key.state, key.ended_by) == ("done", cast.district)
    assert [r.credential for r in Rotation.objects.open()] == [known[1]]


def test_the_same_key_brought_again_closes_nothing(cast, known):
    """Whoever has left knows it as before."""
    leave(cast.by("regional"), cast.publisher, reason="Retired")
    asked = Rotation.objects.get(channel=known[2])
    made = Connection.objects.get(channel=known[2])
    same = unseal(made.secret, about=purpose(known[2].pk))
    profile = Profile(remote_id="made", handle="made", name="Made", url="https://social.example/@made")
    for secret, state in ((same, "open"), ({"token": "another"}, "done")):
        access = Access("mastodon", "https://social.example", "made", "made", secret)
        connect(cast.by("district"), known[2], connected=Connected(access, profile))
        asked.refresh_from_db()
        assert (asked.state == "done") == (state == "done")
        made.refresh_from_db()
        assert made.connected_by == (cast.district if state == "done" else cast.publisher)


def test_what_is_overdue_goes_to_the_lead(cast, known, now):
    change_unit(command_line(), cast.nordics, lead=cast.district)
    change_unit(command_line(), cast.north, lead=cast.regional)
    leave(cast.by("owner"), cast.publisher, reason="Retired")
    assert upkeep.escalate() == 0
    with clock.at(now + timedelta(days=3, minutes=1)):
        assert upkeep.escalate() == 3
        assert upkeep.escalate() == 0
        told = [n for n in needs(cast.by("regional"), None) if n.state == "overdue"]
    assert {r.lead for r in Rotation.objects.open()} == {cast.regional}
    assert len(told) == 3
    assert "Freja Holm has not done it in time" in told[0].why


def test_done_dropped_and_given_on_with_words(cast, known):
    leave(cast.by("owner"), cast.publisher, reason="Retired")
    by, key = cast.by("district"), Rotation.objects.get(channel=known[2])
    password = Rotation.objects.get(credential=known[0])
    with pytest.raises(Conflict, match="Set the new password"):
        actions.finish(by, password, evidence="Trust me")
    with pytest.raises(Invalid):
        actions.finish(by, key, evidence=" ")
    with pytest.raises(Invalid):
        actions.give_rotation(by, key, to=cast.creator)
    actions.give_rotation(by, key, to=cast.regional)
    actions.finish(by, key, evidence="Token revoked at the platform")
    actions.drop(by, password, reason="The channel is gone there")
    with pytest.raises(Conflict, match="over already"):
        actions.drop(by, key, reason="x")
    with pytest.raises(Denied):
        actions.drop(cast.by("creator"), Rotation.objects.open().get(), reason="x")
    rows = queries.rotations(by, None, {"departure": [str(key.departure_id)]}).rows
    assert sorted(r.state for r in rows) == ["asked", "done", "dropped"]
    assert [r.state for r in queries.rotations(by, None, {}).rows] == ["asked"]
    assert queries.rotations(cast.by("stranger"), None, {"state": ["done"]}).rows == []


def test_a_leaver_with_three_hundred_connections_costs_no_more_questions(cast):
    for n in range(3):
        connected(cast, cast.publisher, f"few{n}")
    for n in range(300):
        connected(cast, cast.creator, f"many{n}")
    counts = []
    for who in (cast.publisher, cast.creator):
        by = cast.by("owner")
        with CaptureQueriesContext(
            connection,
        ) as caught:
            leave(by, who, reason="Retired")
        counts.append(len(caught))
    assert counts[1] <= counts[0] + 2
    assert Rotation.objects.count() == 303
