"""Sign-in and second factor: every page that allauth can show is ours, in both languages."""

from __future__ import annotations

import re
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client
from django.urls import reverse

from tabard.access import recovery
from tests.cast import PASSWORD, Cast

OUTSIDE = ["account_login", "account_reset_password", "account_reset_password_done",
           "account_reset_password_from_key_done", "account_inactive"]  # fmt: skip
INSIDE = [
    "account_logout",
    "account_change_password",
    "account_reauthenticate",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_list_webauthn",
    "mfa_add_webauthn",
]
WITH_FACTOR = [
    "mfa_deactivate_totp",
    "recovery_codes",
    "mfa_reauthenticate",
]


@pytest.fixture(params=["en", "bg"])
def language(request: Any) -> str:
    return request.param


def with_password(cast: Cast, language: str = "en") -> None:
    cast.creator.language = language
    cast.creator.set_password(PASSWORD)
    cast.creator.save()


def ours(answer: Any, language: str) -> str:
    """The text of a page, after checking that it is one of ours and in the language asked for."""
    html = answer.content.decode()
    assert answer.status_code == 200, answer
    assert f'<html lang="{language}"' in html
    assert 'class="plain' in html or 'class="frame' in html
    assert html.count("<h1") == 1
    assert " style=" not in html
    assert not re.search(r"<script(?![^>]*\bsrc=)", html)
    return html


@pytest.mark.django_db
def test_pages_before_signing_in(client: Client, cast: Cast, language: str):
    client.cookies["django_language"] = language
    for name in OUTSIDE:
        ours(client.get(reverse(name)), language)


@pytest.mark.django_db
def test_the_door_says_whose_house_it_is(client: Client, cast: Cast):
    html = ours(client.get(reverse("account_login")), "en")
    assert f"Sign in to {cast.organisation.name}" in html


@pytest.mark.django_db
def test_a_wrong_password_is_said_above_the_field(client: Client, cast: Cast):
    answer = client.post(reverse("account_login"), {"login": cast.creator.email, "password": "no"})
    assert 'class="wrongs"' in ours(answer, "en")


@pytest.mark.django_db
def test_a_used_link_for_a_new_password_says_so(client: Client, cast: Cast):
    url = reverse("account_reset_password_from_key", kwargs={"uidb36": "1", "key": "set-password"})
    assert "no longer works" in ours(client.get(url), "en")


def sign_in(client: Client, cast: Cast, language: str) -> None:
    with_password(cast, language)
    answer = client.post(reverse("account_login"), {"login": cast.creator.email, "password": PASSWORD})
    assert answer.status_code == 302
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})


@pytest.mark.django_db
def test_pages_about_oneself(client: Client, cast: Cast, language: str):
    sign_in(client, cast, language)
    for name in INSIDE:
        ours(client.get(reverse(name)), language)


@pytest.mark.django_db
def test_pages_with_a_second_factor(client: Client, cast: Cast, language: str):
    sign_in(client, cast, language)
    TOTP.activate(cast.creator, generate_totp_secret())
    recovery.replace(cast.creator.pk)
    for name in WITH_FACTOR:
        ours(client.get(reverse(name)), language)


@pytest.mark.django_db
def test_the_second_factor_is_asked_for_after_the_password(client: Client, cast: Cast):
    with_password(cast)
    TOTP.activate(cast.creator, generate_totp_secret())
    answer = client.post(
        reverse("account_login"), {"login": cast.creator.email, "password": PASSWORD}, follow=True
    )
    assert "Now the second factor" in ours(answer, "en")


@pytest.mark.django_db
def test_the_link_for_a_new_password_sets_it_once(client: Client, cast: Cast, mailoutbox: list[Any]):
    client.post(reverse("account_reset_password"), {"email": cast.creator.email})
    link = next(word for word in mailoutbox[0].body.split() if "/key/" in word)
    page = client.get(link, follow=True)
    words = {"password1": PASSWORD, "password2": PASSWORD}
    done = client.post(page.request["PATH_INFO"], words, follow=True)
    assert "The password is changed" in ours(done, "en")
    login = {"login": cast.creator.email, "password": PASSWORD}
    assert client.post(reverse("account_login"), login).status_code == 302
    assert "no longer works" in ours(Client().get(link, follow=True), "en")


@pytest.mark.django_db
def test_the_mail_for_a_new_password_is_plain(client: Client, cast: Cast, mailoutbox: list[Any]):
    client.post(reverse("account_reset_password"), {"email": cast.creator.email})
    (mail,) = mailoutbox
    assert mail.subject.endswith("Your link for a new password")
    assert "http" in mail.body
    assert "&#" not in mail.body
