"""What we send: the request that a browser carries to the source, and our own description for it."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import Certificate
from lxml import etree

from tabard.access.saml.opened import CONTENT, OAEP, OAEP_OLD
from tabard.access.saml.said import SUCCESS
from tabard.access.saml.signed import ASSERTION, PROTOCOL, SIGNATURE

METADATA = "{urn:oasis:names:tc:SAML:2.0:metadata}"
POST = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
MOMENT = "%Y-%m-%dT%H:%M:%SZ"


def request(address: str, *, number: str, us: str, here: str, now: datetime, afresh: bool) -> str:
    """Where the browser goes with the request (HTTP-Redirect binding, SAML Bindings 3.4)."""
    said = {"Destination": address, "AssertionConsumerServiceURL": here, "ProtocolBinding": POST}
    root = _message("AuthnRequest", number, us, now, {**said, **({"ForceAuthn": "true"} if afresh else {})})
    return _with(address, urlencode({"SAMLRequest": _packed(root)}))


def logout_request(
    address: str, key: RSAPrivateKey, *, number: str, us: str, at_source: dict[str, Any], now: datetime
) -> str:
    """Where the browser goes to tell the source that somebody has signed out here (SAML Core 3.7.1)."""
    until = f"{(now + timedelta(minutes=5)).astimezone(UTC):{MOMENT}}"
    root = _message("LogoutRequest", number, us, now, {"Destination": address, "NotOnOrAfter": until})
    name = etree.SubElement(root, f"{ASSERTION}NameID", **at_source["name"])
    name.text = at_source["subject"]
    if at_source["index"]:
        etree.SubElement(root, f"{PROTOCOL}SessionIndex").text = at_source["index"]
    return _signed(address, {"SAMLRequest": _packed(root)}, key)


def logout_answer(
    address: str, key: RSAPrivateKey, *, number: str, us: str, request: str, relay: str, now: datetime
) -> str:
    """Where the browser goes with our answer that somebody is signed out here (SAML Core 3.7.2)."""
    root = _message("LogoutResponse", number, us, now, {"Destination": address, "InResponseTo": request})
    status = etree.SubElement(root, f"{PROTOCOL}Status")
    etree.SubElement(status, f"{PROTOCOL}StatusCode", Value=SUCCESS)
    given = {"SAMLResponse": _packed(root), **({"RelayState": relay} if relay else {})}
    return _signed(address, given, key)


def _message(name: str, number: str, us: str, now: datetime, more: dict[str, str]) -> Any:
    root = etree.Element(f"{PROTOCOL}{name}", nsmap={"samlp": PROTOCOL[1:-1], "saml": ASSERTION[1:-1]})
    said = {"ID": number, "Version": "2.0", "IssueInstant": f"{now.astimezone(UTC):{MOMENT}}"}
    for key, value in {**said, **more}.items():
        root.set(key, value)
    etree.SubElement(root, f"{ASSERTION}Issuer").text = us
    return root


def _packed(root: Any) -> str:
    squeezed = zlib.compressobj(wbits=-15)
    return base64.b64encode(squeezed.compress(etree.tostring(root)) + squeezed.flush()).decode()


def _signed(address: str, given: dict[str, str], key: RSAPrivateKey) -> str:
    """Over the very characters of the query (SAML Bindings 3.4.4.1)."""
    query = urlencode({**given, "SigAlg": RSA_SHA256})
    seal = key.sign(query.encode(), padding.PKCS1v15(), hashes.SHA256())
    return _with(address, f"{query}&{urlencode({'Signature': base64.b64encode(seal).decode()})}")


def _with(address: str, query: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}{query}"


def description(us: str, here: str, out: str, ours: Sequence[Certificate]) -> bytes:
    """Our metadata: who we are, where answers go, our keys, and that assertions must be signed.

    `out`: where we hear of sign-outs, empty if we do not.
    """
    root = etree.Element(f"{METADATA}EntityDescriptor", nsmap={"md": METADATA[1:-1]}, entityID=us)
    role = etree.SubElement(root, f"{METADATA}SPSSODescriptor")
    role.set("AuthnRequestsSigned", "false")
    role.set("WantAssertionsSigned", "true")
    role.set("protocolSupportEnumeration", PROTOCOL[1:-1])
    for use in ("signing", "encryption"):
        for certificate in ours:
            _key(role, use, certificate)
    for binding in (REDIRECT, POST) if out else ():
        etree.SubElement(role, f"{METADATA}SingleLogoutService", Binding=binding, Location=out)
    for name in ("persistent", "emailAddress"):
        version = "2.0" if name == "persistent" else "1.1"
        form = etree.SubElement(role, f"{METADATA}NameIDFormat")
        form.text = f"urn:oasis:names:tc:SAML:{version}:nameid-format:{name}"
    place = etree.SubElement(role, f"{METADATA}AssertionConsumerService", Binding=POST, Location=here)
    place.set("index", "0")
    place.set("isDefault", "true")
    found: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return found


def _key(role: Any, use: str, certificate: Certificate) -> None:
    described = etree.SubElement(role, f"{METADATA}KeyDescriptor", use=use)
    info = etree.SubElement(described, f"{SIGNATURE}KeyInfo", nsmap={"ds": SIGNATURE[1:-1]})
    data = etree.SubElement(info, f"{SIGNATURE}X509Data")
    text = base64.b64encode(certificate.public_bytes(Encoding.DER)).decode()
    etree.SubElement(data, f"{SIGNATURE}X509Certificate").text = text
    for way in (*(c for c, (_n, guarded) in CONTENT.items() if guarded), OAEP, OAEP_OLD):
        if use == "encryption":
            etree.SubElement(described, f"{METADATA}EncryptionMethod", Algorithm=way)
