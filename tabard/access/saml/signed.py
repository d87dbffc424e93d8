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
from collections.abc import Callable, Iterator, Sequence
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
# Decrypts one element; the second argument gives the message around it, once its signature is checked.
Opener = Callable[[Any, Callable[[], Any]], Any]
DIGESTS = frozenset({DigestAlgorithm.SHA256, DigestAlgorithm.SHA384, DigestAlgorithm.SHA512})


def document(encoded: str) -> Any:
    """The message as a tree, or `Untrusted` if it is not plain: one root, elements and text only."""
    if len(encoded) > LARGEST:
        raise Untrusted("the answer is too long")
    try:
        return plain(base64.b64decode("".join(encoded.split()), validate=True))
    except binascii.Error as error:
        raise Untrusted("the answer is not base64") from error


def plain(data: bytes) -> Any:
    """Bytes of XML as a tree that every reader would read alike, or `Untrusted`."""
    try:
        text = data.decode()
    except ValueError as error:
        raise Untrusted("the answer is not UTF-8") from error
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


def assertion(root: Any, certificates: Sequence[Any], open_: Opener | None = None) -> tuple[Any, bool]:
    """The one assertion of the response, as its source signed it, and whether it came encrypted.

    `open_` decrypts one; what comes out of it is checked as what came in the clear.
    """
    if root.tag != f"{PROTOCOL}Response":
        raise Untrusted("the answer is no response")
    named = [e for e in root.iter() if etree.QName(e).localname in {"Assertion", "EncryptedAssertion"}]
    if len(named) != 1 or named[0].getparent() is not root:
        raise Untrusted("the answer has not exactly one assertion in its place")
    found = named[0]
    if found.tag == f"{ASSERTION}Assertion":
        return _whole(root, found, certificates), False
    if found.tag != f"{ASSERTION}EncryptedAssertion" or open_ is None:
        raise Untrusted("the assertion is not readable")
    opened = open_(found, lambda: whole(root, certificates))
    inside = [e for e in opened.iter() if etree.QName(e).localname in {"Assertion", "EncryptedAssertion"}]
    if opened.tag != f"{ASSERTION}Assertion" or len(inside) != 1:
        raise Untrusted("something else than one assertion was encrypted")
    if any(e.get("ID") == opened.get("ID") for e in root.iter()):
        raise Untrusted("one id stands twice in the answer")
    return _whole(opened, opened, certificates), True


def whole(root: Any, certificates: Sequence[Any]) -> Any:
    """The message itself, as it was signed over all of it."""
    return _whole(root, root, certificates)


def _whole(root: Any, found: Any, certificates: Sequence[Any]) -> Any:
    _one_signature(root, found)
    signed = _verified(etree.tostring(found), certificates)
    if signed.tag != found.tag or signed.get("ID") != found.get("ID"):
        raise Untrusted("something else than it should be is signed")
    return signed


def _one_signature(root: Any, found: Any) -> None:
    """What is read has one signature, over itself and nothing else; the message around may have one too."""
    signatures = [e for e in root.iter() if etree.QName(e).localname == "Signature"]
    own = [s for s in signatures if s.getparent() is found]
    if len(own) != 1 or own[0].tag != f"{SIGNATURE}Signature":
        raise Untrusted("it is not signed, or more than once")
    allowed = (root, *(e for e in root if e.tag == f"{ASSERTION}Assertion"))
    if any(s.getparent() not in allowed for s in signatures) or len(signatures) > 2:
        raise Untrusted("there is a signature where none belongs")
    for name in ("SignedInfo", "SignatureValue", "Reference", "DigestValue"):
        inside = [e for e in own[0].iter() if etree.QName(e).localname == name]
        if len(inside) != 1 or (len(inside[0]) and name in {"SignatureValue", "DigestValue"}):
            raise Untrusted(f"the signature has not exactly one {name}")
    if {etree.QName(e).localname for e in own[0]} - {"SignedInfo", "SignatureValue", "KeyInfo"}:
        raise Untrusted("the signature carries something else")
    reference = own[0].find(f"{SIGNATURE}SignedInfo/{SIGNATURE}Reference")
    if reference is None or not found.get("ID") or reference.get("URI") != f"#{found.get('ID')}":
        raise Untrusted("the signature is not over what carries it")
    ways = [t.get("Algorithm") for t in reference.iter(f"{SIGNATURE}Transform")]
    if not set(ways) <= TRANSFORMS or len(ways) != 2 or len(set(ways)) != 2:
        raise Untrusted("it would be changed before it is checked")


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
