"""Messages that a browser carries in its address or in a form, read only if the source has signed them."""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote_plus

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.x509 import Certificate
from lxml import etree

from tabard.access.oidc.tokens import Untrusted
from tabard.access.saml import signed
from tabard.kernel import clock

MORE = "http://www.w3.org/2001/04/xmldsig-more#"
DIGESTS: dict[str, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
# What the signature of an address covers, in this order (SAML Bindings 3.4.4.1).
PARTS = ("RelayState", "SigAlg")


def by_address(query: str, name: str, certificates: Sequence[Certificate]) -> Any:
    """The message `name` out of the raw query of an address, whose own signature is checked first."""
    given: dict[str, str] = {}
    for part in query[: signed.LARGEST].split("&"):
        key, _equals, value = part.partition("=")
        if key in given:
            raise Untrusted("the address says one thing twice")
        given[key] = value
    if not {name, "SigAlg", "Signature"} <= given.keys():
        raise Untrusted("the message is not signed")
    covered = "&".join(f"{key}={given[key]}" for key in (name, *PARTS) if key in given)
    _check(covered.encode(), unquote_plus(given["SigAlg"]), _raw(given["Signature"]), certificates)
    root = signed.plain(_inflated(_raw(given[name])))
    if any(etree.QName(e).localname == "Signature" for e in root.iter()):
        raise Untrusted("there is a signature where none belongs")
    return root


def by_form(encoded: str, certificates: Sequence[Certificate]) -> Any:
    """The message out of a form, as it is signed over all of it."""
    return signed.whole(signed.document(encoded), certificates)


def _raw(text: str) -> bytes:
    try:
        return base64.b64decode(unquote_plus(text), validate=True)
    except (binascii.Error, ValueError) as error:
        raise Untrusted("the address is not base64") from error


def _inflated(data: bytes) -> bytes:
    reader = zlib.decompressobj(wbits=-15)
    try:
        found = reader.decompress(data, signed.LARGEST)
    except zlib.error as error:
        raise Untrusted("the message does not unpack") from error
    if not reader.eof or reader.unused_data:
        raise Untrusted("the message is too long, or more than one")
    return found


def _check(covered: bytes, algorithm: str, seal: bytes, certificates: Sequence[Certificate]) -> None:
    kind, _hyphen, size = algorithm.removeprefix(MORE).partition("-")
    if not algorithm.startswith(MORE) or kind not in {"rsa", "ecdsa"} or size not in DIGESTS:
        raise Untrusted(f"a signature by {algorithm[-40:]!r} is not accepted")
    now = clock.now()
    for certificate in certificates:
        key = certificate.public_key()
        if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
            continue
        try:
            if kind == "rsa" and isinstance(key, rsa.RSAPublicKey):
                key.verify(seal, covered, padding.PKCS1v15(), DIGESTS[size])
                return
            if kind == "ecdsa" and isinstance(key, ec.EllipticCurvePublicKey):
                key.verify(_as_der(seal), covered, ec.ECDSA(DIGESTS[size]))
                return
        except InvalidSignature:
            continue
    raise Untrusted("the signature of the address does not verify")


def _as_der(seal: bytes) -> bytes:
    """XML signatures put the two numbers side by side (RFC 4050, 3.3)."""
    half = len(seal) // 2
    return encode_dss_signature(int.from_bytes(seal[:half], "big"), int.from_bytes(seal[half:], "big"))
