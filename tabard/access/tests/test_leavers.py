"""Somebody leaves: nothing opens for them any more, and nothing of what they did is lost."""

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.tokens import default_token_generator

from tabard.access import recovery
from tabard.access.actions import come_back, leave, make_token
from tabard.access.models import Departure, RecoveryCode
from tabard.audit.models import Entry
from tabard.kernel import clock, holdings
from tabard.kernel.errors import Denied, IllegalMove, Invalid
from tabard.kernel.permissions import may
from tabard.org.actions import change_unit, say_absent
from tabard.org.models import Person
from tabard.org.succession import successor
from tabard.posts.actions import make_post
from tests.cast import PASSWORD, make_channel


@pytest.fixture
def signed_in(client, cast):
    """A browser in which the creator is signed in with a password."""
    cast.creator.set_password(PASSWORD)
    cast.creator.save()
    client.force_login(cast.creator)
    assert client.get("/posts/").status_code == 200
    return client


def gone(cast, **more):
    return leave(cast.by("district"), cast.creator, reason="Left the company", **more)


def test_a_session_that_was_open_is_at_the_door_again(cast, signed_in):
    gone(cast)
    answer = signed_in.get("/posts/")
    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/sign-in/")


def test_a_token_opens_nothing_from_then_on(cast, client):
    token = make_token(cast.by("creator"), cast.creator, name="Feed")
    headers = {"Authorization": f"Bearer {token.key}"}
    assert client.get("/api/v1/posts", headers=headers).status_code == 200
    gone(cast)
    assert client.get("/api/v1/posts", headers=headers).status_code == 401


def test_coming_back_revives_nothing(cast, signed_in):
    token = make_token(cast.by("creator"), cast.creator, name="Feed")
    Authenticator.objects.create(user=cast.creator, type="totp", data={})
    recovery.replace(cast.creator.pk)
    link = default_token_generator.make_token(cast.creator)
    gone(cast)
    person = come_back(cast.by("district"), Person.objects.get(pk=cast.creator.pk))
    assert person.is_active
    assert signed_in.get("/posts/").status_code == 302
    answer = signed_in.get("/api/v1/posts", headers={"Authorization": f"Bearer {token.key}"})
    assert answer.status_code == 401
    assert not may(cast.by("creator"), "posts.write", cast.nordics.place())
    assert not person.check_password(PASSWORD)
    assert not default_token_generator.check_token(person, link)
    assert not Authenticator.objects.filter(user=person).exists()
    assert not RecoveryCode.objects.exists()


def test_drafts_go_to_whoever_stands_in(cast):
    change_unit(cast.by("district"), cast.nordics, lead=cast.district, deputy=cast.publisher)
    channel = make_channel(cast.nordics, "nordics")
    post = make_post(cast.by("creator"), cast.nordics, title="Soup", text="Soup", channels=[channel])
    departure = gone(cast)
    post.refresh_from_db()
    assert post.author == cast.district == departure.to
    assert departure.evidence["handed_over"] == {"posts.drafts": 1}
    assert departure.evidence["grants"] == [cast.creator.grants.get().pk]
    said = Entry.objects.get(action="person.leave")
    assert (said.label, said.notes["to"]) == ("Marek Nowak", "Freja Holm")


def test_the_line_of_those_who_stand_in(cast):

    def heir(of):
        return successor(Person.objects.get(pk=of.pk))

    assert heir(cast.creator) == cast.owner  # no lead anywhere yet
    change_unit(cast.by("owner"), cast.north, lead=cast.regional)
    assert heir(cast.creator) == cast.regional
    change_unit(cast.by("owner"), cast.nordics, deputy=cast.publisher)
    assert heir(cast.creator) == cast.publisher
    assert heir(cast.publisher) == cast.regional
    say_absent(
        cast.by("creator"),
        cast.creator,
        deputy=cast.analyst,
        starts_at=clock.now(),
        ends_at=clock.now() + clock.minutes(60),
    )
    assert heir(cast.creator) == cast.analyst


def test_when_something_fails_nobody_has_left(cast, monkeypatch, signed_in):
    def fails(*_):
        raise RuntimeError("the disk is full")

    last = holdings.holdings("person")[-1]
    monkeypatch.setitem(holdings._holdings, last.name, holdings.Holding(**{**vars(last), "hand_over": fails}))
    with pytest.raises(RuntimeError):
        gone(cast)
    assert signed_in.get("/posts/").status_code == 200
    assert may(cast.by("creator"), "posts.write", cast.nordics.place())
    assert not Departure.objects.exists()


def test_who_may_not(cast):
    with pytest.raises(Denied):
        leave(cast.by("stranger"), cast.creator, reason="x")
    with pytest.raises(Denied):
        leave(cast.by("district"), cast.district, reason="x")
    Person.objects.filter(pk=cast.owner.pk).update(unit=cast.nordics)
    with pytest.raises(Denied, match="only an owner"):
        leave(cast.by("district"), cast.owner, reason="x")
    with pytest.raises(Invalid):
        leave(cast.by("district"), cast.creator, reason="  ")
    with pytest.raises(IllegalMove):
        come_back(cast.by("district"), cast.creator)
    gone(cast)
    with pytest.raises(IllegalMove):
        gone(cast)


def test_from_the_screen(cast, client):
    client.force_login(cast.district)
    page = client.get(f"/people/{cast.creator.pk}/leave/")
    assert "Who gets what they held" in page.text
    assert cast.publisher.email not in page.text  # found by typing, not drawn by the thousand
    assert client.post(f"/people/{cast.creator.pk}/leave/", {"reason": ""}).status_code == 422
    answer = client.post(
        f"/people/{cast.creator.pk}/leave/", {"reason": "Left", "to": cast.publisher.email}, follow=True
    )
    assert "What went to Tomasz Wilk" in answer.text
    assert "Marek Nowak" in client.get("/departures/?q=marek").text
    assert "Marek Nowak" in b"".join(client.get("/departures/csv/")).decode()
    client.post(f"/people/{cast.creator.pk}/return/")
    assert Person.objects.get(pk=cast.creator.pk).is_active


def test_by_api(cast, client):
    client.force_login(cast.district)
    made = client.post(
        f"/api/v1/people/{cast.creator.pk}/departure", {"reason": "Left"}, content_type="application/json"
    )
    assert made.status_code == 201, made.text
    assert client.get("/api/v1/departures").json()["items"][0]["person_id"] == cast.creator.pk
    assert client.get(f"/api/v1/departures/{made.json()['id']}").json()["reason"] == "Left"
    assert client.delete(f"/api/v1/people/{cast.creator.pk}/departure").json()["is_active"]
