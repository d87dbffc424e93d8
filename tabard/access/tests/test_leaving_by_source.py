"""Signing out with an OpenID source: there because one signed out here, and here because one did there."""

import time
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from django.test import Client
from django.urls import reverse

from tabard.access import closing
from tabard.access.actions import add_source, change_source
from tabard.access.models import Session, SourceSession
from tabard.access.oidc.tokens import EVENT
from tabard.access.tests import source_of_lies as lies
from tabard.access.tests.test_sources import go, inside, provider, settings  # noqa: F401 a fixture

OUT = f"{lies.ISSUER}/out"


@pytest.fixture
def source(cast, provider):  # noqa: F811 the fixture
    provider.described = {"end_session_endpoint": OUT}
    provider.claims = {"sid": "s-1"}
    return add_source(cast.by("owner"), cast.north, said=settings(signs_out=True))


def token(*, key=lies.OURS, algorithm="RS256", typ="logout+jwt", **says):
    now = int(time.time())
    claims = {"iss": lies.ISSUER, "aud": "tabard", "iat": now, "exp": now + 120, "jti": "j-1"}
    claims |= {"sub": "u-1", "sid": "s-1", "events": {EVENT: {}}, **says}
    claims = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(claims, key, algorithm=algorithm, headers={"kid": "one", "typ": typ})


def say(source, told):
    return Client().post(reverse("source_logout", args=[source.slug]), {"logout_token": told})


def test_signing_out_there_ends_that_session_here(client, source, provider):  # noqa: F811
    go(client, source, provider)
    provider.claims = {"sid": "s-2"}
    second = Client()
    go(second, source, provider)
    answer = say(source, token())
    assert (answer.status_code, answer["Cache-Control"], answer.content) == (200, "no-store", b"")
    assert not inside(client)
    assert inside(second)
    assert say(source, token(jti="j-2", sid=None)).status_code == 200
    assert not inside(second)
    assert set(Session.objects.values_list("end_reason", flat=True)) == {"Signed out where they signed in"}


def test_a_session_may_be_named_alone(client, source, provider):  # noqa: F811
    go(client, source, provider)
    assert say(source, token(sub=None, sid="other")).status_code == 200
    assert inside(client)
    assert say(source, token(sub=None, jti="j-2")).status_code == 200
    assert not inside(client)


def test_somebody_else_s_session_of_that_name_stays(client, source, provider):  # noqa: F811
    go(client, source, provider)
    assert say(source, token(sub="u-2")).status_code == 200
    assert inside(client)


LIES = {
    "another issuer": {"iss": "https://evil.example"},
    "another audience": {"aud": "other"},
    "no beginning": {"iat": None},
    "no end": {"exp": None},
    "over": {"exp": int(time.time()) - 600},
    "too old": {"iat": int(time.time()) - 3600},
    "from the future": {"iat": int(time.time()) + 3600},
    "made for signing in": {"nonce": "x"},
    "no event": {"events": None},
    "another event": {"events": {"urn:other": {}}},
    "an event that is none": {"events": {EVENT: "x"}},
    "events that are none": {"events": [EVENT]},
    "no name": {"jti": None},
    "nobody": {"sub": None, "sid": None},
    "a subject that is none": {"sub": 7},
    "a session that is none": {"sid": ["s-1"]},
    "another key": {"key": lies.OTHER},
    "a secret everybody knows": {"key": "s3cret-s3cret-s3cret-s3cret-s3cret", "algorithm": "HS256"},
    "another type": {"typ": "at+jwt"},
    "the type of any token": {"typ": "JWT"},
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_a_token_that_says_something_wrong_ends_nothing(client, source, provider, lie):  # noqa: F811
    go(client, source, provider)
    answer = say(source, token(**lie))
    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_request"})
    assert answer["Cache-Control"] == "no-store"
    assert inside(client)


@pytest.mark.parametrize("junk", ["", "x", "a.b.c", "x" * 30_000])
def test_what_is_no_token_is_refused(source, junk):
    assert say(source, junk).status_code == 400


def test_a_token_counts_once(client, source, provider):  # noqa: F811
    told = token(sid=None)
    assert say(source, told).status_code == 200
    go(client, source, provider)
    assert say(source, told).status_code == 400
    assert inside(client)


def test_an_id_token_signs_nobody_out_and_a_logout_token_nobody_in(client, source, provider):  # noqa: F811
    go(client, source, provider)
    now = int(time.time())
    claims = {"iss": lies.ISSUER, "aud": "tabard", "sub": "u-1", "iat": now, "exp": now + 60, "nonce": "n"}
    assert say(source, jwt.encode(claims, lies.OURS, "RS256", {"kid": "one"})).status_code == 400
    provider.lies = {"events": {EVENT: {}}}
    assert go(Client(), source, provider).status_code == 403


def test_strangers_cannot_make_us_ask_for_keys_without_end(source, provider):  # noqa: F811
    for number in range(5):
        say(source, token(key=lies.OTHER, jti=f"j-{number}"))
    assert provider.asked.count("/jwks_uri") <= 2


def test_signing_out_here_is_signing_out_there(client, source, provider):  # noqa: F811
    go(client, source, provider)
    kept = SourceSession.objects.get()
    assert "eyJ" not in kept.secret
    there = client.post(reverse("account_logout"))["Location"]
    given = {name: values[0] for name, values in parse_qs(urlsplit(there).query).items()}
    assert there.startswith(OUT + "?")
    assert given["client_id"] == "tabard"
    assert jwt.decode(given["id_token_hint"], options={"verify_signature": False})["sid"] == "s-1"
    home = reverse("source_signed_out", args=[source.slug])
    assert given["post_logout_redirect_uri"].endswith(home)
    assert "signed out here and at Meridian ID" in client.get(home).text
    assert not inside(client)
    assert "did not confirm" in client.get(home).text, "nobody is on the way out any more"


def test_a_source_that_does_not_answer_keeps_nobody_in(client, source, provider, monkeypatch):  # noqa: F811
    go(client, source, provider)
    provider.described = {"issuer": "https://evil.example"}
    from django.core.cache import cache

    cache.clear()
    assert client.post(reverse("account_logout"))["Location"] == "/"
    assert not inside(client)


def test_signing_in_as_another_ends_the_session_before(client, source, provider, cast):  # noqa: F811
    client.force_login(cast.creator)
    client.get("/sessions/")
    go(client, source, provider)
    assert Session.objects.latest("pk").way == "source"
    assert Session.objects.open().count() == 1


def test_what_is_kept_for_signing_out_goes_with_the_session(client, source, provider, cast):  # noqa: F811
    go(client, source, provider)
    other = Client()
    go(other, source, provider)
    closing.close()
    assert SourceSession.objects.exclude(secret="").count() == 2
    other.post(reverse("account_logout"))
    closing.close()
    assert SourceSession.objects.exclude(secret="").count() == 1
    change_source(cast.by("owner"), source, said=settings(signs_out=False))
    closing.close()
    assert SourceSession.objects.get().secret == ""
    assert inside(client)
    assert say(source, token()).status_code == 200
    assert not inside(client)
    closing.close()
    assert not SourceSession.objects.exists()


def test_nobody_who_is_signed_in_is_told_that_they_are_not(client, source, provider):  # noqa: F811
    go(client, source, provider)
    assert client.get(reverse("source_signed_out", args=[source.slug]))["Location"] == "/"
    assert inside(client)
