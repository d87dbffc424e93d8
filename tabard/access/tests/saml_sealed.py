"""Encrypting an assertion as a source would, with every choice open, for tests."""

from __future__ import annotations

import base64
import os
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from lxml import etree

from tabard.access.tests import saml_of_lies as lies

XENC = "http://www.w3.org/2001/04/xmlenc#"
GCM, CBC = "http://www.w3.org/2009/xmlenc11#aes256-gcm", XENC + "aes256-cbc"
OAEP, OAEP_2, RSA_15 = XENC + "rsa-oaep-mgf1p", "http://www.w3.org/2009/xmlenc11#rsa-oaep", XENC + "rsa-1_5"
XENC11 = "http://www.w3.org/2009/xmlenc11#"
SHA_256 = f'<ds:DigestMethod Algorithm="{XENC}sha256"/>'
MGF_256 = f'<e11:MGF xmlns:e11="{XENC11}" Algorithm="{XENC11}mgf1sha256"/>'
EMPTY = f'<ds:Signature xmlns:ds="{lies.DSIG}" Id="placeholder"/>'

ENCRYPTED = """<saml:EncryptedAssertion xmlns:saml="{saml}"><xenc:EncryptedData xmlns:xenc="{xenc}" \
Type="{xenc}Element"><xenc:EncryptionMethod Algorithm="{content}"/><ds:KeyInfo xmlns:ds="{dsig}">\
<xenc:EncryptedKey><xenc:EncryptionMethod Algorithm="{transport}">{more}</xenc:EncryptionMethod>\
<xenc:CipherData><xenc:CipherValue>{key}</xenc:CipherValue></xenc:CipherData></xenc:EncryptedKey></ds:KeyInfo>\
<xenc:CipherData><xenc:CipherValue>{data}</xenc:CipherValue></xenc:CipherData></xenc:EncryptedData>\
</saml:EncryptedAssertion>"""


def sealed(
    root: Any, key: Any, *, content: str = GCM, transport: str = OAEP, more: str = "", words: Any = None
) -> Any:
    """`root` with its assertion encrypted for the public `key`; `words`: other bytes in its place."""
    found = root.find(f"{{{lies.SAML}}}Assertion")
    plain = etree.tostring(found) if words is None else words
    secret = os.urandom(32)
    digest = hashes.SHA256() if "sha256" in more else hashes.SHA1()
    spread = hashes.SHA256() if "mgf1sha256" in more else hashes.SHA1()
    how = padding.OAEP(padding.MGF1(spread), digest, None) if "oaep" in transport else padding.PKCS1v15()
    text = ENCRYPTED.format(
        saml=lies.SAML, xenc=XENC, dsig=lies.DSIG, content=content, transport=transport, more=more,
        key=base64.b64encode(key.encrypt(secret, how)).decode(),
        data=base64.b64encode(_cipher(content, secret, plain)).decode(),
    )  # fmt: skip
    root.replace(found, etree.fromstring(text))
    return root


def _cipher(content: str, secret: bytes, plain: bytes) -> bytes:
    if content == CBC:
        start, fill = os.urandom(16), 16 - len(plain) % 16
        writer = Cipher(algorithms.AES(secret), modes.CBC(start)).encryptor()
        return start + writer.update(plain + os.urandom(fill - 1) + bytes([fill])) + writer.finalize()
    nonce = os.urandom(12)
    return nonce + AESGCM(secret).encrypt(nonce, plain, None)


def signed_over(idp: Any, root: Any) -> Any:
    """The whole response signed by the source."""
    root.insert(1, etree.fromstring(EMPTY))
    return idp.signed(root, root.get("ID"))
