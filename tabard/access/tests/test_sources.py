"""Signing in by a source: who is let in, what groups give, and every lie refused."""

import logging
import time
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from tabard.access.actions import add_source, change_source, leave, map_groups
from tabard.access.actions.sources import Settings
from tabard.access.models import Identity, Session, Source
from tabard.access.oidc import wire
from tabard.access.queries import preview
from tabard.access.tests import source_of_lies as lies
from tabard.access.tests.test_sessions import browser
from tabard.kernel import clock
from tabard.kernel.errors import Denied, Invalid
from tabard.kernel.permissions import may
from tabard.org.actions import set_policy
from tabard.org.models import Person, Role
from tabard.org.people import actor_of
from tests.cast import PASSWORD, make_person

DOMAIN = "meridian.example"


@pytest.fixture
def provider(monkeypatch, db):
    cache.clear()
    found = lies.Provider()
    monkeypatch.setattr(wire, "open_http", found.open)
    return found


def settings(**more):
    said = {"name": "Meridian ID", "issuer": lies.ISSUER, "client": "tabard", "secret": "s3cret"}
    return Settings(**{**said, "domains": [DOMAIN], "makes_people": True, **more})


@pytest.fixture
def source(cast, provider):
    return add_source(cast.by("owner"), cast.north, said=settings())


def go(client, source, provider, **more):
    """From the door to the source and back with its answer."""
    there = client.post(reverse("source_begin", args=[source.slug]))
    assert there.status_code == 302, there.text
    answer = provider.visit(there["Location"])
    return client.get(reverse("source_back", args=[source.slug]), {**answer, **more})


def inside(client):
    return client.get("/sessions/").status_code == 200


def refused(answer, client):
    assert answer.status_code == 403
    assert "You were not let in" in answer.text
    return not inside(client)


def test_somebody_new_is_made_known_and_let_in(client, source, provider):
    assert go(client, source, provider).status_code == 302
    assert inside(client)
    person = Person.objects.get(email=f"new@{DOMAIN}")
    assert (person.unit, person.name, person.has_usable_password()) == (source.unit, "New Person", False)
    session = Session.objects.get()
    assert (session.way, session.through) == ("source", "Meridian ID")


def test_the_key_is_the_subject_and_not_the_mail(client, source, provider, cast):
    go(client, source, provider)
    known = Identity.objects.get().person
    provider.claims = {"email": cast.owner.email}
    again = Client()
    go(again, source, provider)
    assert Session.objects.latest("pk").person == known
    provider.claims = {"sub": "u-2", "email": known.email}
    assert refused(go(Client(), source, provider), Client())


def test_who_is_here_is_taken_over_only_by_a_source_trusted_for_the_domain(client, source, provider, cast):
    provider.claims = {"email": cast.creator.email}
    assert refused(go(client, source, provider), client)
    change_source(cast.by("owner"), source, said=settings(links=True))
    assert go(client, source, provider).status_code == 302
    assert Identity.objects.get().person == cast.creator
    change_source(cast.by("owner"), source, said=settings(links=True, domains=["elsewhere.example"]))
    provider.claims = {"sub": "u-9", "email": cast.publisher.email}
    other = Client()
    assert refused(go(other, source, provider), other)
    provider.claims = {"sub": "u-9", "email": "x@elsewhere.example", "email_verified": False}
    assert refused(go(other, source, provider), other)


def test_whoever_left_is_not_let_in_again(client, source, provider, cast):
    change_source(cast.by("owner"), source, said=settings(links=True))
    provider.claims = {"email": cast.creator.email}
    go(client, source, provider)
    leave(cast.by("district"), cast.creator, reason="Left")
    assert not inside(client)
    assert refused(go(Client(), source, provider), client)


NOW = int(time.time())
CLAIMS = {
    "another issuer": {"iss": "https://evil.example"},
    "another audience": {"aud": "another"},
    "several audiences": {"aud": ["tabard", "another"]},
    "another party": {"azp": "another"},
    "another nonce": {"nonce": "x"},
    "no nonce": {"nonce": None},
    "expired": {"exp": NOW - 3600},
    "no end": {"exp": None},
    "an end that is a word": {"exp": "tomorrow"},
    "too old": {"iat": NOW - 7200},
    "from the future": {"iat": NOW + 7200},
    "not yet": {"nbf": NOW + 7200},
    "no subject": {"sub": None},
    "an empty subject": {"sub": ""},
    "a subject that is a list": {"sub": ["u-1"]},
}
SIGNED = {
    "alg none": lies.unsigned,
    "HS256 with the public key": lies.by_public_key,
    "another key under the name": lies.by_another_key,
    "an unknown key": lies.by_unknown_kid,
    "the key in the token": lies.with_its_own_key,
    "edited": lies.edited,
    "no token": lambda claims: "x.y",
}


@pytest.mark.parametrize("lie", CLAIMS.values(), ids=CLAIMS)
def test_a_token_that_says_something_wrong_is_refused(client, source, provider, lie, caplog):
    provider.lies = lie
    with caplog.at_level(logging.WARNING):
        assert refused(go(client, source, provider), client)
    assert "Sign-in by meridian-id refused" in caplog.text
    assert not Identity.objects.exists()


@pytest.mark.parametrize("sign", SIGNED.values(), ids=SIGNED)
def test_a_token_that_is_signed_wrongly_is_refused(client, source, provider, sign):
    provider.sign = sign
    assert refused(go(client, source, provider), client)


def test_a_key_for_encrypting_or_another_algorithm_signs_nothing(client, source, provider):
    for keys in ([lies.public(lies.OURS, "one", use="enc")], [lies.public(lies.OURS, "one", alg="RS512")]):
        cache.clear()
        provider.keys = keys
        assert refused(go(client, source, provider), client)


def test_new_keys_are_fetched_when_they_are_needed(client, source, provider):
    provider.keys = []
    client.post(reverse("source_begin", args=[source.slug]))
    provider.keys = [lies.public(lies.OURS, "one")]
    assert go(client, source, provider).status_code == 302


def test_an_answer_counts_once_and_only_where_it_was_asked_for(client, source, provider):
    there = client.post(reverse("source_begin", args=[source.slug]))
    answer = provider.visit(there["Location"])
    thief = Client()
    back = reverse("source_back", args=[source.slug])
    assert refused(thief.get(back, answer), thief)
    assert refused(client.get(back, {**answer, "state": "x"}), client)
    assert refused(client.get(back, answer), client)  # the first try used it up


def test_a_code_that_was_used_is_refused(client, source, provider):
    there = client.post(reverse("source_begin", args=[source.slug]))
    answer = provider.visit(there["Location"])
    provider.codes.clear()
    assert refused(client.get(reverse("source_back", args=[source.slug]), answer), client)


def test_sources_are_not_mixed_up(client, source, provider, cast):
    second = add_source(cast.by("owner"), cast.north, said=settings(name="Second", domains=["b.example"]))
    there = client.post(reverse("source_begin", args=[source.slug]))
    answer = provider.visit(there["Location"])
    assert refused(client.get(reverse("source_back", args=[second.slug]), answer), client)
    assert refused(go(client, source, provider, iss="https://evil.example"), client)
    assert go(client, source, provider, iss=lies.ISSUER).status_code == 302


@pytest.mark.parametrize(
    "described",
    [
        {"issuer": "https://evil.example"},
        {"token_endpoint": None},
        {"authorization_endpoint": "http://evil.example/"},
        {"jwks_uri": "file:///etc/passwd"},
    ],
)
def test_a_description_that_is_not_its_own_is_refused(client, source, provider, described):
    provider.described = described
    assert client.post(reverse("source_begin", args=[source.slug])).status_code == 403


def test_further_claims_of_somebody_else_are_refused(client, source, provider):
    provider.claims = {"email": None}
    provider.userinfo = {"sub": "u-2", "email": f"boss@{DOMAIN}"}
    assert refused(go(client, source, provider), client)
    provider.userinfo["sub"] = "u-1"
    assert go(client, source, provider).status_code == 302


def test_a_source_that_is_switched_off_lets_nobody_in(client, source, provider):
    Source.objects.update(enabled=False)
    assert client.post(reverse("source_begin", args=[source.slug])).status_code == 403


def test_the_domain_alone_decides_who_is_sent_where(client, source, provider, cast):
    page = {"login": cast.creator.email, "password": ""}
    assert client.post(reverse("account_login"), page)["Location"].startswith(lies.ISSUER)
    page["login"] = f"nobody@{DOMAIN}"
    assert client.post(reverse("account_login"), page)["Location"].startswith(lies.ISSUER)
    browser(cast.creator)  # passwords still open
    change_source(cast.by("owner"), source, said=settings(alone=True))
    page = {"login": cast.creator.email, "password": PASSWORD}
    assert client.post(reverse("account_login"), page)["Location"].startswith(lies.ISSUER)


def rules(cast, *, group="editors"):
    return [(group, Role.objects.get(slug="creator"), cast.nordics)]


def test_groups_give_and_take(client, source, provider, cast):
    map_groups(cast.by("owner"), source, rules=rules(cast))
    provider.claims = {"groups": ["editors", "all"]}
    go(client, source, provider)
    person = Identity.objects.get().person
    grant = person.grants.get()
    assert (grant.role.slug, grant.unit) == ("creator", cast.nordics)
    assert grant.reason == "In the group “editors” of Meridian ID"
    provider.claims = {"groups": []}
    go(Client(), source, provider)
    grant.refresh_from_db()
    assert grant.ended_at
    assert grant.end_reason == "No longer in the group of Meridian ID"


def test_who_would_get_what_is_shown_before_it_is_saved(client, source, provider, cast):
    provider.claims = {"groups": ["editors"]}
    go(client, source, provider)
    seen = preview(source, rules(cast))
    assert [(c.person, c.role) for c in seen["gets"]] == [("New Person", "Creator")]
    owner = browser(cast.owner)
    form = {"group": "editors", "role": rules(cast)[0][1].pk, "unit": cast.nordics.pk}
    url = reverse("source_groups", args=[source.pk])
    assert "New Person" in owner.post(url, form).text
    assert not Identity.objects.get().person.grants.exists()
    owner.post(url, {**form, "save": "1"})
    assert Identity.objects.get().person.grants.get().role.slug == "creator"
    assert [c.person for c in preview(source, [])["loses"]] == ["New Person"]
    owner.post(url, {"save": "1"})
    assert not Identity.objects.get().person.grants.filter(ended_at=None).exists()


def test_nobody_gives_by_a_group_what_they_could_not_give(source, cast):
    source.unit = cast.nordics
    source.save()
    with pytest.raises(Denied):
        map_groups(cast.by("district"), source, rules=rules(cast))
    with pytest.raises(Invalid):
        add_source(cast.by("owner"), cast.south, said=settings(name="Twin"))


def test_sources_are_kept_on_screen_and_by_api_and_the_secret_stays_inside(provider, cast):
    owner = browser(cast.owner)
    form = {"name": "Meridian ID", "issuer": lies.ISSUER, "client": "tabard", "secret": "very-s3cret"}
    form |= {"domains": DOMAIN, "links": "on", "enabled": "on", "unit": cast.north.pk}
    assert owner.post("/sources/new/", {**form, "issuer": "http://plain.example"}).status_code == 422
    page = owner.post("/sources/new/", form, follow=True)
    assert "/sign-in/by/meridian-id/back/" in page.text
    made = Source.objects.get()
    assert made.links
    assert "very-s3cret" not in page.text + made.secret
    assert "Meridian ID" in owner.get("/sources/").text
    assert "Sign in with Meridian ID" in Client().get(reverse("account_login")).text
    listed = owner.get("/api/v1/sources").json()["items"][0]
    assert "secret" not in listed
    told = {k: v for k, v in listed.items() if k not in {"id", "slug", "unit_id"}}
    put = owner.put(f"/api/v1/sources/{made.pk}", {**told, "alone": True}, content_type="application/json")
    assert put.json()["alone"], put.text
    assert may(cast.by("district"), "sources.edit", cast.nordics.place()).allowed is False


def test_who_has_no_password_shows_it_at_the_source(client, source, provider):
    go(client, source, provider)
    there = client.get(reverse("account_reauthenticate") + "?next=/sessions/")
    assert "prompt=login" in there["Location"]
    answer = provider.visit(there["Location"])
    assert client.get(reverse("source_back", args=[source.slug]), answer).status_code == 403
    there = client.get(reverse("account_reauthenticate") + "?next=/sessions/")
    provider.claims = {"auth_time": int(time.time())}
    answer = provider.visit(there["Location"])
    came = client.get(reverse("source_back", args=[source.slug]), answer)
    assert came["Location"] == "/sessions/"


@pytest.mark.parametrize(
    ("amr", "counts"),
    [
        (None, True),  # it says nothing: whoever trusts it has said that it asks for two
        (["pwd"], False),
        (["pwd", "kba"], False),
        (["mfa", "pwd"], True),
        (["pwd", "otp"], True),
        (["hwk", "user"], True),
        ("pwd", True),
    ],
)
def test_a_second_factor_of_the_source_counts_unless_it_says_that_there_was_none(
    cast, client, source, provider, amr, counts
):
    change_source(cast.by("owner"), source, said=settings(brings_factor=True))
    set_policy(cast.by("owner"), cast.organisation, matter="second_factor", value=["*"])
    provider.claims = {} if amr is None else {"amr": amr}
    go(client, source, provider)
    assert Session.objects.get().factor is counts
    assert (client.get("/").status_code == 200) is counts


def test_a_browser_left_open_gets_no_password_to_show_that_it_is_them(client, source, provider):
    """With a password of their own making, whoever sits down there could do all that is dangerous."""
    go(client, source, provider)
    person = Person.objects.get(email="new@meridian.example")
    Session.objects.update(proved_at=clock.now() - timedelta(hours=1))
    new = {"password1": "a coat for every thief", "password2": "a coat for every thief"}
    assert client.post(reverse("account_set_password"), new).status_code == 403
    assert reverse("account_reauthenticate") in client.get(reverse("account_set_password"))["Location"]
    person.refresh_from_db()
    assert not person.has_usable_password()
    Session.objects.update(proved_at=clock.now())
    assert client.post(reverse("account_set_password"), new).status_code == 302
    person.refresh_from_db()
    assert person.has_usable_password()


def test_who_owns_a_region_does_not_sign_in_as_who_owns_everything(cast, provider):
    """A source in their own region, under their own hands, that says it is the owner."""
    make_person(cast.north, "Rune Dahl", "owner")
    by = actor_of(Person.objects.get(name="Rune Dahl"), "screen", proved_at=clock.now())
    with pytest.raises(Denied, match="whole organisation"):
        add_source(by, cast.north, said=settings(links=True))
    theirs = add_source(cast.by("owner"), cast.north, said=settings(links=True))
    with pytest.raises(Denied, match="whole organisation"):
        change_source(by, theirs, said=settings(links=True, secret="mine now"))
    # Nor one that was told to speak for nobody, and still knows who came by it.
    go(Client(), theirs, provider)
    change_source(cast.by("owner"), theirs, said=settings(domains=[], makes_people=False))
    with pytest.raises(Denied, match="whole organisation"):
        change_source(by, theirs, said=settings(domains=[], makes_people=False, secret="mine now"))
    bare = settings(name="Nobody", issuer="https://b.example", domains=[], makes_people=False)
    assert add_source(by, cast.north, said=bare).name == "Nobody"
