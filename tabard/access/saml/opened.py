"""Opening an assertion that was encrypted for us. What comes out is believed no more than what came open.

XML Encryption 1.1, as SAML uses it, with less allowed: the key came by RSA-OAEP, never by RSA 1.5, which can
be asked until it answers; the content by AES-GCM, which nobody can change unseen, or, where a source may
send it, by AES-CBC, which anybody can, and which is looked at only in a message whose signature over all of
it was checked before.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, SHA384, SHA512, HashAlgorithm
from lxml import etree

from tabard.access.oidc.tokens import Untrusted
from tabard.access.saml.signed import ASSERTION, SIGNATURE, Opener, plain

XENC = "{http://www.w3.org/2001/04/xmlenc#}"
XENC11 = "{http://www.w3.org/2009/xmlenc11#}"
ELEMENT = "http://www.w3.org/2001/04/xmlenc#Element"
# Content: its name, the length of its key in bytes, and whether a change of it would be seen.
CONTENT = {
    "http://www.w3.org/2009/xmlenc11#aes128-gcm": (16, True),
    "http://www.w3.org/2009/xmlenc11#aes256-gcm": (32, True),
    "http://www.w3.org/2001/04/xmlenc#aes128-cbc": (16, False),
    "http://www.w3.org/2001/04/xmlenc#aes256-cbc": (32, False),
}
OAEP_OLD = "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p"
OAEP = "http://www.w3.org/2009/xmlenc11#rsa-oaep"
# SHA-1 here only spreads bits; nothing rests on its collisions (RFC 8017, B.1).
DIGESTS: dict[str, type[HashAlgorithm]] = {
    "http://www.w3.org/2000/09/xmldsig#sha1": SHA1,
    "http://www.w3.org/2001/04/xmlenc#sha256": SHA256,
    "http://www.w3.org/2001/04/xmldsig-more#sha384": SHA384,
    "http://www.w3.org/2001/04/xmlenc#sha512": SHA512,
}
SPREADS: dict[str, type[HashAlgorithm]] = {
    "http://www.w3.org/2009/xmlenc11#mgf1sha1": SHA1,
    "http://www.w3.org/2009/xmlenc11#mgf1sha256": SHA256,
    "http://www.w3.org/2009/xmlenc11#mgf1sha384": SHA384,
    "http://www.w3.org/2009/xmlenc11#mgf1sha512": SHA512,
}
CLOSED = "the assertion does not open"


CLEAR = "clear"


class Legacy(Untrusted):
    """Signed by the source, and encrypted by what it may not send."""


def sent_by(root: Any) -> str:
    """By what the answer is encrypted, `aes256-gcm` say, or `clear`. For people; nothing is decided by it."""
    method = root.find(f"{ASSERTION}EncryptedAssertion/{XENC}EncryptedData/{XENC}EncryptionMethod")
    return CLEAR if method is None else str(method.get("Algorithm", "")).rpartition("#")[2][:20]


def opener(keys: Sequence[RSAPrivateKey], *, takes_cbc: bool = False) -> Opener:
    """What opens assertions with one of our `keys`: the one in use, or the next one while keys change."""

    def open_(found: Any, message: Callable[[], Any]) -> Any:
        _length, guarded = _content(_one(found, f"{XENC}EncryptedData"))
        if not guarded:
            # Whoever may change it and ask again learns what is in it, letter by letter.
            found = _one(message(), f"{ASSERTION}EncryptedAssertion")
            if not takes_cbc:
                raise Legacy("it is encrypted by AES-CBC, which this source is not let in with")
        return plain(_content_of(found, keys))

    return open_


def _content_of(found: Any, keys: Sequence[RSAPrivateKey]) -> bytes:
    data = _one(found, f"{XENC}EncryptedData")
    if data.get("Type", ELEMENT) != ELEMENT:
        raise Untrusted("something else than an element is encrypted")
    length, guarded = _content(data)
    wrapped = [e for e in found.iter() if e.tag == f"{XENC}EncryptedKey"]
    if len(wrapped) != 1 or any(etree.QName(e).localname == "CipherReference" for e in found.iter()):
        raise Untrusted("not exactly one key came with what is encrypted")
    how, cipher = _transport(wrapped[0]), _bytes(wrapped[0])
    sealed = _bytes(data)
    for key in keys:
        try:
            secret = key.decrypt(cipher, how)
            if len(secret) == length:
                return _decrypted(secret, sealed, guarded)
        except (ValueError, InvalidTag):
            continue
    raise Untrusted(CLOSED)


def _decrypted(secret: bytes, sealed: bytes, guarded: bool) -> bytes:
    if guarded:
        return AESGCM(secret).decrypt(sealed[:12], sealed[12:], None)
    if len(sealed) < 32 or len(sealed) % 16:
        raise Untrusted(CLOSED)
    reader = Cipher(algorithms.AES(secret), modes.CBC(sealed[:16])).decryptor()
    padded = reader.update(sealed[16:]) + reader.finalize()
    # XML Encryption fills up with anything; only the last byte counts (5.2).
    if not 1 <= padded[-1] <= 16:
        raise Untrusted(CLOSED)
    return padded[: -padded[-1]]


def _content(data: Any) -> tuple[int, bool]:
    named = _one(data, f"{XENC}EncryptionMethod").get("Algorithm")
    if named not in CONTENT:
        raise Untrusted(f"content encrypted by {str(named)[-40:]!r} is not accepted")
    return CONTENT[named]


def _transport(wrapped: Any) -> padding.AsymmetricPadding:
    method = _one(wrapped, f"{XENC}EncryptionMethod")
    named = method.get("Algorithm")
    if named not in {OAEP_OLD, OAEP}:
        raise Untrusted(f"a key encrypted by {str(named)[-40:]!r} is not accepted")
    known = {f"{SIGNATURE}DigestMethod", f"{XENC11}MGF", f"{XENC}KeySize"}
    if any(e.tag not in known for e in method):
        raise Untrusted("the key came with something unknown")
    digest = _named(method, f"{SIGNATURE}DigestMethod", DIGESTS)
    spread = _named(method, f"{XENC11}MGF", SPREADS) if named == OAEP else SHA1
    return padding.OAEP(mgf=padding.MGF1(spread()), algorithm=digest(), label=None)


def _named(method: Any, tag: str, known: dict[str, type[HashAlgorithm]]) -> type[HashAlgorithm]:
    """The algorithm that `tag` names; SHA-1 where it is not said (XML Encryption 1.1, 5.5.2)."""
    said = [e.get("Algorithm") for e in method.findall(tag)]
    if len(said) > 1 or any(name not in known for name in said):
        raise Untrusted("the key came by an algorithm that is not accepted")
    return known[said[0]] if said else SHA1


def _bytes(element: Any) -> bytes:
    value = _one(_one(element, f"{XENC}CipherData"), f"{XENC}CipherValue")
    if len(value):
        raise Untrusted("text with something else in it")
    try:
        return base64.b64decode("".join((value.text or "").split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise Untrusted("what is encrypted is not base64") from error


def _one(element: Any, tag: str) -> Any:
    found = element.findall(tag)
    if len(found) != 1:
        raise Untrusted(f"not exactly one {etree.QName(tag).localname}")
    return found[0]
