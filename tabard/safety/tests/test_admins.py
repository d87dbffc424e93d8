"""Platforms' lists of administrators: read, compared with who may, followed until they fit."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tabard.access.actions import come_back, leave
from tabard.access.queries import departure
from tabard.access.vault import seal
from tabard.connectors.base import Administrator
from tabard.kernel import clock
from tabard.kernel.actor import command_line
from tabard.kernel.errors import Conflict, Denied, IllegalMove, Invalid, Missing
from tabard.kernel.holdings import holdings
from tabard.kernel.today import needs
from tabard.org.actions import change_unit, give_grant
from tabard.org.models import Role
from tabard.register.models import Connection
from tabard.safety import actions
from tabard.safety.models import AdminFinding, PlatformAdmin, PlatformName
from tabard.safety.queries import admins, score
from tests.cast import make_channel

SERVER = "https://practice.example"


def listed(channel, *names, by=None):
    """The platform lists these, each an id or an Administrator."""
    found = [one if isinstance(one, Administrator) else Administrator(one, one.title()) for one in names]
    return actions.record_admins(by or command_line(), channel, found=found)


def wrong(channel):
    alive = AdminFinding.objects.open().filter(channel=channel).order_by("admin__remote_id", "kind")
    return [(f.admin.remote_id, f.kind) for f in alive]


def name(cast, channel, remote_id, person):
    admin = PlatformAdmin.objects.get(channel=channel, remote_id=remote_id, gone_at=None)
    return actions.name_admin(cast.by("owner"), admin, person=person)


def connected(cast, handle, server=SERVER, **more):
    made = make_channel(cast.nordics, handle, "practice", remote_id=handle, **more)
    secret = seal({"token": "x"}, about=f"channel {made.pk}")
    Connection.objects.create(channel=made, base_url=server, connected_at=clock.now(), secret=secret)
    return made


@pytest.fixture
def channel(cast):
    return connected(cast, "first")


def test_whom_nobody_knows_is_found_once_and_asked_of_whoever_answers(cast, channel):
    change_unit(command_line(), cast.nordics, lead=cast.district)
    listed(channel, "ana", "ben")
    assert wrong(channel) == [("ana", "unknown"), ("ben", "unknown")]
    listed(channel, "ana", "ben")
    assert wrong(channel) == [("ana", "unknown"), ("ben", "unknown")]
    assert {f.owner for f in AdminFinding.objects.open()} == {cast.district}
    said = [n.title for n in needs(cast.by("district"), None)]
    assert f"Ana administers {channel} on Practice" in said


def test_a_confirmed_name_holds_on_every_list_of_the_server_and_only_there(cast, channel):
    other = connected(cast, "second")
    elsewhere = connected(cast, "third", "https://other.example")
    for each in (channel, other, elsewhere):
        listed(each, "ana", "ben")
    name(cast, channel, "ana", cast.publisher)
    assert wrong(channel) == wrong(other) == [("ben", "unknown")]
    assert wrong(elsewhere) == [("ana", "unknown"), ("ben", "unknown")]
    listed(channel, "ana", "ben")
    assert PlatformAdmin.objects.get(channel=channel, remote_id="ana").person == cast.publisher


def test_a_name_can_be_taken_back_and_given_to_somebody_else(cast, channel):
    listed(channel, "ana", "ben")
    admin = name(cast, channel, "ana", cast.publisher)
    name(cast, channel, "ana", cast.creator)
    assert [(n.person, n.ended_at is None) for n in PlatformName.objects.order_by("id")] == [
        (cast.publisher, False),
        (cast.creator, True),
    ]
    actions.unname_admin(cast.by("owner"), admin)
    assert ("ana", "unknown") in wrong(channel)
    with pytest.raises(Conflict):
        actions.unname_admin(cast.by("owner"), admin)


def test_a_suggestion_comes_by_mail_or_by_a_name_only_one_person_has_and_decides_nothing(cast, channel):
    listed(
        channel,
        Administrator("x1", "Somebody", email=cast.publisher.email.upper()),
        Administrator("x2", cast.creator.name),
        Administrator("x3", "Nobody Here"),
    )
    found = {a.remote_id: (a.suggested, a.person) for a in PlatformAdmin.objects.all()}
    assert found == {"x1": (cast.publisher, None), "x2": (cast.creator, None), "x3": (None, None)}
    assert {kind for _id, kind in wrong(channel)} == {"unknown"}


def test_an_administrator_without_a_grant_is_found_until_there_is_one(cast, channel):
    listed(channel, "ana", "ben")
    name(cast, channel, "ana", cast.stranger)
    assert ("ana", "no_grant") in wrong(channel)
    role = Role.objects.get(slug="publisher")
    give_grant(command_line(), cast.nordics, person=cast.stranger, role=role, reason="Helps out")
    listed(channel, "ana", "ben")
    assert wrong(channel) == [("ben", "unknown")]
    assert AdminFinding.objects.get(kind="no_grant").evidence == "They have a grant there."


def test_one_alone_is_found_until_there_is_a_second(cast, channel):
    listed(channel, "ana")
    name(cast, channel, "ana", cast.publisher)
    assert wrong(channel) == [("ana", "alone")]
    listed(channel, "ana", "ben")
    assert wrong(channel) == [("ben", "unknown")]


def test_what_may_stay_is_remembered_with_its_reason_until_something_changes(cast, channel):
    listed(channel, "agency", "ben")
    found = AdminFinding.objects.get(admin__remote_id="agency")
    by = cast.by("owner")
    with pytest.raises(Invalid):
        actions.accept_finding(by, found, reason=" ")
    actions.accept_finding(by, found, reason="Our agency, until March")
    listed(channel, "agency", "ben")
    assert wrong(channel) == [("ben", "unknown")]
    found.refresh_from_db()
    assert (found.state, found.reason, found.decided_by) == (
        "accepted",
        "Our agency, until March",
        cast.owner,
    )
    actions.reopen_finding(by, found)
    assert ("agency", "unknown") in wrong(channel)
    listed(channel, "ben")
    found.refresh_from_db()
    assert (found.state, found.evidence) == ("gone", "The platform no longer lists them.")
    with pytest.raises(IllegalMove):
        actions.accept_finding(by, found, reason="x")


def test_a_leaver_is_followed_from_list_to_list_until_the_last_no_longer_has_them(cast, channel):
    other = connected(cast, "second")
    for each in (channel, other):
        listed(each, "ana", "ben")
    name(cast, channel, "ana", cast.publisher)
    record = leave(cast.by("regional"), cast.publisher, reason="Retired")
    found = AdminFinding.objects.open().filter(kind="left")
    assert {(f.channel, f.departure) for f in found} == {(channel, record), (other, record)}
    with pytest.raises(Conflict):
        actions.accept_finding(cast.by("owner"), found[0], reason="Let them")
    listed(channel, "ben")
    followed = dict(departure(cast.by("regional"), record.pk).followed)
    lines = followed["Platforms that still list them as administrator"]
    assert sorted((line.word, line.note) for line in lines) == [
        ("Over", "The platform no longer lists them."),
        ("To do", ""),
    ]


def test_whoever_is_recognised_after_they_left_is_on_the_record_of_it_too(cast, channel):
    record = leave(cast.by("regional"), cast.publisher, reason="Retired")
    listed(channel, "ana", "ben")
    name(cast, channel, "ana", cast.publisher)
    assert AdminFinding.objects.get(kind="left").departure == record


def test_the_platforms_word_goes_into_the_points(cast, channel):
    def well(fact):
        found = score.channel_safety(cast.by("owner"), channel.pk)
        return next(answer for each, answer in score.values(found) if each.name == fact)

    channel.admins = ["Social team", "IT"]
    channel.save()
    assert (well("admins"), well("admin_list")) == (True, None)
    listed(channel, "ana")
    assert (well("admins"), well("admin_list")) == (False, False)
    listed(channel, "ana", "ben")
    name(cast, channel, "ana", cast.publisher)
    name(cast, channel, "ben", cast.regional)
    assert (well("admins"), well("admin_list")) == (True, True)


def test_findings_change_hands_and_are_seen_where_the_vault_is(cast, channel):
    listed(channel, "ana", "ben")
    found = AdminFinding.objects.open().first()
    with pytest.raises(Invalid):
        actions.give_finding(cast.by("owner"), found, to=cast.creator)
    actions.give_finding(cast.by("owner"), found, to=cast.regional)
    held = next(h for h in holdings("person") if h.name == "safety.admin_findings")
    assert held.count(cast.regional.pk) == 1
    assert held.hand_over(command_line(), cast.regional.pk, cast.owner.pk, None) == 1
    found.refresh_from_db()
    assert found.owner == cast.owner
    with pytest.raises(Missing):
        admins.finding(cast.by("stranger"), found.pk)
    with pytest.raises(Denied):
        actions.accept_finding(cast.by("creator"), found, reason="x")


def test_leaving_costs_no_more_queries_the_more_lists_they_are_on(cast):
    def of(count):
        channels = [connected(cast, f"c{count}-{n}") for n in range(count)]
        for each in channels:
            listed(each, "ana", "ben")
        name(cast, channels[0], "ana", cast.publisher)
        with CaptureQueriesContext(connection) as asked:
            leave(cast.by("regional"), cast.publisher, reason="Retired")
        assert AdminFinding.objects.open().filter(kind="left").count() == count
        for each in channels:
            listed(each, "ben", "eva")
        come_back(cast.by("regional"), cast.publisher)
        return len(asked)

    of(1)  # from the second time on they have been there before
    assert of(2) == of(12)


def test_a_list_can_be_asked_for_by_unit_and_says_how_far_it_is(cast, channel):
    by = cast.by("owner")
    assert actions.ask_for_admins(by, cast.nordics) == 1
    assert admins.progress(by, None) == (0, 1)
    with clock.at(clock.now() + timedelta(seconds=2)):
        listed(channel, "ana", "ben")
    assert admins.progress(by, None) == (1, 1)
    with pytest.raises(Conflict):
        actions.ask_for_admins(by, cast.south)
