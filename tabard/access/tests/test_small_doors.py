"""What is easily taken for granted at the doors: how long codes hold, what keys are made of, and more."""

import time
from datetime import timedelta

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret, hotp_value
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tabard.access import alarms, recovery
from tabard.access.actions import agree_to_emergency, ask_emergency
from tabard.access.models import Session
from tabard.access.tests.test_sessions import browser
from tabard.kernel import clock
from tabard.org.models import Person
from tests.cast import PASSWORD


def test_a_code_holds_for_thirty_seconds(cast):
    secret = generate_totp_secret()
    app = TOTP.activate(cast.creator, secret)
    now = int(time.time()) // 30
    for before in range(1, 10):
        assert not app.validate_code(f"{hotp_value(secret, now - before):06}")
    assert any(app.validate_code(f"{hotp_value(secret, n):06}") for n in (now, int(time.time()) // 30))


def test_codes_and_seeds_are_never_the_same(cast):
    assert len({generate_totp_secret() for _n in range(100)}) == 100
    assert all(len(generate_totp_secret()) == 32 for _n in range(5))  # 160 bits in base32
    mine, theirs = (recovery.replace(p.pk) for p in (cast.creator, cast.owner))
    assert len({*mine, *theirs}) == len(mine) + len(theirs) == 20


def test_every_session_has_a_key_of_its_own_that_nobody_guesses(cast):
    keys = {browser(cast.creator).cookies[settings.SESSION_COOKIE_NAME].value for _n in range(4)}
    assert len(keys) == 4
    assert all(len(key) == 32 and key.isalnum() for key in keys)  # of 36 characters: 165 bits
    assert Session.objects.count() == 4


def test_a_password_does_not_grow_old(cast):
    cast.creator.set_password(PASSWORD)
    cast.creator.save()
    client = Client()
    with clock.at(clock.now() + timedelta(days=3 * 365)):
        client.post(reverse("account_login"), {"login": cast.creator.email, "password": PASSWORD})
        assert client.get("/sessions/").status_code == 200


@pytest.mark.parametrize(
    "onward", ["https://evil.example/", "//evil.example/", "/\\evil.example/", "javascript:alert(1)"]
)
def test_nobody_is_led_elsewhere_after_signing_in(cast, onward):
    cast.creator.set_password(PASSWORD)
    cast.creator.save()
    login = {"login": cast.creator.email, "password": PASSWORD, "next": onward}
    answer = Client().post(f"{reverse('account_login')}?next={onward}", login)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")


def test_no_name_adds_a_line_to_the_head_of_a_mail(cast, mailoutbox):
    """As typed it is one line; and were it not, the mail is not sent rather than sent to others."""
    client = browser(cast.district)
    client.post("/me/", {"name": "Freja\r\nBcc: all@evil.example", "language": "en", "zone": "UTC"})
    asked = ask_emergency(
        cast.by("district"),
        cast.nordics,
        second=cast.regional,
        reason="Hacked\r\nCc: x@evil.example",
        hours=1,
    )
    agree_to_emergency(cast.by("regional"), asked)
    alarms.tell_second(asked.pk)
    alarms.tell_owners(asked.pk)
    assert mailoutbox
    for mail in mailoutbox:
        head = str(mail.message()).partition("\n\n")[0].lower()
        assert not any(line.startswith(("bcc:", "cc:")) for line in head.splitlines())
        assert mail.recipients() == mail.to
    Person.objects.filter(pk=cast.district.pk).update(name="Freja\nBcc: all@evil.example")
    with pytest.raises(ValueError, match="newlines"):
        alarms.tell_owners(asked.pk)
