"""What we send: the request that a browser carries to the source, and our own description for it."""

from __future__ import annotations

import base64
import zlib
from datetime import UTC, datetime
from urllib.parse import urlencode

from lxml import etree

from tabard.access.saml.signed import ASSERTION, PROTOCOL

METADATA = "{urn:oasis:names:tc:SAML:2.0:metadata}"
POST = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"


def request(address: str, *, number: str, us: str, here: str, now: datetime, afresh: bool) -> str:
    """Where the browser goes with the request (HTTP-Redirect binding, SAML Bindings 3.4)."""
    root = etree.Element(f"{PROTOCOL}AuthnRequest", nsmap={"samlp": PROTOCOL[1:-1], "saml": ASSERTION[1:-1]})
    said = {"ID": number, "Version": "2.0", "IssueInstant": f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"}
    said |= {"Destination": address, "AssertionConsumerServiceURL": here, "ProtocolBinding": POST}
    for name, value in {**said, **({"ForceAuthn": "true"} if afresh else {})}.items():
        root.set(name, value)
    etree.SubElement(root, f"{ASSERTION}Issuer").text = us
    squeezed = zlib.compressobj(wbits=-15)
    packed = squeezed.compress(etree.tostring(root)) + squeezed.flush()
    query = urlencode({"SAMLRequest": base64.b64encode(packed).decode()})
    return f"{address}{'&' if '?' in address else '?'}{query}"


def description(us: str, here: str) -> bytes:
    """Our metadata: who we are, where answers go, and that assertions must be signed."""
    root = etree.Element(f"{METADATA}EntityDescriptor", nsmap={"md": METADATA[1:-1]}, entityID=us)
    role = etree.SubElement(root, f"{METADATA}SPSSODescriptor")
    role.set("AuthnRequestsSigned", "false")
    role.set("WantAssertionsSigned", "true")
    role.set("protocolSupportEnumeration", PROTOCOL[1:-1])
    for name in ("persistent", "emailAddress"):
        version = "2.0" if name == "persistent" else "1.1"
        form = etree.SubElement(role, f"{METADATA}NameIDFormat")
        form.text = f"urn:oasis:names:tc:SAML:{version}:nameid-format:{name}"
    place = etree.SubElement(role, f"{METADATA}AssertionConsumerService", Binding=POST, Location=here)
    place.set("index", "0")
    place.set("isDefault", "true")
    found: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return found
