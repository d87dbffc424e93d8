"""Our own keys for a source: with them it encrypts for us, and knows that a sign-out is ours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID

from tabard.access.models import Source, SourceKey
from tabard.access.vault import seal, unseal
from tabard.kernel import clock

BITS = 3072
DAYS = 3 * 365


@dataclass(frozen=True)
class Pair:
    """A key and the certificate that says it is ours."""

    private: rsa.RSAPrivateKey
    certificate: x509.Certificate


def purpose(source: Source) -> str:
    """What the vault is told the keys are for."""
    return f"keys for source {source.slug}"


def made(source: Source) -> SourceKey:
    """A new key with its certificate; not stored yet."""
    key, now = rsa.generate_private_key(public_exponent=65537, key_size=BITS), clock.now()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Tabard {source.slug}")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=DAYS))
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return SourceKey(
        source=source,
        secret=seal({"key": private}, about=purpose(source)),
        certificate=certificate.public_bytes(Encoding.PEM).decode(),
        made_at=now,
    )


def pairs(source: Source) -> list[Pair]:
    """Ours for this source: the first signs, all of them open what it encrypts."""
    found = []
    for each in source.keys.order_by("id"):
        private = load_pem_private_key(unseal(each.secret, about=purpose(source))["key"].encode(), None)
        assert isinstance(private, rsa.RSAPrivateKey)
        found.append(Pair(private, x509.load_pem_x509_certificate(each.certificate.encode())))
    return found


def certificates(text: str) -> list[x509.Certificate]:
    """Those of a PEM text; `ValueError` if one is none."""
    return x509.load_pem_x509_certificates(text.encode()) if text.strip() else []
