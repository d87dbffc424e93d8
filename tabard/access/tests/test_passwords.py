"""Passwords: how long they must be, what is taken of them, how they are kept, and what they do not open."""

import re

import pytest
from django.contrib.auth.hashers import identify_hasher
from django.contrib.auth.password_validation import get_default_password_validators, validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from tabard.org.models import Person
from tests.cast import PASSWORD

LONG = " Зимна чорба №7, без никакви главни букви? " + "x" * 60


def signed_in(client: Client, email: str, password: str) -> bool:
    client.post(reverse("account_login"), {"login": email, "password": password})
    return "_auth_user_id" in client.session


@pytest.mark.parametrize("refused", ["short", "elevenchars", "qwertyuiop12"])
def test_what_is_too_short_or_too_common_is_refused(db, refused):
    with pytest.raises(ValidationError):
        validate_password(refused)


@pytest.mark.parametrize(
    "taken", ["herald coats hang", "зимна чорба утре", "8203948572019384", "!!!!?!?!????!!"]
)
def test_passwords_are_long_and_not_of_the_common_ones(db, taken):
    validate_password(taken)
    assert {v.__class__.__name__ for v in get_default_password_validators()} == {
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "UserAttributeSimilarityValidator",
        "NotGuessable",
    }


def test_eleven_characters_are_too_few_however_strange(db):
    with pytest.raises(ValidationError, match="12"):
        validate_password("vQ7#kzW9!pX")
    validate_password("vQ7#kzW9!pXm")


def _refused(password: str, person: Person | None = None) -> str:
    try:
        validate_password(password, person)
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


@pytest.mark.parametrize(
    "guessed",
    [
        "passwordpassword",
        "P@ssw0rdP@ssw0rd",
        "letmein-letmein",
        "123456qwerty",
        "qazwsxedcrfv",
        "123456789012",
        "summer2026summer",
        "ILoveYouForever",
        "aaaaaaaaaaaaaa",
        "leavemealone",
    ],
)
def test_what_is_made_of_leaked_passwords_is_refused_and_why(db, guessed):
    assert re.search("too common|common words or passwords|rows of keys", _refused(guessed))


def test_the_most_common_that_are_long_enough_are_refused(db):
    """Those of the 30,000 most common of known breaches that are long enough; and others twice in a row or
    with a year, which is how they become long enough."""
    leaked = [p for p in FREQUENCY_LISTS["passwords"] if len(p) >= 12]
    made = [p + p for p in FREQUENCY_LISTS["passwords"][:1000] if len(p) >= 6]
    made += [f"{p}2026" for p in FREQUENCY_LISTS["passwords"][:1000] if len(p) >= 8]
    assert len(leaked) > 200
    assert [p for p in leaked if not _refused(p)] == []
    assert [p for p in made[::10] if not _refused(p)] == []


@pytest.mark.parametrize(
    ("house", "word"),
    [
        ("MeridianFoods2026", "meridian"),
        ("Meridian-Foods!!", "meridian"),
        ("m3r1d1an f00ds 26", "meridian"),
        ("marek.nowak.1984", "marek"),
        ("Tabard-Tabard-77", "tabard"),
        ("nordicsnordics12", "nordics"),
        ("Editor&Editor&12", "editor"),
    ],
)
def test_words_of_the_house_are_refused_by_name(cast, house, word):
    Person.objects.filter(pk=cast.creator.pk).update(title="Editor")
    cast.creator.refresh_from_db()
    assert f"“{word}”" in _refused(house, cast.creator)


def test_a_word_of_the_house_among_others_is_none_of_it(cast):
    assert _refused("seven meridian soups a fiddle", cast.creator) == ""
    assert _refused("n" * 3 + "зимна чорба утре" * 20, cast.creator) == "", (
        "long ones are not looked at for long"
    )


def test_the_page_for_a_new_password_says_why_not(cast, client):
    cast.creator.set_password(PASSWORD)
    cast.creator.save()
    assert signed_in(client, cast.creator.email, PASSWORD)
    given = {"oldpassword": PASSWORD, "password1": "meridianfoods26", "password2": "meridianfoods26"}
    page = client.post(reverse("account_change_password"), given).content.decode()
    assert "mostly “meridian”" in page


def test_a_password_counts_exactly_as_it_was_typed(cast, client):
    cast.creator.set_password(LONG)
    cast.creator.save()
    for near in (LONG.strip(), LONG.upper(), LONG[:72], LONG[:-1]):
        assert not signed_in(Client(), cast.creator.email, near)
    assert signed_in(client, cast.creator.email, LONG)


def test_passwords_are_kept_by_argon2(cast):
    cast.creator.set_password(PASSWORD)
    assert identify_hasher(cast.creator.password).algorithm == "argon2"


def test_changing_a_password_asks_for_the_old_one(cast, client):
    cast.creator.set_password(PASSWORD)
    cast.creator.save()
    assert signed_in(client, cast.creator.email, PASSWORD)
    new = "another coat for every herald"
    for old in ("", "not the old one at all"):
        given = {"oldpassword": old, "password1": new, "password2": new}
        answer = client.post(reverse("account_change_password"), given)
        assert answer.status_code == 200
    cast.creator.refresh_from_db()
    assert cast.creator.check_password(PASSWORD)


@pytest.mark.parametrize("name", ["account_login", "account_change_password"])
def test_fields_for_passwords_are_masked_and_may_be_filled_in(cast, client, name):
    cast.creator.set_password(PASSWORD)
    cast.creator.save()
    if name != "account_login":
        assert signed_in(client, cast.creator.email, PASSWORD)
    page = client.get(reverse(name)).content.decode()
    fields = [
        tag
        for tag in page.split("<input")[1:]
        if 'name="next"' not in tag and "password" in tag.split(">")[0]
    ]
    assert fields
    for field in fields:
        tag = field.split(">")[0]
        assert 'type="password"' in tag
        assert "onpaste" not in tag
        assert 'autocomplete="off"' not in tag
    assert "secret question" not in page.lower()


def test_nobody_is_there_whom_nobody_added(db):
    assert not Person.objects.exists()


def test_a_new_password_does_not_go_around_the_second_factor(cast, client):
    from allauth.account.forms import default_token_generator
    from allauth.account.utils import user_pk_to_url_str
    from allauth.mfa.totp.internal.auth import TOTP

    cast.creator.set_password(PASSWORD)
    cast.creator.save()
    TOTP.activate(cast.creator, "ONXW2ZJAMFXG65DIMVZCA43FMVSCA53P")
    key = default_token_generator.make_token(cast.creator)
    link = reverse("account_reset_password_from_key", args=[user_pk_to_url_str(cast.creator), key])
    form = client.get(link, follow=True)
    new = "another coat for every herald"
    client.post(form.redirect_chain[-1][0], {"password1": new, "password2": new}, follow=True)
    cast.creator.refresh_from_db()
    assert cast.creator.check_password(new)
    assert "_auth_user_id" not in client.session
    assert not signed_in(client, cast.creator.email, new), "the code is still asked for"
