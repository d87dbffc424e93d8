"""Sessions: listed with place and device, ended by oneself or an administrator, over in time."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client
from django.urls import reverse

from tabard.access.actions import forget_factors, leave, sign_out, throw_out
from tabard.access.devices import device
from tabard.access.models import Session
from tabard.kernel import clock
from tabard.kernel.errors import Denied
from tabard.live.door import _visitor
from tabard.org.actions import set_policy
from tests.cast import PASSWORD

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18 Mobile Safari/604.1"
)


def browser(person, agent=FIREFOX):
    """A browser in which `person` signs in with their password."""
    person.set_password(PASSWORD)
    person.save()
    client = Client(headers={"User-Agent": agent}, REMOTE_ADDR="203.0.113.7")
    assert (
        client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD}).status_code
        == 302
    )
    return client


@pytest.fixture
def two(cast):
    """One person in two browsers."""
    first = browser(cast.creator)
    second = Client(headers={"User-Agent": IPHONE}, REMOTE_ADDR="2001:db8::5")
    second.post(reverse("account_login"), {"login": cast.creator.email, "password": PASSWORD})
    return first, second


def test_one_sees_where_one_is_signed_in(two):
    page = two[0].get("/sessions/").text
    assert "Firefox · Windows" in page
    assert "Safari · iPhone" in page
    assert "203.0.113.7" in page
    assert "2001:db8::5" in page
    assert page.count("badge ok") == 1


def test_ending_another_of_ones_own_holds_at_once(two, cast):
    first, second = two
    phone = Session.objects.get(address="2001:db8::5")
    first.post("/sessions/", {"end": phone.pk})
    assert second.get("/posts/").status_code == 302
    assert second.get("/api/v1/posts").status_code == 401
    assert _visitor(second.cookies["sessionid"].value) is None
    assert first.get("/posts/").status_code == 200
    assert _visitor(first.cookies["sessionid"].value).person_id == cast.creator.pk


def test_ending_all_others_leaves_this_one(two):
    first, second = two
    first.post("/sessions/", {"others": "1"})
    assert second.get("/posts/").status_code == 302
    assert first.get("/posts/").status_code == 200


def test_by_api(two, cast):
    first, second = two
    known = {s["device"] for s in first.get("/api/v1/sessions").json()["items"]}
    assert known == {"Firefox · Windows", "Safari · iPhone"}
    phone = Session.objects.get(address="2001:db8::5")
    assert first.delete(f"/api/v1/sessions/{phone.pk}").json()["ended_at"]
    assert second.get("/posts/").status_code == 302


def test_an_administrator_ends_it_with_a_reason(two, cast):
    first, second = two
    boss = browser(cast.district)
    url = f"/people/{cast.creator.pk}/sessions/"
    assert "203.0.113.7" in boss.get(url).text
    phone = Session.objects.get(address="2001:db8::5")
    assert boss.post(url, {"end": phone.pk, "reason": ""}).status_code == 422
    boss.post(url, {"end": phone.pk, "reason": "Phone stolen"})
    assert (second.get("/posts/").status_code, first.get("/posts/").status_code) == (302, 200)
    boss.post(url, {"all": "1", "reason": "To be sure"})
    assert first.get("/posts/").status_code == 302


def test_nobody_ends_what_is_not_theirs(two, cast):
    other = browser(cast.publisher)
    session = Session.objects.filter(person=cast.creator).first()
    assert other.post("/sessions/", {"end": session.pk}).status_code == 404
    assert other.get(f"/people/{cast.creator.pk}/sessions/").status_code == 403
    with pytest.raises(Denied):
        throw_out(cast.by("stranger"), session, reason="x")
    with pytest.raises(Denied):
        sign_out(cast.by("stranger"), cast.creator, reason="x")


def test_a_session_ends_by_idling_and_by_age(cast):
    idle = browser(cast.creator)
    with clock.at(clock.now() + timedelta(minutes=241)):
        assert idle.get("/posts/").status_code == 302
    busy, start = browser(cast.creator), clock.now()
    for hours in (3, 6, 9, 11.9):
        with clock.at(start + timedelta(hours=hours)):
            assert busy.get("/posts/").status_code == 200
    with clock.at(start + timedelta(hours=12.1)):
        answer = busy.get("/posts/", follow=True)
    assert "Your session has ended" in answer.text


def test_a_unit_makes_sessions_shorter_never_longer(cast):
    set_policy(cast.by("owner"), cast.nordics, matter="session_hours", value=2)
    set_policy(cast.by("owner"), cast.north, matter="session_hours", value=9)
    browser(cast.creator)
    session = Session.objects.get(person=cast.creator)
    assert session.ends_at - session.started_at == timedelta(hours=2)


def test_the_key_is_new_after_showing_that_it_is_you(cast):
    client = browser(cast.creator)
    before = client.cookies["sessionid"].value
    client.get("/sessions/")
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    after = client.cookies["sessionid"].value
    assert after != before
    client.cookies["sessionid"] = before
    assert client.get("/posts/").status_code == 302


def test_a_new_password_ends_the_others(two):
    first, second = two
    fresh = "four words and a herald"
    first.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": fresh, "password2": fresh}
    )
    assert (first.get("/posts/").status_code, second.get("/posts/").status_code) == (200, 302)
    assert Session.objects.open().count() == 1


def test_leaving_closes_the_list_too(two, cast):
    gone = leave(cast.by("district"), cast.creator, reason="Left")
    assert gone.evidence["closed"]["access.sessions"] == 2
    assert not Session.objects.open().exists()


def test_lost_factors_are_taken_away_and_everything_ends(two, cast):
    TOTP.activate(cast.creator, generate_totp_secret())
    forget_factors(cast.by("district"), cast.creator, reason="Phone lost, known by voice")
    assert not Authenticator.objects.exists()
    assert [c.get("/posts/").status_code for c in two] == [302, 302]
    type(cast.owner).objects.filter(pk=cast.owner.pk).update(unit=cast.nordics)
    with pytest.raises(Denied, match="only an owner"):
        forget_factors(cast.by("district"), cast.owner, reason="x")


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        (FIREFOX, "Firefox · Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537 Chrome/140 Safari/537 Edg/140", "Edge · Linux"),
        ("curl/8.5", "unknown device"),
        ("", "unknown device"),
    ],
)
def test_devices(agent, said):
    assert device(agent) == said
