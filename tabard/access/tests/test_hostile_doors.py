"""The ways in against whoever bends them: addresses that look alike, old cookies, headers, deep nesting."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from tabard.access.actions import add_source, leave
from tabard.access.actions.sources import Settings
from tabard.access.oidc import wire
from tabard.access.tests import source_of_lies as lies
from tabard.access.tests.scim_client import Speaker
from tabard.kernel import text
from tabard.org.models import Person
from tests.cast import PASSWORD

DOMAIN = "strasse.example"
MAIL = f"sofie.kiss@{DOMAIN}"
# One to Unicode or to the database, two to the mail.
ALIKE = ["ſofie.kiss@strasse.example", "sofie.kiß@strasse.example", "sofıe.kiss@strasse.example"]
ELSEWHERE = ["sofie.kiss@straße.example", "sofie.kiss@ſtrasse.example"]


@pytest.fixture
def sofie(cast: Any) -> Person:
    cache.clear()
    Person.objects.filter(pk=cast.stranger.pk).update(email=MAIL)
    cast.stranger.refresh_from_db()
    cast.stranger.set_password(PASSWORD)
    cast.stranger.save()
    return cast.stranger


def _inside(client: Client) -> bool:
    return client.get("/sessions/").status_code == 200


def _signed_in(email: str, password: str = PASSWORD) -> Client:
    client = Client()
    client.post(reverse("account_login"), {"login": email, "password": password})
    return client


@pytest.mark.parametrize("alike", [*ALIKE, *ELSEWHERE])
def test_an_address_that_looks_like_anothers_is_another(sofie, alike):
    assert Person.objects.of_email(alike) is None
    assert Person.objects.of_email(MAIL.upper()) == sofie
    assert not _inside(_signed_in(alike))
    assert _inside(_signed_in(MAIL.upper()))
    assert text.email_key(alike) != text.email_key(MAIL)


@pytest.mark.parametrize("alike", [*ALIKE, *ELSEWHERE])
def test_the_link_for_a_new_password_goes_to_nobody_else(sofie, alike):
    Client().post(reverse("account_reset_password"), {"email": alike})
    opening = [sent for sent in mail.outbox if re.search("/reset/key/", sent.body)]
    assert {to for sent in opening for to in sent.to} <= {MAIL}


def test_the_link_goes_to_whoever_has_the_address(sofie):
    Client().post(reverse("account_reset_password"), {"email": MAIL.upper()})
    assert [(sent.to, "/reset/key/" in sent.body) for sent in mail.outbox] == [([MAIL], True)]


@pytest.mark.parametrize("alike", ELSEWHERE)
def test_a_domain_left_to_its_source_is_not_gone_around_by_its_look(sofie, cast, alike):
    said = {"name": "ID", "issuer": lies.ISSUER, "client": "tabard", "secret": "x", "domains": [DOMAIN]}
    add_source(cast.by("owner"), cast.organisation, said=Settings(**said, alone=True))
    assert not _inside(_signed_in(MAIL))
    assert not _inside(_signed_in(alike))


@pytest.mark.parametrize("alike", ALIKE)
def test_a_source_speaks_for_nobody_by_looks(sofie, cast, client, monkeypatch, alike):
    provider = lies.Provider()
    monkeypatch.setattr(wire, "open_http", provider.open)
    said = {"name": "ID", "issuer": lies.ISSUER, "client": "tabard", "secret": "x", "domains": [DOMAIN]}
    source = add_source(cast.by("owner"), cast.organisation, said=Settings(**said, links=True))
    for email, let_in in ((alike, False), (MAIL.upper(), True)):
        provider.claims = {"email": email, "sub": email}
        there = client.post(reverse("source_begin", args=[source.slug]))
        client.get(reverse("source_back", args=[source.slug]), provider.visit(there["Location"]))
        assert _inside(client) == let_in


@pytest.mark.parametrize("alike", ALIKE)
def test_a_directory_takes_over_nobody_by_looks(sofie, cast, alike):
    there = Speaker(cast.organisation, domains=[DOMAIN], links=True)
    answer = there.ask("POST", "/Users", {"schemas": [], "userName": "s", "emails": [{"value": alike}]})
    assert answer.status_code >= 400 or there.person(answer.json()) != sofie
    assert not sofie.members.exists()


def test_signing_in_and_out_changes_the_key_and_an_old_one_opens_nothing(sofie):
    client = Client()
    client.get(reverse("account_login"))
    client.session.save()
    planted = client.cookies["sessionid"].value if "sessionid" in client.cookies else "a" * 32
    client.cookies["sessionid"] = planted
    client.post(reverse("account_login"), {"login": MAIL, "password": PASSWORD})
    key = client.cookies["sessionid"].value
    assert key != planted
    assert _inside(client)
    client.post(reverse("account_logout"))
    for old in (key, planted, key[:-1] + ("a" if key[-1] != "a" else "b"), "", "a" * 4000, "\x00", "../" * 9):
        other = Client(raise_request_exception=False)
        other.cookies["sessionid"] = old
        assert not _inside(other)


def test_what_was_open_in_two_browsers_is_shut_in_both_by_leaving(sofie, cast):
    """Also for what a tab has open since before: its form, its token and its next page."""
    browsers = [_signed_in(MAIL), _signed_in(MAIL)]
    assert all(map(_inside, browsers))
    leave(cast.by("owner"), sofie, reason="Left")
    for browser in browsers:
        answer = browser.post("/campaigns/", {"name": "From an old tab"}, headers={"HX-Request": "true"})
        assert "/sign-in/" in answer.headers.get("Location", answer.headers.get("HX-Redirect", ""))
        assert browser.get("/api/v1/me").status_code in {401, 403, 404, 405}
        assert not _inside(browser)


@pytest.mark.parametrize(
    "header",
    ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "X-Original-URL", "X-Rewrite-URL"],
)
def test_no_header_makes_another_request_of_one(sofie, cast, header):
    client = _signed_in(MAIL)
    value = "/audit/" if "URL" in header else "DELETE"
    plain = client.get("/posts/")
    bent = client.get("/posts/", headers={header: value})
    assert (bent.status_code, len(bent.content) > 0) == (plain.status_code, True)
    assert "<title>" in bent.text
    assert re.search("<title>(.*?)<", bent.text)[1] == re.search("<title>(.*?)<", plain.text)[1]
    asked = client.post("/api/v1/people", b"{}", content_type="application/json", headers={header: value})
    assert asked.status_code == 422


def test_a_forged_host_is_in_no_mail(sofie):
    for headers in ({"X-Forwarded-Host": "bad.example"}, {"Forwarded": "host=bad.example"}):
        Client().post(reverse("account_reset_password"), {"email": MAIL}, headers=headers)
    assert mail.outbox
    assert [sent for sent in mail.outbox if "bad.example" in sent.body] == []


@pytest.mark.parametrize("opened", ["[", '{"a":', '{"a":['])
def test_what_is_nested_deeply_is_refused_in_words(sofie, cast, opened):
    deep = (opened * 100_000).encode()
    client = _signed_in(MAIL)
    answer = client.post("/api/v1/people", deep, content_type="application/json")
    assert answer.status_code == 400, answer.text
    scim = Speaker(cast.south).ask("POST", "/Users", deep)
    assert scim.status_code == 400, scim.text


def test_a_name_that_is_given_twice_is_refused(sofie):
    client = _signed_in(MAIL)
    twice = json.dumps({"name": "x"})[:-1] + ', "name": "y"}'
    answer = client.patch("/api/v1/me", twice, content_type="application/json")
    assert answer.status_code in {400, 422}
    sofie.refresh_from_db()
    assert sofie.name not in {"x", "y"}
