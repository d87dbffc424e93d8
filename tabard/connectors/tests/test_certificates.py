"""A server whose certificate nobody vouches for, or that is another's, is told nothing."""

from __future__ import annotations

import asyncio
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tabard.connectors import guard
from tabard.connectors.errors import Later
from tabard.connectors.http import open_http

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Type: application/json\r\n\r\n{}"


def certificate(folder: Path, name: str) -> Path:
    """A certificate for `name` that is signed by itself, and its key, in one file."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder(who, who, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, SHA256())
    )
    path = folder / f"{name}.pem"
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(secret + made.public_bytes(Encoding.PEM))
    return path


async def called(pem: Path) -> list[bytes]:
    """Call localhost by https where a server shows `pem`; what it was sent."""
    seen: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(OK)
        await writer.drain()
        writer.close()

    shown = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    shown.load_cert_chain(pem)
    there = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=shown)
    async with there, open_http({"localhost"}) as http:
        host = f"localhost:{there.sockets[0].getsockname()[1]}"
        await http.to({host}).call("GET", f"https://{host}/", headers={"Authorization": "Bearer secret"})
    return seen


@pytest.fixture
def trusting(monkeypatch):
    """Trust one certificate more."""

    def also(pem: Path) -> None:
        context = guard.tls.__wrapped__()
        context.load_verify_locations(pem)
        monkeypatch.setattr(guard, "tls", lambda: context)

    return also


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path, trusting):
    pem = certificate(tmp_path, "localhost")
    with pytest.raises(Later):
        asyncio.run(called(pem))
    trusting(pem)
    assert len(asyncio.run(called(pem))) == 1  # it was for that alone


def test_a_certificate_of_another_host_is_refused(tmp_path, trusting):
    pem = certificate(tmp_path, "elsewhere.example")
    trusting(pem)
    with pytest.raises(Later):
        asyncio.run(called(pem))


def test_nothing_older_than_tls_1_2_is_spoken():
    assert guard.tls().minimum_version >= ssl.TLSVersion.TLSv1_2
    assert guard.tls().check_hostname
    assert guard.tls().verify_mode == ssl.CERT_REQUIRED
