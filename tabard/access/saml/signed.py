"""From what a browser brings to the one assertion that is signed. Nothing but signed bytes is given on.

Attacks on SAML live on two readers that see two things: one finds the signature, the other the words. Here
whatever could be seen in two ways is refused before the signature is looked at (comments, declarations,
repeated ids, a second assertion, a signature elsewhere), and the assertion that is read afterwards is made
anew from the very bytes whose digest was checked.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Sequence
from typing import Any

from lxml import etree
from signxml.algorithms import DigestAlgorithm, SignatureMethod
from signxml.exceptions import SignXMLException
from signxml.verifier import SignatureConfiguration, XMLVerifier

from tabard.access.oidc.tokens import Untrusted

PROTOCOL = "{urn:oasis:names:tc:SAML:2.0:protocol}"
ASSERTION = "{urn:oasis:names:tc:SAML:2.0:assertion}"
SIGNATURE = "{http://www.w3.org/2000/09/xmldsig#}"
LARGEST = 200_000  # characters, encoded
DEEPEST = 40  # elements in each other
DECLARED = re.compile(
    r"""^<\?xml version=["']1\.0["']( encoding=["'](utf-8|UTF-8)["'])?( standalone=["']\w+["'])?\s*\?>"""
)
TRANSFORMS = {
    "http://www.w3.org/2000/09/xmldsig#enveloped-signature",
    "http://www.w3.org/2001/10/xml-exc-c14n#",
}
METHODS = frozenset(
    {
        SignatureMethod.RSA_SHA256,
        SignatureMethod.RSA_SHA384,
        SignatureMethod.RSA_SHA512,
        SignatureMethod.ECDSA_SHA256,
        SignatureMethod.ECDSA_SHA384,
        SignatureMethod.ECDSA_SHA512,
    }
)
DIGESTS = frozenset({DigestAlgorithm.SHA256, DigestAlgorithm.SHA384, DigestAlgorithm.SHA512})


def document(encoded: str) -> Any:
    """The response as a tree, or `Untrusted` if it is not plain: one root, elements and text only."""
    if len(encoded) > LARGEST:
        raise Untrusted("the answer is too long")
    try:
        text = base64.b64decode("".join(encoded.split()), validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise Untrusted("the answer is not base64 of UTF-8") from error
    body = DECLARED.sub("", text, count=1)
    if "<!" in body or "<?" in body or "\x00" in body:
        raise Untrusted("the answer has declarations, comments or instructions in it")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False
    )
    try:
        root = etree.fromstring(body.encode(), parser)
    except etree.XMLSyntaxError as error:
        raise Untrusted("the answer is not XML") from error
    _plain(root)
    return root


def _plain(root: Any) -> None:
    seen: set[str] = set()
    for element, depth in _walk(root, 1):
        if not isinstance(element.tag, str) or depth > DEEPEST:
            raise Untrusted("the answer has something else than elements and text in it")
        for name, value in element.attrib.items():
            if etree.QName(name).localname.lower() != "id":
                continue
            if value in seen:
                raise Untrusted("one id stands twice in the answer")
            seen.add(value)


def _walk(element: Any, depth: int) -> Iterator[tuple[Any, int]]:
    yield element, depth
    if depth <= DEEPEST:
        for child in element:
            yield from _walk(child, depth + 1)


def assertion(root: Any, certificates: Sequence[Any]) -> Any:
    """The one assertion of the response, as its source signed it with one of `certificates`."""
    if root.tag != f"{PROTOCOL}Response":
        raise Untrusted("the answer is no response")
    named = [e for e in root.iter() if etree.QName(e).localname in {"Assertion", "EncryptedAssertion"}]
    if len(named) != 1 or named[0].tag != f"{ASSERTION}Assertion" or named[0].getparent() is not root:
        raise Untrusted("the answer has not exactly one readable assertion in its place")
    found = named[0]
    _one_signature(root, found)
    signed = _verified(etree.tostring(found), certificates)
    if signed.tag != found.tag or signed.get("ID") != found.get("ID"):
        raise Untrusted("something else than the assertion is signed")
    return signed


def _one_signature(root: Any, found: Any) -> None:
    """The assertion has its own signature, over itself and nothing else; the response may have one too."""
    signatures = [e for e in root.iter() if etree.QName(e).localname == "Signature"]
    own = [s for s in signatures if s.getparent() is found]
    if len(own) != 1 or own[0].tag != f"{SIGNATURE}Signature":
        raise Untrusted("the assertion is not signed, or more than once")
    if any(s.getparent() not in (root, found) for s in signatures) or len(signatures) > 2:
        raise Untrusted("there is a signature where none belongs")
    for name in ("SignedInfo", "SignatureValue", "Reference", "DigestValue"):
        inside = [e for e in own[0].iter() if etree.QName(e).localname == name]
        if len(inside) != 1 or (len(inside[0]) and name in {"SignatureValue", "DigestValue"}):
            raise Untrusted(f"the signature has not exactly one {name}")
    if {etree.QName(e).localname for e in own[0]} - {"SignedInfo", "SignatureValue", "KeyInfo"}:
        raise Untrusted("the signature carries something else")
    reference = own[0].find(f"{SIGNATURE}SignedInfo/{SIGNATURE}Reference")
    if reference is None or not found.get("ID") or reference.get("URI") != f"#{found.get('ID')}":
        raise Untrusted("the signature is not over the assertion that carries it")
    ways = [t.get("Algorithm") for t in reference.iter(f"{SIGNATURE}Transform")]
    if not set(ways) <= TRANSFORMS or len(ways) != 2 or len(set(ways)) != 2:
        raise Untrusted("the assertion would be changed before it is checked")


def _verified(data: bytes, certificates: Sequence[Any]) -> Any:
    how = SignatureConfiguration(location="./", signature_methods=METHODS, digest_algorithms=DIGESTS)
    said = "the source has no certificate"
    for certificate in certificates:
        try:
            result = XMLVerifier().verify(data, x509_cert=certificate, id_attribute="ID", expect_config=how)
        except (SignXMLException, ValueError, TypeError, AttributeError, KeyError) as error:
            said = f"the signature does not verify: {str(error)[:200]}"
            continue
        if not isinstance(result, list) and result.signed_xml is not None:
            return result.signed_xml
    raise Untrusted(said)
