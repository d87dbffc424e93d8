"""A source's own description (SAML Metadata 2.0): where to sign in and out, and what it signs with."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings
from lxml import etree

from tabard.access.oidc import wire
from tabard.access.oidc.tokens import Untrusted
from tabard.access.saml import signed
from tabard.access.saml.said import moment
from tabard.access.saml.signed import PROTOCOL, SIGNATURE
from tabard.access.saml.wire import METADATA, REDIRECT
from tabard.connectors.http import Http
from tabard.kernel import clock

SECONDS = 10.0
MOST = 5  # certificates; a description may list many that are over


@dataclass(frozen=True)
class Described:
    """What a source says of itself."""

    issuer: str
    address: str
    logout_address: str
    certificates: str


def fetched(address: str, pinned: Sequence[x509.Certificate]) -> Described:
    """What stands at `address` now; signed by one of `pinned` where there are any. `Untrusted` if not."""
    return described(wire.asked(lambda http: _get(http, address)), pinned)


async def _get(http: Http, address: str) -> bytes:
    answer = await http.to([urlsplit(address).netloc]).get(address, timeout=SECONDS)
    if answer.status != 200 or len(answer.body) > signed.LARGEST:
        raise Untrusted(f"the source answered {answer.status}, or too much")
    return answer.body


def described(data: bytes, pinned: Sequence[x509.Certificate]) -> Described:
    """A description of exactly one source."""
    root = _tidy(data)
    if root.tag != f"{METADATA}EntityDescriptor":
        raise Untrusted("it is not the description of one source (EntityDescriptor)")
    if pinned:
        root = signed.whole(root, pinned)
    roles = [r for r in root.findall(f"{METADATA}IDPSSODescriptor") if _speaks(r)]
    if len(roles) != 1:
        raise Untrusted("it does not describe exactly one SAML 2.0 sign-in (IDPSSODescriptor)")
    for end in (root.get("validUntil"), roles[0].get("validUntil")):
        _not_over(end)
    return Described(
        issuer=root.get("entityID", ""),
        address=_place(roles[0], "SingleSignOnService"),
        logout_address=_place(roles[0], "SingleLogoutService"),
        certificates=_certificates(roles[0]),
    )


def _tidy(data: bytes) -> Any:
    """Without comments, which nobody signs and many write in; then as plain as every other message."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Untrusted("the description is not XML") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise Untrusted("the description has declarations in it")
    return signed.plain(etree.tostring(root, encoding="utf-8", xml_declaration=False))


def _speaks(role: Any) -> bool:
    return PROTOCOL[1:-1] in role.get("protocolSupportEnumeration", "").split()


def _not_over(end: str | None) -> None:
    if end is None:
        return
    if moment(end) <= clock.now().timestamp():
        raise Untrusted("it is no longer good (validUntil)")


def _place(role: Any, name: str) -> str:
    """The address for the HTTP-Redirect binding; empty if there is none."""
    for each in role.findall(f"{METADATA}{name}"):
        where = each.get("Location", "")
        parts = urlsplit(where)
        safe = parts.scheme == "https" or parts.hostname in settings.PRIVATE_HOSTS
        if each.get("Binding") == REDIRECT and safe and len(where) <= 300:
            return str(where)
    return ""


def _certificates(role: Any) -> str:
    """Those it signs with, in PEM, without those that are over."""
    found: dict[str, None] = {}
    for key in role.findall(f"{METADATA}KeyDescriptor"):
        if key.get("use", "signing") != "signing":
            continue
        for element in key.iter(f"{SIGNATURE}X509Certificate"):
            certificate = _certificate("".join((element.text or "").split()))
            if certificate.not_valid_after_utc > clock.now():
                found[certificate.public_bytes(Encoding.PEM).decode()] = None
    if not 1 <= len(found) <= MOST:
        raise Untrusted(f"it names {len(found)} certificates that are good; 1 to {MOST} are needed")
    return "".join(found)


def _certificate(text: str) -> x509.Certificate:
    try:
        return x509.load_der_x509_certificate(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError) as error:
        raise Untrusted("a certificate in it does not read") from error
