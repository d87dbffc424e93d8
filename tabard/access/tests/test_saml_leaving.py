"""Single logout with a SAML source, both ways: every message signed, meant for us, and used once."""

import base64
import zlib
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding
from django.test import Client
from django.urls import reverse
from lxml import etree

from tabard.access.actions import add_source, change_source
from tabard.access.models import Session, Source
from tabard.access.saml.said import SUCCESS
from tabard.access.tests import saml_of_lies as lies
from tabard.access.tests.saml_sealed import EMPTY
from tabard.access.tests.test_saml import go, settings
from tabard.access.tests.test_saml_sealed import public
from tabard.access.tests.test_sessions import browser
from tabard.access.tests.test_sources import inside
from tabard.audit.models import Entry

OUT = "https://id.meridian.example/out"
RSA_256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"


@pytest.fixture
def source(cast):
    return add_source(cast.by("owner"), cast.north, said=settings(logout_address=OUT, signs_out=True))


@pytest.fixture
def idp():
    return lies.Source(says={"session": ' SessionIndex="s-1"'})


def here(source):
    return "http://127.0.0.1:8000" + reverse("source_slo", args=[source.slug])


def words(source, name="LogoutRequest", **says):
    """What the source says: as it should be, but for what a test changes."""
    w = {"id": "_out1", "issuer": lies.ISSUER, "made": lies.moment(), "to": here(source), "who": "u-1"}
    w |= {"index": "s-1", "more": "", **says}
    inner = f"<saml:NameID>{w['who']}</saml:NameID>" if name == "LogoutRequest" else ""
    inner += f"<samlp:SessionIndex>{w['index']}</samlp:SessionIndex>" if w["index"] and inner else ""
    return (
        f'<samlp:{name} xmlns:samlp="{lies.PROTOCOL}" xmlns:saml="{lies.SAML}" ID="{w["id"]}" Version="2.0" '
        f'IssueInstant="{w["made"]}" Destination="{w["to"]}"{w["more"]}>'
        f"<saml:Issuer>{w['issuer']}</saml:Issuer>{w.get('signature', '')}{inner}{w.get('rest', '')}"
        f"</samlp:{name}>"
    )


def packed(text):
    squeezed = zlib.compressobj(wbits=-15)
    return base64.b64encode(squeezed.compress(text.encode()) + squeezed.flush()).decode()


def carried(text, *, name="SAMLRequest", relay="", key=lies.OURS, algorithm=RSA_256):
    """The query that a source sends a browser with."""
    query = f"{name}={quote(packed(text), safe='')}"
    query += f"&RelayState={quote(relay, safe='')}" if relay else ""
    query += f"&SigAlg={quote(algorithm, safe='')}"
    seal = key.sign(query.encode(), padding.PKCS1v15(), hashes.SHA256())
    return f"{query}&Signature={quote(base64.b64encode(seal).decode(), safe='')}"


def by_address(source, query):
    return Client().get(reverse("source_slo", args=[source.slug]), QUERY_STRING=query)


def read(url, name):
    """The message in an address to the source, whose signature must be ours."""
    query = urlsplit(url).query
    covered, _sign, seal = query.partition("&Signature=")
    return (
        covered,
        base64.b64decode(parse_qs("x=" + seal)["x"][0]),
        etree.fromstring(zlib.decompress(base64.b64decode(parse_qs(query)[name][0]), wbits=-15)),
    )


def test_the_source_signs_somebody_out_here(client, source, idp):
    go(client, source, idp)
    assert inside(client)
    answer = by_address(source, carried(words(source), relay="r 1&2"))
    covered, seal, said = read(answer["Location"], "SAMLResponse")
    public(source).verify(seal, covered.encode(), padding.PKCS1v15(), hashes.SHA256())
    assert answer["Location"].startswith(OUT + "?")
    assert (said.get("InResponseTo"), said.get("Destination")) == ("_out1", OUT)
    assert parse_qs(covered)["RelayState"] == ["r 1&2"]
    assert b"status:Success" in etree.tostring(said)
    assert not inside(client)
    session = Session.objects.get()
    assert session.end_reason == "Signed out where they signed in"
    entry = Entry.objects.get(action="source.signed_out")
    assert entry.notes["ended"] == 1
    assert entry.notes["person"] == "New Person"


def test_by_a_form_too(client, source, idp):
    go(client, source, idp)
    signed = idp.signed(etree.fromstring(words(source, signature=EMPTY)), "_out1")
    form = {"SAMLRequest": base64.b64encode(etree.tostring(signed)).decode()}
    assert Client().post(reverse("source_slo", args=[source.slug]), form).status_code == 302
    assert not inside(client)


def test_only_the_session_that_is_named_or_all_where_none_is(client, source, idp):
    go(client, source, idp)
    idp.says = {"session": ' SessionIndex="s-2"', "id": "_b"}
    second = Client()
    go(second, source, idp)
    by_address(source, carried(words(source, index="s-2")))
    assert inside(client)
    assert not inside(second)
    by_address(source, carried(words(source, id="_out2", index="")))
    assert not inside(client)


def test_sessions_begun_otherwise_go_on(client, source, idp, cast):
    other = browser(cast.creator)
    go(client, source, idp)
    by_address(source, carried(words(source, index="")))
    assert inside(other)


def by_ec(text):
    """A source whose key is of an elliptic curve."""
    key = ec.generate_private_key(ec.SECP256R1())
    algorithm = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"
    query = f"SAMLRequest={quote(packed(text), safe='')}&SigAlg={quote(algorithm, safe='')}"
    r, s = decode_dss_signature(key.sign(query.encode(), ec.ECDSA(hashes.SHA256())))
    raw = r.to_bytes(32, "big") + s.to_bytes(32, "big")
    pem = lies.certificate(key).public_bytes(Encoding.PEM).decode()
    return f"{query}&Signature={quote(base64.b64encode(raw).decode(), safe='')}", pem


def test_a_source_with_another_kind_of_key(client, source, idp):
    go(client, source, idp)
    query, pem = by_ec(words(source))
    Source.objects.update(certificates=pem)
    assert by_address(source, query).status_code == 302
    assert not inside(client)


SAID = {
    "another issuer": {"issuer": "urn:evil"},
    "another place": {"to": "https://evil.example/"},
    "old": {"made": lies.moment(-3600)},
    "from the future": {"made": lies.moment(3600)},
    "over": {"more": f' NotOnOrAfter="{lies.moment(-600)}"'},
    "nobody": {"who": ""},
    "no name": {"id": ""},
    "two names": {"rest": "<saml:NameID>u-2</saml:NameID>"},
    "a signature in it": {"signature": EMPTY},
}


@pytest.mark.parametrize("says", SAID.values(), ids=SAID)
def test_a_request_that_says_something_wrong_ends_nothing(client, source, idp, says):
    go(client, source, idp)
    assert by_address(source, carried(words(source, **says))).status_code == 403
    assert inside(client)


def unsigned(query):
    return query.partition("&SigAlg=")[0]


def other_relay(query):
    return query.replace("&SigAlg", "&RelayState=x&SigAlg", 1)


def two_requests(query):
    return f"SAMLRequest={quote(packed('<x/>'), safe='')}&{query}"


def by_sha_1(query):
    return query.replace("xmldsig-more%23rsa-sha256", "xmldsig%23rsa-sha1")


def bomb(query):
    packed_ = zlib.compressobj(9, wbits=-15)
    big = base64.b64encode(packed_.compress(b"<x>" + b" " * 5_000_000) + packed_.flush()).decode()
    return carried_raw(big)


def carried_raw(value):
    query = f"SAMLRequest={quote(value, safe='')}&SigAlg={quote(RSA_256, safe='')}"
    seal = lies.OURS.sign(query.encode(), padding.PKCS1v15(), hashes.SHA256())
    return f"{query}&Signature={quote(base64.b64encode(seal).decode(), safe='')}"


@pytest.mark.parametrize("bend", [unsigned, other_relay, two_requests, by_sha_1, bomb])
def test_an_address_that_is_bent_ends_nothing(client, source, idp, bend):
    go(client, source, idp)
    assert by_address(source, bend(carried(words(source)))).status_code == 403
    assert inside(client)


def test_a_key_of_somebody_else_ends_nothing(client, source, idp):
    go(client, source, idp)
    assert by_address(source, carried(words(source), key=lies.OTHER)).status_code == 403
    unsigned_form = {"SAMLRequest": base64.b64encode(words(source).encode()).decode()}
    assert Client().post(reverse("source_slo", args=[source.slug]), unsigned_form).status_code == 403
    assert inside(client)


def test_a_request_counts_once(client, source, idp):
    query = carried(words(source, index=""))
    assert by_address(source, query).status_code == 302
    go(client, source, idp)
    assert by_address(source, query).status_code == 403
    assert inside(client)


def test_signing_out_here_is_signing_out_there(client, source, idp):
    idp.says |= {"format": lies.PERSISTENT}
    go(client, source, idp)
    there = client.post(reverse("account_logout"))["Location"]
    covered, seal, asked = read(there, "SAMLRequest")
    public(source).verify(seal, covered.encode(), padding.PKCS1v15(), hashes.SHA256())
    name = asked.find(f"{{{lies.SAML}}}NameID")
    assert (name.text, name.get("Format")) == ("u-1", lies.PERSISTENT)
    assert asked.findtext(f"{{{lies.PROTOCOL}}}SessionIndex") == "s-1"
    assert not inside(client)
    done = f'<samlp:Status><samlp:StatusCode Value="{SUCCESS}"/></samlp:Status>'
    answer = {"more": f' InResponseTo="{asked.get("ID")}"', "rest": done}
    query = carried(words(source, "LogoutResponse", **answer), name="SAMLResponse")
    assert (
        "signed out here and at Meridian ID"
        in client.get(reverse("source_slo", args=[source.slug]), QUERY_STRING=query).text
    )
    again = client.get(reverse("source_slo", args=[source.slug]), QUERY_STRING=query)
    assert "did not confirm" in again.text


def test_it_stays_here_where_the_source_does_not_ask_for_it(client, source, idp, cast):
    change_source(cast.by("owner"), source, said=settings(logout_address=OUT))
    go(client, source, idp)
    assert client.post(reverse("account_logout"))["Location"] == "/"
    assert not inside(client)
