"""What SAML sources say of themselves, read every day: believed as far as it is theirs, and kept if not."""

import re
from datetime import timedelta

import httpx
import pytest
from django.urls import reverse
from lxml import etree

from tabard.access import jobs, queries
from tabard.access.actions import add_source, take_description
from tabard.access.actions.sources import Settings
from tabard.access.models import Source
from tabard.access.oidc import wire
from tabard.access.oidc.tokens import Untrusted
from tabard.access.saml.described import described
from tabard.access.saml.keys import certificates
from tabard.access.tests import saml_of_lies as lies
from tabard.access.tests.saml_sealed import EMPTY
from tabard.access.tests.source_of_lies import Provider
from tabard.access.tests.test_saml import go
from tabard.access.tests.test_sessions import browser
from tabard.cli._doctor.signing_in import sources as doctor
from tabard.kernel import clock
from tabard.kernel.errors import Invalid

WHERE = "https://id.meridian.example/metadata"
REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"


def bare(pem):
    return re.sub(r"-----[A-Z ]+-----|\s", "", pem)


def said(*pems, issuer=lies.ISSUER, address=lies.ADDRESS, more="", before=""):
    keys = "".join(
        f'<md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="{lies.DSIG}"><ds:X509Data>'
        f"<ds:X509Certificate>{bare(pem)}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"
        for pem in pems
    )
    return (
        f'{before}<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" ID="_m" '
        f'entityID="{issuer}"{more}>'
        f'<md:IDPSSODescriptor protocolSupportEnumeration="{lies.PROTOCOL}">{keys}'
        f'<md:SingleLogoutService Binding="{REDIRECT}" Location="https://id.meridian.example/out"/>'
        f'<md:SingleSignOnService Binding="{REDIRECT}" Location="{address}"/>'
        f"</md:IDPSSODescriptor></md:EntityDescriptor>"
    )


class There(Provider):
    text = said(lies.PEM)
    status = 200

    def answer(self, request):
        self.asked.append(str(request.url))
        return httpx.Response(self.status, text=self.text)


@pytest.fixture
def there(monkeypatch, db):
    found = There()
    monkeypatch.setattr(wire, "open_http", found.open)
    return found


def settings(**more):
    given = {"name": "Meridian ID", "kind": "saml", "issuer": "", "metadata_address": WHERE}
    return Settings(**{**given, "domains": ["meridian.example"], "makes_people": True, **more})


@pytest.fixture
def source(cast, there):
    return add_source(cast.by("owner"), cast.north, said=queries.as_described(settings()))


def test_an_address_is_all_that_is_needed(client, source, there):
    assert (source.issuer, source.address) == (lies.ISSUER, lies.ADDRESS)
    assert source.logout_address == "https://id.meridian.example/out"
    assert source.metadata_at
    assert go(client, source, lies.Source()).status_code == 302


def test_new_certificates_are_followed_and_old_ones_let_go(client, source, there):
    there.text = said(lies.PEM, lies.OTHER_PEM)
    jobs.read_sources(0)
    assert there.asked == [WHERE]  # it was read today already
    Source.objects.update(metadata_at=clock.now() - timedelta(days=1))
    jobs.read_sources(0)
    source.refresh_from_db()
    assert len(certificates(source.certificates)) == 2
    there.text = said(lies.OTHER_PEM)
    with clock.at(clock.now() + timedelta(days=1)):
        jobs.read_sources(0)
    rolled = lies.Source(key=lies.OTHER, certificate=lies.OTHER_CERTIFICATE)
    assert go(client, Source.objects.get(), rolled).status_code == 302


def test_what_was_read_well_last_goes_on_and_the_screen_says_so(client, source, there, cast):
    Source.objects.update(metadata_at=clock.now() - timedelta(days=1))
    there.status = 500
    jobs.read_sources(0)
    source.refresh_from_db()
    assert "500" in source.metadata_problem
    assert source.address == lies.ADDRESS
    page = browser(cast.owner).get(reverse("source", args=[source.pk])).text
    assert "Its metadata could not be read" in page
    assert doctor().state == "warn"
    there.status = 200
    jobs.read_sources(0)
    assert Source.objects.get().metadata_problem == ""
    assert go(client, source, lies.Source()).status_code == 302


def test_a_description_of_somebody_else_is_not_taken(source, there, cast):
    there.text = said(lies.OTHER_PEM, issuer="urn:evil")
    found, problem = queries.read(source)
    kept = take_description(cast.by("owner"), source, found=found, problem=problem)
    assert "urn:evil" in kept.metadata_problem
    assert kept.certificates == source.certificates
    with pytest.raises(Invalid):
        queries.as_described(settings(issuer="urn:other"))


def signed(text, key=lies.OURS, certificate=lies.OUR_CERTIFICATE):
    root = etree.fromstring(text.replace("><md:IDP", f">{EMPTY}<md:IDP", 1))
    return etree.tostring(lies.Source(key=key, certificate=certificate).signed(root, "_m"))


def test_where_a_certificate_is_pinned_only_what_it_signed_is_believed():
    pinned = certificates(lies.PEM)
    assert described(signed(said(lies.OTHER_PEM)), pinned).issuer == lies.ISSUER
    for wrong in (
        said(lies.PEM).encode(),
        signed(said(lies.PEM), lies.OTHER, lies.OTHER_CERTIFICATE),
        signed(said(lies.PEM)).replace(lies.ADDRESS.encode(), b"https://evil.example/sso"),
    ):
        with pytest.raises(Untrusted):
            described(wrong, pinned)


OLD = lies.certificate(lies.OURS, days=-1).public_bytes(lies.Encoding.PEM).decode()
WRONG = {
    "a doctype": said(lies.PEM, before='<!DOCTYPE r [<!ENTITY x "y">]>'),
    "an outside entity": said(lies.PEM, before='<!DOCTYPE r SYSTEM "http://evil.example/">'),
    "over": said(lies.PEM, more=' validUntil="2020-01-01T00:00:00Z"'),
    "an end that is none": said(lies.PEM, more=' validUntil="soon"'),
    "no certificate": said(),
    "only one that is over": said(OLD),
    "not XML": "x",
    "a web page": "<html><body>Sign in</body></html>",
    "no certificate inside": said("AAAA"),
    "many at once": f"<x>{said(lies.PEM)}</x>",
}


@pytest.mark.parametrize("text", WRONG.values(), ids=WRONG)
def test_what_is_no_description_is_refused(text):
    with pytest.raises(Untrusted):
        described(text.encode(), [])


def test_comments_and_certificates_that_are_over_do_no_harm():
    found = described(said(OLD, lies.PEM, before="<!-- made by hand -->").encode(), [])
    assert len(certificates(found.certificates)) == 1


def test_an_address_without_tls_is_no_address():
    assert described(said(lies.PEM, address="http://id.example/sso").encode(), []).address == ""


def test_on_screen_and_by_api(there, cast):
    owner = browser(cast.owner)
    form = {"kind": "saml", "name": "Meridian ID", "metadata_address": WHERE, "unit": cast.north.pk}
    there.status = 404
    assert "It cannot be used" in owner.post("/sources/new/", form).text
    there.status = 200
    assert owner.post("/sources/new/", {**form, "enabled": "on"}).status_code == 302
    source = Source.objects.get()
    page = owner.get(reverse("source", args=[source.pk])).text
    assert page.count("Theirs") == 1
    assert page.count("Ours") == 1
    there.text = said(lies.OTHER_PEM)
    assert owner.post(reverse("source", args=[source.pk]), {"read": "1"}).status_code == 302
    listed = owner.get(f"/api/v1/sources/{source.pk}/certificates").json()
    assert [c["ours"] for c in listed] == [False, True]
    read = owner.post(f"/api/v1/sources/{source.pk}/read", headers={"Content-Type": "application/json"})
    assert read.json()["metadata_problem"] == ""


def test_certificates_that_end_soon_are_told_of(source, cast):
    assert doctor().state == "ok"
    days = certificates(source.certificates)[0].not_valid_after_utc - clock.now()
    with clock.at(clock.now() + days - timedelta(days=10)):
        assert "ends" in doctor().text
        assert "Certificate until" in browser(cast.owner).get("/sources/").text
    with clock.at(clock.now() + days + timedelta(days=1)):
        assert doctor().state == "bad"
