"""Signing in by real sources over real HTTP: a browser, Tabard as it is served, somebody else's provider."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.core.cache import cache
from django.urls import reverse

from tabard.access.actions import add_source, change_source, map_groups
from tabard.access.actions.sources import Settings
from tabard.access.models import Session, Source, SourceKey
from tabard.access.queries import as_described
from tabard.access.tests import saml_of_lies as saml
from tabard.org.models import Grant, Person, Role
from tests import browsing
from tests.cast import Cast
from tests.cast import cast as build
from tests.networks import sources
from tests.own_database import own_database as own

pytestmark = pytest.mark.devnet
SECRET = "a secret of the tests"
DOMAIN = "meridian.example"


@dataclass
class Place:
    """Tabard at `address`, its people, and the file in which the sources read who is who."""

    address: str
    cast: Cast
    people: Path

    def is_(self, who: str, **claims: Any) -> None:
        self.people.write_text(json.dumps({who: claims}))


@pytest.fixture(scope="module")
def place(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Place]:
    if not sources.installed():
        says = "The sources of identity are not installed: make networks"
        if os.environ.get("CI", "").lower() in {"1", "true"}:
            pytest.fail(says)
        pytest.skip(says)
    people = tmp_path_factory.mktemp("sources") / "people.json"
    people.write_text("{}")
    port = sources.free_port()
    with django_db_blocker.unblock(), own(), served(port) as address:
        cache.clear()
        yield Place(address, build(), people)


@contextmanager
def served(port: int) -> Iterator[str]:
    """Tabard where its own address is known to it beforehand."""
    address = f"http://127.0.0.1:{port}"
    with browsing.serving(port=port, PRIVATE_HOSTS=["127.0.0.1"], PUBLIC_URL=address, LIVE_URL="") as found:
        assert found == address
        yield address


class Browser(httpx.Client):
    """Follows redirections and fills in forms, as a person would who has no script."""

    def __init__(self, place: Place) -> None:
        super().__init__(base_url=place.address, follow_redirects=True, timeout=20)

    def send_form(self, page: httpx.Response, **typed: str) -> httpx.Response:
        """The first form of a page, with what was typed."""
        form = re.search(r"<form[^>]*action=\"([^\"]*)\"[^>]*>(.*?)</form>", page.text, re.S)
        assert form, page.text[:2000]
        fields = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', form[2]))
        given = {name: unescape(value) for name, value in fields.items()} | typed
        where = urljoin(str(page.url), unescape(form[1]))
        return self.post(where, data=given, headers={"Referer": str(page.url)})

    def leave(self) -> httpx.Response:
        """Sign out here, and go wherever that leads."""
        return self.send_form(self.get("/sign-in/out/"))

    def door(self, email: str) -> httpx.Response:
        """To sign-in with an e-mail of the source's domain: on to the source."""
        page = self.get("/sign-in/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
        assert token
        given = {"login": email, "csrfmiddlewaretoken": token[1]}
        return self.post(str(page.url), data=given, headers={"Referer": str(page.url)})

    @property
    def inside(self) -> bool:
        return self.get("/sessions/", follow_redirects=False).status_code == 200


def keys() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    found = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key))
    del found["key_ops"]  # it checks with them too what it signed
    return json.dumps({"keys": [{**found, "kid": os.urandom(4).hex(), "use": "sig", "alg": "RS256"}]})


@contextmanager
def oidc(place: Place, port: int, slug: str, **more: Any) -> Iterator[str]:
    back = place.address + reverse("source_back", args=[slug])
    given = {"BACK": back, "PEOPLE": place.people, "KEYS": keys(), **more}
    given |= {"HOME_URL": place.address + reverse("source_signed_out", args=[slug])}
    given |= {"BEHIND": place.address + reverse("source_logout", args=[slug])}
    with sources.running("oidc", port, **given) as issuer:
        yield issuer


def of_oidc(place: Place, port: int, **more: Any) -> Source:
    Source.objects.update(domains=[])
    said = {"name": f"Corp {os.urandom(3).hex()}", "issuer": f"http://127.0.0.1:{port}", "client": "tabard"}
    said |= {"secret": SECRET, "domains": [DOMAIN], "makes_people": True, **more}
    return add_source(place.cast.by("owner"), place.cast.nordics, said=Settings(**said))


def agree(browser: Browser, name: str) -> httpx.Response:
    """Sign in at the provider's own pages, and let Tabard know."""
    page = browser.door(f"{name}@{DOMAIN}")
    page = browser.send_form(page, login=name, password="anything")
    return browser.send_form(page) if "consent" in page.text else page


def test_openid_makes_somebody_known_with_what_their_groups_give(place: Place) -> None:
    port = sources.free_port()
    source = of_oidc(place, port)
    role = Role.objects.get(slug="publisher")
    map_groups(place.cast.by("owner"), source, rules=[("editors", role, place.cast.nordics)])
    place.is_("nina", name="Nina Dahl", groups=["editors", "all"])
    with oidc(place, port, source.slug), Browser(place) as browser:
        agree(browser, "nina")
        assert browser.inside
        person = Person.objects.get(email=f"nina@{DOMAIN}")
        assert (person.name, person.unit) == ("Nina Dahl", place.cast.nordics)
        assert [g.role for g in Grant.objects.active().filter(person=person)] == [role]
        assert Session.objects.get(person=person).through == source.name
        place.is_("nina", name="Nina Dahl", groups=["all"])
        with Browser(place) as again:
            agree(again, "nina")
            assert again.inside
        assert not Grant.objects.active().filter(person=person).exists()


def test_openid_lets_nobody_in_whom_the_directory_does_not_name(place: Place) -> None:
    port = sources.free_port()
    source = of_oidc(place, port, makes_people=False, links=True)
    with oidc(place, port, source.slug), Browser(place) as browser:
        assert "You were not let in" in agree(browser, "somebody").text
        assert not browser.inside
        place.is_("marek", email=place.cast.creator.email)
        agree(browser, "marek")
        with Browser(place) as fresh:
            agree(fresh, "marek")
            assert fresh.inside
    assert not Person.objects.filter(email=f"somebody@{DOMAIN}").exists()


def test_openid_with_new_keys_is_believed_at_once_and_an_answer_counts_once(place: Place) -> None:
    port = sources.free_port()
    source = of_oidc(place, port)
    with oidc(place, port, source.slug), Browser(place) as browser:
        answer = agree(browser, "olav")
        back = next(str(r.url) for r in answer.history if "/back/" in str(r.url))
        assert "You were not let in" in browser.get(back).text
    with oidc(place, port, source.slug), Browser(place) as browser:
        agree(browser, "olav")
        assert browser.inside


def test_openid_with_a_wrong_secret_or_a_code_that_is_too_old_lets_nobody_in(place: Place) -> None:
    port = sources.free_port()
    source = of_oidc(place, port)
    with oidc(place, port, source.slug, CODE_SECONDS=1), Browser(place) as browser:
        page = browser.send_form(browser.door(f"pia@{DOMAIN}"), login="pia", password="x")
        browser.follow_redirects = False
        step = browser.send_form(page)
        while "/back/" not in step.headers["Location"]:
            step = browser.get(urljoin(str(step.url), step.headers["Location"]))
        time.sleep(2.1)
        assert "You were not let in" in browser.get(step.headers["Location"]).text
    said = {"name": source.name, "issuer": source.issuer, "client": "tabard", "secret": "another"}
    change_source(place.cast.by("owner"), source, said=Settings(**said, domains=[DOMAIN], makes_people=True))
    with oidc(place, port, source.slug), Browser(place) as browser:
        assert "You were not let in" in agree(browser, "pia").text
    assert not Person.objects.filter(email=f"pia@{DOMAIN}").exists()


def test_openid_signing_out_there_is_signing_out_here(place: Place) -> None:
    port = sources.free_port()
    source = of_oidc(place, port, signs_out=True)
    with oidc(place, port, source.slug) as issuer, Browser(place) as browser:
        agree(browser, "una")
        assert browser.inside
        page = browser.get(f"{issuer}/session/end")
        browser.send_form(page, logout="yes")
        for _again in range(50):
            if not browser.inside:
                break
            time.sleep(0.1)
        assert not browser.inside
    assert Session.objects.latest("pk").end_reason == "Signed out where they signed in"


def test_openid_signing_out_here_is_signing_out_there(place: Place) -> None:
    port = sources.free_port()
    source = of_oidc(place, port, signs_out=True)
    with oidc(place, port, source.slug), Browser(place) as browser:
        agree(browser, "vera")
        page = browser.leave()
        assert "/session/end" in str(page.url)
        done = browser.send_form(page, logout="yes")
        assert "You are signed out here and at" in done.text
        # Known no longer there either: it asks who they are.
        assert 'name="login"' in browser.door(f"vera@{DOMAIN}").text


PEM_KEY = saml.OURS.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()


def of_saml(place: Place, port: int, certificates: str = saml.PEM, **more: Any) -> Source:
    Source.objects.update(domains=[])
    here = f"http://127.0.0.1:{port}"
    said = {"name": f"Corp {os.urandom(3).hex()}", "kind": "saml", "issuer": f"{here}/metadata"}
    said |= {
        "address": f"{here}/sso",
        "certificates": certificates,
        "domains": [DOMAIN],
        "makes_people": True,
    }
    said["groups_claim"] = "http://schemas.passportjs.com/groups"
    return add_source(place.cast.by("owner"), place.cast.nordics, said=Settings(**said, **more))


@contextmanager
def running_saml(place: Place, port: int, slug: str, **more: Any) -> Iterator[str]:
    back = place.address + reverse("source_acs", args=[slug])
    us = place.address + reverse("source_metadata", args=[slug])
    given = {"BACK": back, "US": us, "PEOPLE": place.people, "KEY": PEM_KEY, "CERTIFICATE": saml.PEM, **more}
    ours = SourceKey.objects.filter(source__slug=slug).first()
    given |= {"OUT": place.address + reverse("source_slo", args=[slug])}
    given |= {"OURS": ours.certificate if ours else ""}
    with sources.running("saml", port, **given) as issuer:
        yield issuer


def come(browser: Browser, name: str) -> tuple[httpx.Response, httpx.Response]:
    """Sent on to the source, which answers by a form; a page of ours sends it on. The form, the end."""
    browser.follow_redirects = False
    sent = browser.door(f"{name}@{DOMAIN}")
    browser.follow_redirects = True
    form = browser.get(f"{sent.headers['Location']}&as={name}")
    return form, browser.send_form(browser.send_form(form))


def test_saml_makes_somebody_known_with_what_their_groups_give(place: Place) -> None:
    port = sources.free_port()
    source = of_saml(place, port)
    role = Role.objects.get(slug="approver")
    map_groups(place.cast.by("owner"), source, rules=[("legal", role, place.cast.nordics)])
    place.is_("runa", name="Runa Lie", groups=["legal"])
    with running_saml(place, port, source.slug), Browser(place) as browser:
        form, _end = come(browser, "runa")
        assert browser.inside
        person = Person.objects.get(email=f"runa@{DOMAIN}")
        assert person.name == "Runa Lie"
        assert [g.role for g in Grant.objects.active().filter(person=person)] == [role]
        again = browser.send_form(browser.send_form(form))
        assert "You were not let in" in again.text


def test_saml_with_another_key_or_for_somebody_the_directory_does_not_name_is_refused(place: Place) -> None:
    port = sources.free_port()
    source = of_saml(place, port, saml.OTHER_PEM)
    with running_saml(place, port, source.slug), Browser(place) as browser:
        assert "You were not let in" in come(browser, "siv")[1].text
    here = {"name": source.name, "kind": "saml", "issuer": source.issuer, "address": source.address}
    rolled = Settings(**here, certificates=saml.OTHER_PEM + saml.PEM, domains=[DOMAIN], makes_people=False)
    change_source(place.cast.by("owner"), source, said=rolled)
    with running_saml(place, port, source.slug), Browser(place) as browser:
        assert "You were not let in" in come(browser, "siv")[1].text
        known = Settings(**here, certificates=saml.OTHER_PEM + saml.PEM, domains=[DOMAIN], makes_people=True)
        change_source(place.cast.by("owner"), source, said=known)
        come(browser, "siv")
        assert browser.inside


def test_saml_with_an_answer_that_is_no_longer_good_is_refused(place: Place, monkeypatch: Any) -> None:
    from tabard.access.saml import said

    monkeypatch.setattr(said, "SLACK", 0)
    port = sources.free_port()
    source = of_saml(place, port)
    with running_saml(place, port, source.slug, SECONDS=1), Browser(place) as browser:
        browser.follow_redirects = False
        sent = browser.door(f"tor@{DOMAIN}")
        browser.follow_redirects = True
        form = browser.get(f"{sent.headers['Location']}&as=tor")
        time.sleep(2.1)
        assert "You were not let in" in browser.send_form(browser.send_form(form)).text
    assert not Person.objects.filter(email=f"tor@{DOMAIN}").exists()


GCM, CBC = "http://www.w3.org/2009/xmlenc11#aes256-gcm", "http://www.w3.org/2001/04/xmlenc#aes256-cbc"


def test_saml_that_is_encrypted_is_opened_unless_it_could_be_changed_unseen(place: Place) -> None:
    port = sources.free_port()
    source = of_saml(place, port, encrypted=True)
    for name, algorithm, inside in (("ulf", GCM, True), ("vidar", CBC, False), ("ylva", "", False)):
        with running_saml(place, port, source.slug, ENCRYPT=algorithm), Browser(place) as browser:
            come(browser, name)
            assert browser.inside is inside


def test_saml_by_the_address_of_its_metadata_alone(place: Place) -> None:
    port = sources.free_port()
    where = f"http://127.0.0.1:{port}/metadata"
    Source.objects.update(domains=[])
    said = Settings(name="Described", kind="saml", issuer="", metadata_address=where, domains=[DOMAIN])
    said = replace(said, makes_people=True)
    with running_saml(place, port, "described"):
        said = as_described(said)
        source = add_source(place.cast.by("owner"), place.cast.nordics, said=said)
    assert source.logout_address == f"http://127.0.0.1:{port}/slo"
    with running_saml(place, port, source.slug), Browser(place) as browser:
        come(browser, "zoe")
        assert browser.inside


def test_saml_signing_out_here_is_signing_out_there_and_the_other_way_round(place: Place) -> None:
    port = sources.free_port()
    out = f"http://127.0.0.1:{port}/slo"
    source = of_saml(place, port, logout_address=out, signs_out=True)
    with running_saml(place, port, source.slug), Browser(place) as browser, Browser(place) as other:
        come(browser, "wera")
        come(other, "xenia")
        assert browser.inside
        done = browser.leave()
        # The source now tells the other application's session, ours too, to go, and then answers the first.
        assert "You are signed out here" in done.text
        assert not browser.inside
        come(browser, "yngve")
        assert browser.inside
        browser.get(out)
        assert not browser.inside
