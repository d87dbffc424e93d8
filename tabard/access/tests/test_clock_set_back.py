"""The clock is set back by an hour or a day: nothing that was over opens again, nothing stays open longer."""

from datetime import timedelta

import pytest
from allauth.account.forms import default_token_generator
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from tabard.access import closing, throttle
from tabard.access.actions import add_source, agree_to_emergency, ask_emergency, make_token
from tabard.access.models import ApiToken, Emergency, SeenAssertion, Session
from tabard.access.oidc import flow
from tabard.access.oidc.tokens import Untrusted
from tabard.access.once import once
from tabard.access.tests.test_second_factor import code
from tabard.access.tests.test_sessions import browser
from tabard.access.tests.test_sources import settings as of_a_source
from tabard.access.tests.test_throttle import guess
from tabard.kernel import clock, permissions
from tabard.kernel.errors import IllegalMove
from tabard.kernel.permissions import may
from tabard.org.models import Absence, Grant, Role
from tests.cast import PASSWORD

BACK = [timedelta(hours=1), timedelta(days=1)]
back_by = pytest.mark.parametrize("back", BACK, ids=["an hour", "a day"])


@pytest.fixture(autouse=True)
def long_ago(cast):
    """What the cast may do it could do before the clock was set back as well."""
    Grant.objects.update(starts_at=clock.now() - timedelta(days=60))


def opens(client):
    return client.get("/posts/").status_code == 200


@back_by
def test_who_was_signed_in_shows_again_who_they_are(cast, back):
    client = browser(cast.creator)
    with clock.at(clock.now() - timedelta(minutes=2)):
        assert opens(client)  # by so much the clocks of two nodes may differ
    with clock.at(clock.now() - back):
        assert not opens(client)
    assert not opens(client)  # and the clock that is right again opens it to nobody


@back_by
def test_a_session_that_was_over_stays_over(cast, back):
    client = browser(cast.creator)
    over = clock.now() + timedelta(hours=5)
    with clock.at(over):
        assert closing.close() == 1
    with clock.at(over - back):
        closed = Session.objects.get()
        assert (closed.ended_at, closed.ended_by) == (closed.idle_at, None)
        assert not opens(client)


@back_by
def test_what_was_shown_counts_no_longer_than_before(cast, back):
    by = cast.by("owner")
    assert permissions.proved(by)
    with clock.at(clock.now() - back):
        assert not permissions.proved(by)
    with clock.at(clock.now() + timedelta(minutes=11)):
        assert not permissions.proved(by)


@back_by
def test_a_token_that_was_over_stays_over(cast, back):
    now = clock.now()
    key = make_token(cast.by("creator"), cast.creator, name="x", expires_at=now + timedelta(days=2)).key
    head = {"Authorization": f"Bearer {key}"}
    assert Client().get("/api/v1/posts", headers=head).status_code == 200
    over = now + timedelta(days=2, minutes=1)
    with clock.at(over):
        closing.close()
    with clock.at(over - back):
        assert Client().get("/api/v1/posts", headers=head).status_code == 401
        token = ApiToken.objects.get()
        assert token.ended_at == token.expires_at


@back_by
def test_a_grant_and_a_deputy_that_were_over_stay_over(cast, back):
    now = clock.now()
    times = {"starts_at": now - timedelta(days=9), "ends_at": now}
    publisher = Role.objects.get(slug="publisher")
    Grant.objects.create(person=cast.stranger, role=publisher, unit=cast.nordics, reason="x", **times)
    Absence.objects.create(person=cast.regional, deputy=cast.creator, **times)
    place, before = cast.nordics.place(), now - timedelta(days=2)
    with clock.at(before):
        assert may(cast.by("stranger"), "posts.write", place)
        assert may(cast.by("creator"), "emergency.agree", place)
    with clock.at(now + timedelta(minutes=1)):
        assert closing.close() == 2
        assert closing.close() == 0
    with clock.at(now - back):
        assert not may(cast.by("stranger"), "posts.write", place)
        assert not may(cast.by("creator"), "emergency.agree", place)


def asked(cast):
    return ask_emergency(
        cast.by("district"), cast.nordics, second=cast.regional, reason="Hacked channel", hours=2
    )


@back_by
def test_an_emergency_that_is_over_stays_over(cast, back):
    agree_to_emergency(cast.by("regional"), asked(cast))
    over = clock.now() + timedelta(hours=2, seconds=1)
    with clock.at(over):
        closing.close()
        assert Emergency.objects.get().state == "over"
    with clock.at(over - back):
        assert Emergency.objects.get().state == "over"
        assert not may(cast.by("district"), "roles.edit", cast.nordics.place())


@back_by
def test_an_emergency_under_way_does_not_grow_longer(cast, back):
    emergency = agree_to_emergency(cast.by("regional"), asked(cast))
    with clock.at(clock.now() - back):
        assert not may(cast.by("district"), "roles.edit", cast.nordics.place())
        assert emergency.grant.ends_at - emergency.grant.starts_at == timedelta(hours=2)


@back_by
def test_nobody_agrees_to_what_was_asked_later_than_now(cast, back):
    emergency = asked(cast)
    with clock.at(clock.now() - back):
        assert emergency.state == "lapsed"
        assert not Emergency.objects.waiting().exists()
        with pytest.raises(IllegalMove):
            agree_to_emergency(cast.by("regional"), emergency)


@back_by
def test_nobody_waits_longer_than_the_longest_rest(cast, back):
    cast.creator.set_password(PASSWORD)
    cast.creator.save()
    now = clock.now()
    mark = [("person", f"password:{cast.creator.email}")]
    for _n in range(14):
        throttle.failed(mark)
    assert throttle.resting(mark) > 800
    with clock.at(now - back):
        assert throttle.resting(mark) == 0
        guess(cast.creator.email)
        assert 800 < throttle.resting(mark) <= throttle.LONGEST + 1  # and what was counted still counts


@back_by
def test_a_link_is_good_for_ten_minutes_and_not_before_it_was_made(cast, back):
    link = default_token_generator.make_token(cast.creator)
    now = clock.now()
    for later, good in ((timedelta(0), True), (timedelta(minutes=9), True), (timedelta(minutes=11), False)):
        with clock.at(now + later):
            assert default_token_generator.check_token(cast.creator, link) is good
    with clock.at(now - back):
        assert not default_token_generator.check_token(cast.creator, link)


@back_by
def test_the_way_to_a_source_and_back_takes_ten_minutes_by_the_one_clock(back):
    now = clock.now()
    for later, good in ((timedelta(minutes=9), True), (timedelta(minutes=11), False), (-back, False)):
        session = {flow.KEY: {"at": now.timestamp(), "next": "/"}}
        with clock.at(now + later):
            if good:
                assert flow.taken(session)["next"] == "/"
            else:
                with pytest.raises(Untrusted):
                    flow.taken(session)
        assert session == {}


@back_by
def test_a_code_of_an_app_that_was_seen_before_is_none(cast, back, settings):
    settings.MFA_TOTP_TOLERANCE = 1  # half a minute may end between making a code and sending it
    secret = generate_totp_secret()
    factor = TOTP.activate(cast.creator, secret).instance
    client = browser(cast.creator)
    for later, shown in ((back, False), (timedelta(minutes=2), True)):
        Authenticator.objects.filter(pk=factor.pk).update(last_used_at=clock.now() + later)
        answer = client.post(reverse("mfa_authenticate"), {"code": code(secret)})
        cache.clear()  # the same code counts once, which is another rule
        assert (answer.status_code == 302) is shown


@pytest.mark.parametrize("quiet", [timedelta(0), timedelta(hours=5)], ids=["just used", "long forgotten"])
@back_by
def test_what_a_source_said_before_counts_once_for_all(cast, back, quiet):
    source = add_source(cast.by("owner"), cast.north, said=of_a_source())
    then = clock.now()
    once(source, "first")
    with clock.at(then + back + quiet):
        once(source, "second")
        if quiet:
            once(source, "third")
        assert SeenAssertion.objects.count() == 2
    with clock.at(then), pytest.raises(Untrusted, match="set back"):
        once(source, "first")
    with clock.at(then + back + quiet - timedelta(minutes=4)):
        once(source, "by so much the clocks of two nodes may differ")
