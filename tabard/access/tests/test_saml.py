"""Signing in by a SAML source: who is let in, and every known way of lying refused."""

import base64
import logging

import pytest
from django.test import Client
from django.urls import reverse
from lxml import etree
from signxml import SignatureMethod

from tabard.access.actions import add_source, change_source, map_groups
from tabard.access.actions.sources import Settings
from tabard.access.models import Identity, Session, Source
from tabard.access.tests import saml_of_lies as lies
from tabard.access.tests.saml_bent import BENT
from tabard.access.tests.test_sessions import browser
from tabard.access.tests.test_sources import inside, refused
from tabard.kernel.errors import Invalid
from tabard.org.models import Person, Role

DOMAIN = "meridian.example"


def settings(**more):
    said = {"name": "Meridian ID", "kind": "saml", "issuer": lies.ISSUER, "address": lies.ADDRESS}
    said |= {"certificates": lies.PEM, "domains": [DOMAIN], "makes_people": True}
    return Settings(**{**said, **more})


@pytest.fixture
def source(cast):
    return add_source(cast.by("owner"), cast.north, said=settings())


@pytest.fixture
def idp():
    return lies.Source()


def go(client, source, idp, bend=lambda root: root):
    """To the source and back: the browser brings the answer without its cookie, then our own page with it."""
    there = client.post(reverse("source_begin", args=[source.slug]))
    assert there.status_code == 302, there.text
    return bring(client, source, bend(idp.response(lies.asked(there["Location"]))))


def bring(client, source, answer):
    form = {"SAMLResponse": answer if isinstance(answer, str) and "<" not in answer else lies.encoded(answer)}
    url = reverse("source_acs", args=[source.slug])
    page = Client().post(url, form)
    if page.status_code == 200:
        assert "data-goes-on" in page.text
    return client.post(url, {**form, "from_here": "1"})


def test_somebody_new_is_made_known_and_let_in(client, source, idp):
    there = client.post(reverse("source_begin", args=[source.slug]) + "?next=/sessions/")
    request = lies.asked(there["Location"])
    assert there["Location"].startswith(lies.ADDRESS + "?SAMLRequest=")
    assert request["us"].endswith(reverse("source_metadata", args=[source.slug]))
    came = bring(client, source, idp.response(request))
    assert came["Location"] == "/sessions/"
    assert inside(client)
    person = Person.objects.get(email=f"new@{DOMAIN}")
    assert (person.name, person.has_usable_password()) == ("New Person", False)
    assert (Session.objects.get().way, Session.objects.get().through) == ("source", "Meridian ID")


@pytest.mark.parametrize("method", [SignatureMethod.RSA_SHA384, SignatureMethod.RSA_SHA512])
def test_other_strong_signatures_are_taken(client, source, idp, method):
    idp.method = method
    assert go(client, source, idp).status_code == 302


def test_a_response_that_is_signed_too_is_taken(client, source, idp):
    def both(root):
        root.insert(1, etree.fromstring(f'<ds:Signature xmlns:ds="{lies.DSIG}" Id="placeholder"/>'))
        return idp.signed(root, root.get("ID"))

    assert go(client, source, idp, both).status_code == 302


def test_a_new_certificate_may_stand_beside_the_old_one(client, source, idp, cast):
    change_source(cast.by("owner"), source, said=settings(certificates=lies.OTHER_PEM + lies.PEM))
    assert go(client, source, idp).status_code == 302


def test_groups_give_and_take(client, source, idp, cast):
    rules = [("editors", Role.objects.get(slug="creator"), cast.nordics)]
    map_groups(cast.by("owner"), source, rules=rules)
    idp.groups = ["editors", "all"]
    go(client, source, idp)
    grant = Identity.objects.get().person.grants.get()
    assert grant.unit == cast.nordics
    idp.groups = []
    go(Client(), source, idp)
    grant.refresh_from_db()
    assert grant.ended_at


SAID = {
    "another issuer": {"issuer": "urn:evil"},
    "another issuer around it": {"response_issuer": "urn:evil"},
    "another audience": {"audience": "https://other.example/metadata/"},
    "no audience": {"audience": ""},
    "another recipient": {"recipient": "https://evil.example/acs/"},
    "another destination": {"destination": "https://evil.example/acs/"},
    "another request": {"request": "_other"},
    "another request in the assertion": {"number": "_other"},
    "not asked for": {"request": "", "number": ""},
    "expired": {"until": lies.moment(-600)},
    "not yet": {"from": lies.moment(600)},
    "old": {"made": lies.moment(-3600)},
    "from the future": {"made": lies.moment(3600)},
    "a time that is none": {"until": "tomorrow"},
    "a time of another zone": {"until": "2099-01-01T00:00:00+14:00"},
    "no success": {"status": "urn:oasis:names:tc:SAML:2.0:status:Responder"},
    "another version": {"version": "1.1"},
    "no bearer": {"method": "urn:oasis:names:tc:SAML:2.0:cm:holder-of-key"},
    "a bearer not good yet": {"not_before": f' NotBefore="{lies.moment(-10)}"'},
    "two confirmations": {
        "more": '<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"/>',
    },
    "two names": {"more": "<saml:NameID>boss</saml:NameID>"},
    "no name": {"name_id": ""},
    "another name every time": {"format": "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"},
    "an element in the name": {"name_id": "boss<saml:x/>.evil"},
    "an unknown condition": {"condition": "<saml:Condition/>"},
    "a second, narrower audience": {
        "condition": "<saml:AudienceRestriction><saml:Audience>x</saml:Audience></saml:AudienceRestriction>",
    },
    "a session that is over": {"session": f' SessionNotOnOrAfter="{lies.moment(-600)}"'},
}


@pytest.mark.parametrize("says", SAID.values(), ids=SAID)
def test_an_assertion_that_says_something_wrong_is_refused(client, source, idp, says, caplog):
    idp.says = says
    with caplog.at_level(logging.WARNING):
        assert refused(go(client, source, idp), client)
    assert "Sign-in by meridian-id refused" in caplog.text
    assert not Identity.objects.exists()


@pytest.mark.parametrize("bend", BENT, ids=lambda bend: bend.__qualname__)
def test_signatures_that_are_bent_are_refused(client, source, idp, bend):
    assert refused(go(client, source, idp, bend), client)
    assert not Identity.objects.exists()


def test_a_signature_of_somebody_else_is_refused(client, source, idp):
    idp.key, idp.certificate = lies.OTHER, lies.OTHER_CERTIFICATE
    assert refused(go(client, source, idp), client)


def as_text(root):
    return etree.tostring(root).decode()


DOCTYPE = '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
LAUGHS = '<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'
TEXTS = {
    "an outside entity": lambda t: DOCTYPE + t.replace("u-1", "&x;"),
    "an empty declaration": lambda t: "<!DOCTYPE r>" + t,
    "entities in entities": lambda t: LAUGHS + t.replace("u-1", "&c;"),
    "a comment in the name": lambda t: t.replace(">u-1<", ">u-boss<!-- -->.u-1<"),
    "a comment anywhere": lambda t: t.replace("<samlp:Status>", "<!-- x --><samlp:Status>"),
    "an instruction": lambda t: t.replace("<samlp:Status>", "<?x y?><samlp:Status>"),
    "unparsed characters": lambda t: t.replace(">u-1<", "><![CDATA[u-1]]><"),
    "another encoding": lambda t: '<?xml version="1.0" encoding="UTF-7"?>' + t,
    "UTF-16": lambda t: t.encode("utf-16"),
    "not XML": lambda t: t[:-20],
    "two roots": lambda t: t + t,
    "too deep": lambda t: t.replace("<samlp:Status>", "<samlp:Status>" + "<a>" * 300 + "</a>" * 300),
    "nothing": lambda t: " ",
}


@pytest.mark.parametrize("change", TEXTS.values(), ids=TEXTS)
def test_xml_that_two_readers_could_read_in_two_ways_is_refused(client, source, idp, change):
    answer = go(client, source, idp, lambda root: lies.encoded(change(as_text(root))))
    assert refused(answer, client)
    assert not Identity.objects.exists()


def test_what_is_no_base64_or_too_long_is_refused(client, source, idp):
    for answer in ("%%%", "A" * 200_001):
        client.post(reverse("source_begin", args=[source.slug]))
        assert refused(bring(client, source, answer), client)


def test_an_answer_counts_once_and_only_in_the_browser_that_asked(client, source, idp):
    there = client.post(reverse("source_begin", args=[source.slug]))
    answer = idp.response(lies.asked(there["Location"]))
    thief = Client()
    assert refused(bring(thief, source, answer), thief)
    assert bring(client, source, answer).status_code == 302
    client.post(reverse("account_logout"))
    assert refused(bring(client, source, answer), client)


def test_an_assertion_is_not_taken_twice_even_for_the_same_request(client, source, idp):
    idp.says = {"id": "_once"}
    assert go(client, source, idp).status_code == 302
    second = Client()
    assert refused(go(second, source, idp), second)


def test_sources_are_not_mixed_up(client, source, idp, cast):
    second = add_source(cast.by("owner"), cast.north, said=settings(name="Second", domains=["b.example"]))
    there = client.post(reverse("source_begin", args=[source.slug]))
    answer = idp.response(lies.asked(there["Location"]))
    assert refused(bring(client, second, answer), client)
    assert client.get(reverse("source_back", args=[source.slug])).status_code == 403


def test_nobody_comes_who_was_not_sent(client, source, idp):
    """Sign-in that the source begins is off: there is no request to fit."""
    request = {"ID": "", "AssertionConsumerServiceURL": "http://127.0.0.1:8000/x/", "us": "x"}
    idp.says = {"id": "_made-up"}
    assert refused(bring(client, source, idp.response(request)), client)


def test_a_source_that_is_switched_off_lets_nobody_in(client, source, idp):
    there = client.post(reverse("source_begin", args=[source.slug]))
    answer = idp.response(lies.asked(there["Location"]))
    Source.objects.update(enabled=False)
    assert refused(bring(client, source, answer), client)


def test_showing_again_asks_the_source_afresh(client, source, idp):
    go(client, source, idp)
    idp.says = {"signed_in": lies.moment(-7200), "id": "_a1"}
    for says, status in (({"signed_in": lies.moment(-7200), "id": "_a1"}, 403), ({"id": "_a2"}, 302)):
        there = client.get(reverse("account_reauthenticate") + "?next=/sessions/")
        request = lies.asked(there["Location"])
        assert request["ForceAuthn"] == "true"
        idp.says = says
        assert bring(client, source, idp.response(request)).status_code == status


def test_it_is_kept_on_screen_and_by_api(cast):
    owner = browser(cast.owner)
    form = {"kind": "saml", "name": "Meridian ID", "issuer": lies.ISSUER, "address": lies.ADDRESS}
    form |= {"certificates": lies.PEM, "domains": DOMAIN, "enabled": "on", "unit": cast.north.pk}
    assert owner.get("/sources/new/?kind=saml").status_code == 200
    assert owner.post("/sources/new/", {**form, "certificates": "x"}).status_code == 422
    page = owner.post("/sources/new/", form, follow=True)
    assert "/sign-in/by/meridian-id/acs/" in page.text
    told = Client().get("/sign-in/by/meridian-id/metadata/")
    root = etree.fromstring(told.content)
    assert root.get("entityID").endswith("/sign-in/by/meridian-id/metadata/")
    assert b'WantAssertionsSigned="true"' in told.content
    listed = owner.get("/api/v1/sources").json()["items"][0]
    assert (listed["kind"], listed["address"]) == ("saml", lies.ADDRESS)
    assert "SAML 2.0" in owner.get("/sources/").text
    assert Client().get("/sign-in/by/nothing/metadata/").status_code == 403


@pytest.mark.parametrize(
    "wrong",
    [
        {"address": "http://plain.example/sso"},
        {"issuer": "with space"},
        {"certificates": ""},
        {"kind": "ldap"},
    ],
)
def test_what_cannot_be_is_refused(cast, wrong):
    with pytest.raises(Invalid):
        add_source(cast.by("owner"), cast.north, said=settings(**wrong))


def test_a_certificate_that_is_over_is_not_taken(cast):
    old = lies.certificate(lies.OURS, days=-1).public_bytes(lies.Encoding.PEM).decode()
    with pytest.raises(Invalid, match="expired"):
        add_source(cast.by("owner"), cast.north, said=settings(certificates=old))


def test_the_page_on_the_way_shows_nothing_but_base64(client, source):
    answer = base64.b64encode(b"<x>").decode()
    page = client.post(reverse("source_acs", args=[source.slug]), {"SAMLResponse": answer})
    assert f'value="{answer}"' in page.text
    assert (
        client.post(reverse("source_acs", args=[source.slug]), {"SAMLResponse": '"><b>'}).status_code == 403
    )
