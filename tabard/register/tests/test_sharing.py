"""A channel that hangs on one person: a second one is named, or another takes their place, in one step."""

import pytest

from tabard.audit.models import Entry
from tabard.kernel import clock, permissions
from tabard.kernel.errors import Denied, Invalid
from tabard.org.actions import give_grant
from tabard.org.models import Grant, Role
from tabard.register.actions import hand_over_channel, share_channel
from tabard.register.models import Channel
from tabard.safety.actions import ask_for_channel
from tabard.safety.models import Rotation
from tests.cast import make_channel, make_person


@pytest.fixture
def lone(cast):
    """Only Freja answers for the soups, with a grant for them alone and a password to change."""
    cast.soups = make_channel(cast.nordics, "soups@social.example", owner=cast.district)
    role = Role.objects.get(slug="publisher")
    give = {"person": cast.district, "role": role, "reason": "Soups", "channel_id": cast.soups.pk}
    give_grant(cast.by("owner"), cast.nordics, **give)
    cast.newcomer = make_person(cast.nordics, "Nina Novak")
    return cast


def may(who, channel, right="posts.publish"):
    from tabard.org.people import actor_of

    return bool(permissions.may(actor_of(who, "screen"), right, channel.place()))


def test_a_second_person_is_named_with_rights_on_this_channel_alone(lone, client):
    other = make_channel(lone.nordics, "stews")
    client.force_login(lone.owner)
    channel = client.get(f"/register/{lone.soups.pk}/").content.decode()
    assert f"/register/{lone.soups.pk}/second/" in channel
    role = Role.objects.get(slug="publisher")
    given = {"person": lone.newcomer.email, "role": [role.pk], "do": "second", "reason": "Holidays"}
    assert client.post(f"/register/{lone.soups.pk}/second/", given).status_code == 302
    lone.soups.refresh_from_db()
    assert (lone.soups.owner, lone.soups.deputy) == (lone.district, lone.newcomer)
    assert may(lone.newcomer, lone.soups)
    assert not may(lone.newcomer, other)
    entry = Entry.objects.get(action="channel.share")
    assert (entry.notes["to"], entry.notes["beside"]) == ("Nina Novak", "Freja Holm")


def test_nothing_is_given_that_the_first_one_does_not_have_nor_that_one_may_not_give(lone):
    with pytest.raises(Invalid):
        share_channel(
            lone.by("owner"), lone.soups, person=lone.newcomer, roles=[Role.objects.get(slug="owner")]
        )
    with pytest.raises(Invalid):
        share_channel(lone.by("owner"), lone.soups, person=lone.district)
    with pytest.raises(Denied):
        share_channel(lone.by("creator"), lone.soups, person=lone.newcomer)
    lone.soups.refresh_from_db()
    assert lone.soups.deputy is None


def test_another_gets_all_that_hangs_on_the_first_or_nothing_changes(lone):
    from tabard.register.models import Connection

    Connection.objects.create(channel=lone.soups, connected_at=clock.now())
    asked = ask_for_channel(lone.by("owner"), lone.soups, reason="Old")
    Rotation.objects.filter(pk=asked.pk).update(owner=lone.district)
    hand_over_channel(lone.by("owner"), lone.soups, person=lone.newcomer, reason="New desk")
    soups = Channel.objects.get(pk=lone.soups.pk)
    assert soups.owner == lone.newcomer
    assert Rotation.objects.open().get(channel=soups).owner == lone.newcomer
    assert may(lone.newcomer, soups)
    assert not Grant.objects.active().filter(person=lone.district, channel_id=soups.pk).exists()
    entry = Entry.objects.get(action="channel.hand_over")
    assert (entry.notes["moved"]["register.owned"], entry.notes["roles"]) == (1, ["Publisher"])


def test_what_cannot_be_given_leaves_everything_as_it_was(lone):
    """Whoever may change the channel but not give grants on it hands nothing over halfway."""
    editors = Role.objects.create(
        slug="editors", name="Editors", permissions=["channels.see", "channels.edit"]
    )
    give_grant(lone.by("owner"), lone.nordics, person=lone.creator, role=editors, reason="Keeps the register")
    with pytest.raises(Denied):
        hand_over_channel(lone.by("creator"), lone.soups, person=lone.newcomer)
    assert Channel.objects.get(pk=lone.soups.pk).owner == lone.district


def test_by_api(lone, client):
    from tabard.access.actions import make_token

    key = make_token(lone.by("owner"), lone.owner, name="x", dangerous=True).key
    client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {key}"
    base = f"/api/v1/channels/{lone.soups.pk}"
    told = client.get(base + "/hanging").json()
    assert (told["first_id"], told["second_id"], told["held"]) == (
        lone.district.pk,
        None,
        {"register.owned": 1},
    )
    body = {"person_id": lone.newcomer.pk}
    assert client.put(base + "/second", body, content_type="application/json").json()["deputy_id"]
    said = client.post(base + "/hand-over", body, content_type="application/json").json()
    assert (said["owner_id"], said["deputy_id"]) == (lone.newcomer.pk, None)
