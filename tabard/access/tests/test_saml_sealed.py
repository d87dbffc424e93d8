"""Assertions that a source encrypts for Tabard: opened, believed no more than others, and no oracle."""

import base64

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client
from django.urls import reverse
from lxml import etree

from tabard.access.actions import add_source, add_source_key, change_source, drop_source_key
from tabard.access.models import Identity, SourceKey
from tabard.access.tests import saml_of_lies as lies
from tabard.access.tests import saml_sealed as sealing
from tabard.access.tests.saml_bent import edited, evil, unsigned_copy
from tabard.access.tests.test_saml import go, settings
from tabard.access.tests.test_sessions import browser
from tabard.access.tests.test_sources import inside, refused
from tabard.access.vault import unseal
from tabard.kernel.errors import IllegalMove

A = f"{{{lies.SAML}}}"


@pytest.fixture
def source(cast):
    return add_source(cast.by("owner"), cast.north, said=settings(encrypted=True))


@pytest.fixture
def idp():
    return lies.Source()


def public(source, number=0):
    """Our key, as our description gives it to the source."""
    told = etree.fromstring(Client().get(reverse("source_metadata", args=[source.slug])).content)
    space = {"md": "urn:oasis:names:tc:SAML:2.0:metadata", "ds": lies.DSIG}
    found = told.findall("md:SPSSODescriptor/md:KeyDescriptor[@use='encryption']//ds:X509Certificate", space)
    return x509.load_der_x509_certificate(base64.b64decode(found[number].text)).public_key()


def sealed(source, **how):
    return lambda root: sealing.sealed(root, public(source), **how)


GOOD = {
    "GCM": {},
    "OAEP of XML Encryption 1.1": {"transport": sealing.OAEP_2},
    "OAEP with SHA-256": {"transport": sealing.OAEP_2, "more": sealing.SHA_256 + sealing.MGF_256},
}


@pytest.mark.parametrize("how", GOOD.values(), ids=GOOD)
def test_what_is_encrypted_for_us_is_opened(client, source, idp, how):
    assert go(client, source, idp, sealed(source, **how)).status_code == 302
    assert inside(client)


def test_a_source_that_encrypts_is_not_believed_in_the_clear(client, source, idp, cast):
    assert refused(go(client, source, idp), client)
    change_source(cast.by("owner"), source, said=settings())
    again = Client()
    assert go(again, source, idp).status_code == 302


def page_of(source, cast):
    return browser(cast.owner).get(reverse("source", args=[source.pk])).text


def test_aes_cbc_is_refused_until_a_source_may_send_it(client, source, idp, cast):
    def whole(root):
        return sealing.signed_over(idp, sealed(source, content=sealing.CBC)(root))

    assert refused(go(client, source, idp, whole), client)
    assert not Identity.objects.exists()
    assert "was encrypted by AES256-CBC" in page_of(source, cast)
    assert "Nobody gets in by that" in page_of(source, cast)
    change_source(cast.by("owner"), source, said=settings(encrypted=True, takes_cbc=True))
    good = Client()
    assert go(good, source, idp, whole).status_code == 302
    assert inside(good)
    assert "Without AES-CBC nobody would get in by it" in page_of(source, cast)


def test_what_a_source_sends_is_shown_where_it_is_decided(client, source, idp, cast):
    change_source(cast.by("owner"), source, said=settings(takes_cbc=True))
    assert "Its last answer" not in page_of(source, cast)
    go(client, source, idp, sealed(source))
    assert "was encrypted by AES256-GCM" in page_of(source, cast)
    assert "It does not need AES-CBC" in page_of(source, cast)
    idp.says = {"id": "_second"}
    go(Client(), source, idp)
    assert "was not encrypted" in page_of(source, cast)
    told = browser(cast.owner).get(f"/api/v1/sources/{source.pk}").json()
    assert (told["takes_cbc"], told["sent_by"]) == (True, "clear")


def test_a_change_by_api_that_leaves_aes_cbc_out_is_no_change(source, cast):
    change_source(cast.by("owner"), source, said=settings(takes_cbc=True))
    owner, address = browser(cast.owner), f"/api/v1/sources/{source.pk}"
    whole = {key: said for key, said in owner.get(address).json().items() if key != "takes_cbc"}
    answer = owner.put(address, {**whole, "name": "Other"}, content_type="application/json")
    assert (answer.status_code, "takes_cbc" in answer.text) == (422, True)
    source.refresh_from_db()
    assert (source.takes_cbc, source.name == "Other") == (True, False)


def test_what_nobody_signed_says_nothing_about_a_source(client, source, idp):
    assert refused(go(client, source, idp, sealed(source, content=sealing.CBC)), client)
    assert refused(go(Client(), source, idp, unsigned), Client())
    source.refresh_from_db()
    assert (source.sent_by, source.sent_at) == ("", None)


def test_changeable_content_only_in_a_response_that_is_signed_over_all_of_it(client, source, idp, cast):
    change_source(cast.by("owner"), source, said=settings(encrypted=True, takes_cbc=True))
    by_cbc = sealed(source, content=sealing.CBC)
    assert refused(go(client, source, idp, by_cbc), client)
    good = Client()
    assert go(good, source, idp, lambda r: sealing.signed_over(idp, by_cbc(r))).status_code == 302
    idp.says = {"id": "_second"}
    other = Client()

    def exchanged(root):
        """A signature over a response with another content in it."""
        whole = sealing.signed_over(idp, by_cbc(root))
        value = whole.find(f".//{{{sealing.XENC}}}EncryptedData/{{{sealing.XENC}}}CipherData/*")
        raw = bytearray(base64.b64decode(value.text))
        raw[20] ^= 1
        value.text = base64.b64encode(raw).decode()
        return whole

    assert refused(go(other, source, idp, exchanged), other)


REFUSED = {
    "RSA 1.5": {"transport": sealing.RSA_15},
    "RSA 1.5 under another name": {"transport": "http://www.w3.org/2001/04/xmlenc#rsa-1_5 "},
    "triple DES": {"content": sealing.XENC + "tripledes-cbc"},
    "an unknown digest": {"more": f'<ds:DigestMethod xmlns:ds="{lies.DSIG}" Algorithm="urn:md5"/>'},
    "something unknown": {"more": "<x/>"},
    "nothing": {"words": b""},
    "a comment": {"words": b"<!-- x -->"},
    "a doctype": {"words": b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r>&x;</r>'},
    "another element": {"words": b"<x/>"},
}


@pytest.mark.parametrize("how", REFUSED.values(), ids=REFUSED)
def test_what_is_encrypted_otherwise_is_refused(client, source, idp, how):
    assert refused(go(client, source, idp, sealed(source, **how)), client)


def test_another_key_opens_nothing(client, source, idp):
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048).public_key()
    assert refused(go(client, source, idp, lambda r: sealing.sealed(r, stranger)), client)


def wrapped(bend):
    """The assertion is bent after it was signed, and then encrypted: by anybody, our key is public."""

    def sealing_(source):
        def change(root):
            bent = bend(root)
            return bent if bent is None else sealing.sealed(bent, public(source))

        return change

    return sealing_


def unsigned(root):
    found = root.find(f"{A}Assertion")
    root.replace(found, unsigned_copy(root))
    return root


def signed_one_inside(root):
    """Another one, with the signed one in it."""
    found = root.find(f"{A}Assertion")
    wrong = unsigned_copy(root)
    wrong.append(found)
    root.append(wrong)
    return root


def same_id(root):
    """Another one under the name that was signed, with its signature."""
    found = root.find(f"{A}Assertion")
    root.replace(found, evil(root))
    return root


@pytest.mark.parametrize("bend", [edited, unsigned, signed_one_inside, same_id], ids=lambda b: b.__name__)
def test_encrypting_does_not_hide_what_was_bent(client, source, idp, bend):
    assert refused(go(client, source, idp, wrapped(bend)(source)), client)
    assert not Identity.objects.exists()


def beside(root, source):
    """An encrypted one, and another in the clear beside it."""
    wrong = unsigned_copy(root)
    root = sealing.sealed(root, public(source))
    root.insert(2, wrong)
    return root


def twice(root, source):
    root = sealing.sealed(root, public(source))
    found = root.find(f"{A}EncryptedAssertion")
    root.append(etree.fromstring(etree.tostring(found)))
    return root


def in_a_corner(root, source):
    root = sealing.sealed(root, public(source))
    found = root.find(f"{A}EncryptedAssertion")
    corner = etree.SubElement(root, f"{{{lies.PROTOCOL}}}Extensions")
    corner.append(found)
    return root


def two_keys(root, source):
    root = sealing.sealed(root, public(source))
    key = root.find(f".//{{{sealing.XENC}}}EncryptedKey")
    key.getparent().append(etree.fromstring(etree.tostring(key)))
    return root


def same_id_outside(root, source):
    number = root.find(f"{A}Assertion").get("ID")
    root = sealing.sealed(root, public(source))
    etree.SubElement(root, f"{{{lies.PROTOCOL}}}Extensions").set("ID", number)
    return root


@pytest.mark.parametrize("bend", [beside, twice, in_a_corner, two_keys, same_id_outside])
def test_one_assertion_with_one_key_in_its_place(client, source, idp, bend):
    assert refused(go(client, source, idp, lambda root: bend(root, source)), client)
    assert not Identity.objects.exists()


def test_our_key_changes_without_a_day_on_which_nobody_gets_in(client, source, idp, cast):
    owner = cast.by("owner")
    old = public(source)
    add_source_key(owner, source)
    with pytest.raises(IllegalMove):
        add_source_key(owner, source)
    new = public(source, 1)
    for number, key in enumerate((old, new)):
        idp.says = {"id": f"_n{number}"}
        assert go(Client(), source, idp, lambda r, k=key: sealing.sealed(r, k)).status_code == 302
    drop_source_key(owner, source)
    with pytest.raises(IllegalMove):
        drop_source_key(owner, source)
    assert public(source).public_numbers() == new.public_numbers()
    idp.says = {"id": "_gone"}
    assert refused(go(client, source, idp, lambda r: sealing.sealed(r, old)), client)


def test_the_private_key_is_sealed(source):
    key = SourceKey.objects.get()
    assert "PRIVATE" not in key.secret
    assert "PRIVATE" in unseal(key.secret, about=f"keys for source {source.slug}")["key"]
