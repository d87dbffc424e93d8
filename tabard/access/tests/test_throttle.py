"""Guessing gets slower and slower, on every node, and the answers tell nobody who is here."""

import re
from datetime import timedelta

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client
from django.urls import reverse

from tabard.access import throttle
from tabard.access.models import Attempts
from tabard.access.tests.test_second_factor import code
from tabard.access.tests.test_sessions import browser
from tabard.kernel import clock
from tests.cast import PASSWORD

NOBODY = "nobody.at.all@meridian.example"


@pytest.fixture
def known(cast):
    cast.creator.set_password(PASSWORD)
    cast.creator.save()
    return cast.creator


def guess(email, password="wrong-wrong-wrong", address="203.0.113.9"):
    """Each time in another browser, and so on any node."""
    client = Client(REMOTE_ADDR=address)
    return client, client.post(reverse("account_login"), {"login": email, "password": password})


def plain(answer):
    """The page without what is another one every time."""
    text = re.sub(r'(csrfmiddlewaretoken" value="|X-CSRFToken": ")[^"]+', "", answer.text)
    return re.sub(r'value="[^"]*@[^"]*"', "", text)


def test_after_some_failures_even_the_right_password_waits(known):
    for n in range(5):
        guess(known.email, address=f"203.0.113.{n}")
    client, answer = guess(known.email, PASSWORD)
    assert "Too many attempts. Wait 1" in answer.text
    assert client.get("/sessions/").status_code == 302
    with clock.at(clock.now() + timedelta(seconds=16)):
        _client, answer = guess(known.email, PASSWORD)
        assert answer.status_code == 302
    assert not Attempts.objects.filter(count__gte=5).exists()  # forgotten with the right one


def test_the_rest_doubles_up_to_a_quarter_of_an_hour(known):
    rests, now = [], clock.now()
    for n in range(14):
        now += timedelta(hours=1)
        with clock.at(now):
            guess(known.email, address=f"198.51.100.{n}")
            rests.append(throttle.resting([("person", f"password:{known.email}")]))
    assert rests[:8] == [0, 0, 0, 0, 16, 31, 61, 121]
    assert max(rests) == 901
    with clock.at(now + timedelta(hours=25)):
        guess(known.email)
        assert throttle.resting([("person", f"password:{known.email}")]) == 0


def test_one_address_may_not_try_everybody(cast):
    for n in range(30):
        guess(f"person{n}@meridian.example")
    assert "Too many attempts" in guess("somebody.else@meridian.example")[1].text
    assert "Too many attempts" not in guess("somebody.else@meridian.example", address="192.0.2.1")[1].text


def test_a_network_of_version_6_is_one_address(rf):
    found = [
        throttle.marks(rf.get("/", REMOTE_ADDR=address), "password", "x")[1]
        for address in ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "2001:db8:1:3::1", "::ffff:203.0.113.9")
    ]
    assert found[0] == found[1] != found[2]
    assert found[3] == ("address", "password:203.0.113.9")


def test_nothing_tells_who_is_here(known):
    for n in range(7):
        here, not_here = guess(known.email, address=f"203.0.113.{n}"), guess(NOBODY, address=f"192.0.2.{n}")
        assert here[1].status_code == not_here[1].status_code == 200
        assert re.sub(r"\d+ seconds?", "", plain(here[1])) == re.sub(r"\d+ seconds?", "", plain(not_here[1]))


def test_asking_for_a_link_answers_everybody_alike(known, mailoutbox):
    url, answers = reverse("account_reset_password"), []
    for email in (known.email, NOBODY):
        for n in range(7):
            answer = Client(REMOTE_ADDR=f"203.0.113.{n}").post(url, {"email": email}, follow=True)
            answers.append((answer.redirect_chain, plain(answer)))
    assert all(answer == answers[0] for answer in answers)
    assert [mail.to[0] for mail in mailoutbox] == [known.email] * 5 + [NOBODY] * 5


def test_both_take_the_same_work(known, monkeypatch):
    from django.contrib.auth.hashers import Argon2PasswordHasher

    done = []
    encode, verify = Argon2PasswordHasher.encode, Argon2PasswordHasher.verify
    monkeypatch.setattr(Argon2PasswordHasher, "encode", lambda *a, **k: done.append("x") or encode(*a, **k))
    monkeypatch.setattr(Argon2PasswordHasher, "verify", lambda *a, **k: done.append("x") or verify(*a, **k))
    counts = []
    for email in (known.email, NOBODY):
        done.clear()
        guess(email)
        counts.append(len(done))
    assert counts[0] == counts[1] > 0


def test_codes_are_guessed_no_faster(cast):
    secret = generate_totp_secret()
    TOTP.activate(cast.creator, secret)
    client = browser(cast.creator)
    for _n in range(5):
        client.post(reverse("mfa_authenticate"), {"code": "000000"})
    answer = client.post(reverse("mfa_authenticate"), {"code": code(secret)})
    assert "Too many attempts" in answer.text
    with clock.at(clock.now() + timedelta(seconds=16)):
        assert client.post(reverse("mfa_authenticate"), {"code": code(secret)}).status_code == 302


def test_what_is_kept_names_nobody(known):
    guess(known.email)
    rows = str(list(Attempts.objects.values()))
    assert known.email not in rows
    assert "203.0.113" not in rows
