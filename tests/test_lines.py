"""The lines between the parts of an installation: encrypted, and only with whom they should be."""

from __future__ import annotations

import os
import socket
import ssl
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tabard.cli._doctor import lines
from tabard.config import environment


class Authority:
    """Makes certificates: for names, or, with `days` below 0, ones that are over."""

    def __init__(self, folder: Path, name: str = "authority") -> None:
        self.folder, self.key = folder, ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        made = self._built(self.name, self.key, 90).add_extension(
            x509.BasicConstraints(ca=True, path_length=None), critical=True
        )
        self.path = folder / f"{name}.pem"
        self.path.write_bytes(made.sign(self.key, hashes.SHA256()).public_bytes(Encoding.PEM))

    def certificate(self, host: str, days: int = 90) -> tuple[str, str]:
        """Files with a certificate for `host` and its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
        named = x509.DNSName(host)
        made = self._built(name, key, days).add_extension(
            x509.SubjectAlternativeName([named]), critical=False
        )
        files = self.folder / f"{host}.pem", self.folder / f"{host}.key"
        files[0].write_bytes(made.sign(self.key, hashes.SHA256()).public_bytes(Encoding.PEM))
        files[1].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        return str(files[0]), str(files[1])

    def _built(self, name: x509.Name, key: Any, days: int) -> x509.CertificateBuilder:
        now = datetime.now(UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(self.name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=100))
            .not_valid_after(now + timedelta(days=days))
        )


@pytest.fixture
def authority(tmp_path):
    return Authority(tmp_path)


class Server:
    """As much of PostgreSQL as is said before anybody is let in; keeps what it was told."""

    def __init__(self, certificate: tuple[str, str] | None) -> None:
        self.heard = b""
        self._listen = socket.create_server(("127.0.0.1", 0))
        self._sealed = certificate
        self.port = self._listen.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with self._listen, self._listen.accept()[0] as there:
            assert there.recv(8)[4:] == (80877103).to_bytes(4, "big"), "it asks for TLS before all else"
            there.sendall(b"S" if self._sealed else b"N")
            if not self._sealed:
                self.heard = there.recv(1000)
                return
            how = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            how.load_cert_chain(*self._sealed)
            try:
                with how.wrap_socket(there, server_side=True) as sealed:
                    self.heard = sealed.recv(1000)
                    told = b"SFATAL\0C28000\0Mwho goes there\0\0"
                    sealed.sendall(b"E" + (len(told) + 4).to_bytes(4, "big") + told)
            except OSError:
                return


def connect(port: int, options: str = "") -> str:
    """What keeps us from a database at `db.example`, as settings name it."""
    there = environment.database(
        f"postgresql://tabard:secret@db.example:{port}/tabard?hostaddr=127.0.0.1{options}", 1
    )
    more = {name: value for name, value in there["OPTIONS"].items() if name != "pool"}
    with pytest.raises(psycopg.OperationalError) as refused:
        psycopg.connect(
            host=there["HOST"], port=there["PORT"], user=there["USER"], password=there["PASSWORD"],
            dbname=there["NAME"], connect_timeout=5, **more,
        )  # fmt: skip
    return str(refused.value)


def test_a_database_elsewhere_is_told_nothing_in_the_clear(authority):
    server = Server(None)
    assert "server does not support SSL" in connect(server.port, f"&sslrootcert={authority.path}")
    assert server.heard == b""


@pytest.mark.parametrize(("name", "known"), [("other.example", True), ("db.example", False)])
def test_nor_whoever_only_says_that_it_is_the_database(authority, tmp_path, name, known):
    (tmp_path / "else").mkdir()
    believed = authority if known else Authority(tmp_path / "else", "stranger")
    server = Server(authority.certificate(name))
    said = connect(server.port, f"&sslrootcert={believed.path}")
    assert "other.example" in said if known else "certificate verify failed" in said
    assert server.heard == b""


def test_the_database_itself_is_spoken_with(authority):
    server = Server(authority.certificate("db.example"))
    assert "who goes there" in connect(server.port, f"&sslrootcert={authority.path}")
    assert b"tabard" in server.heard


def test_what_does_not_leave_the_machine_and_what_is_said_is_left_as_it_is(monkeypatch):
    def mode(host, options="", **more):
        return environment.database(f"postgresql://t@{host}/t{options}", 1, **more)["OPTIONS"].get("sslmode")

    assert mode("db.example") == mode("10.0.0.7") == "verify-full"
    assert (
        mode("localhost") is mode("127.0.0.1") is mode("[::1]") is mode("", "?host=/run/postgresql") is None
    )
    assert mode("database", local=True) is None, "a trial"
    assert mode("db.example", "?sslmode=require") == "require"
    monkeypatch.setenv("PGSSLMODE", "disable")
    assert mode("db.example") is None


@pytest.fixture
def sealed_web(authority, tmp_path):
    """`tabard live` with a certificate, which asks for one; the address it answers at."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        bind = f"127.0.0.1:{free.getsockname()[1]}"
    certificate, key = authority.certificate("localhost")
    (tmp_path / "proxies").mkdir()
    proxies = Authority(tmp_path / "proxies", "proxies")
    process = subprocess.Popen(
        [sys.executable, "-m", "tabard", "live"],
        env={
            **os.environ, "TABARD_LIVE_BIND": bind, "TABARD_TLS_CERTIFICATE": certificate,
            "TABARD_TLS_KEY": key, "TABARD_TLS_CLIENTS": str(proxies.path),
        },
    )  # fmt: skip
    try:
        for _try in range(300):
            try:
                socket.create_connection(("127.0.0.1", int(bind.partition(":")[2]))).close()
                break
            except OSError:
                time.sleep(0.1)
        yield bind.replace("127.0.0.1", "localhost"), proxies
    finally:
        process.terminate()
        process.wait(timeout=30)


def test_processes_with_a_certificate_answer_proxies_that_show_theirs_and_nobody_else(sealed_web, authority):
    where, proxies = sealed_web

    def asked(shown=None):
        how = ssl.create_default_context(cafile=str(authority.path))
        if shown:
            how.load_cert_chain(*shown)
        return httpx.get(f"https://{where}/health", verify=how, timeout=10)

    assert asked(proxies.certificate("proxy")).text.startswith("ok")
    for stranger in (None, authority.certificate("stranger")):
        with pytest.raises(httpx.TransportError):
            asked(stranger)
    with pytest.raises(httpx.TransportError):
        httpx.get(f"http://{where}/health", timeout=10)


@pytest.fixture
def production(settings):
    settings.LOCAL = False
    settings.BIND = settings.LIVE_BIND = "127.0.0.1:8000"
    settings.TLS_CERTIFICATE = settings.TLS_KEY = settings.TLS_CLIENTS = ""
    return settings


def test_the_doctor_demands_tls_where_the_processes_can_be_reached_from_elsewhere(production, authority):
    assert lines.web_line().state == "ok"
    production.LIVE_BIND = "10.0.0.7:8001"
    assert (lines.web_line().state, "TABARD_LIVE_BIND can be" in lines.web_line().text) == ("bad", True)
    production.TLS_CERTIFICATE, production.TLS_KEY = authority.certificate("web")
    assert lines.web_line().state == "warn", "whoever reaches it may say that they are the proxy"
    production.TLS_CLIENTS = str(authority.path)
    assert lines.web_line().state == "ok"
    for days, state in ((20, "warn"), (-1, "bad")):
        production.TLS_CERTIFICATE, production.TLS_KEY = authority.certificate("web", days)
        assert lines.web_line().state == state
    production.TLS_KEY = authority.certificate("another")[1]
    assert (lines.web_line().state, lines.web_line().text[-1:] != "") == ("bad", True)
    production.TLS_CERTIFICATE = "/nowhere.pem"
    assert lines.web_line().state == "bad"


@pytest.mark.parametrize(
    ("host", "mode", "sealed", "password", "state"),
    [
        ("/run/postgresql", "prefer", False, True, "ok"),
        ("127.0.0.1", "prefer", False, True, "ok"),
        ("db.example", "prefer", False, True, "bad"),
        ("db.example", "require", True, True, "bad"),
        ("db.example", "verify-ca", True, False, "bad"),
        ("db.example", "verify-full", True, True, "warn"),
        ("db.example", "verify-full", True, False, "ok"),
    ],
)
def test_the_doctor_demands_a_database_that_shows_that_it_is_it(
    production, host, mode, sealed, password, state
):
    assert lines.of_database(host, mode, sealed, password).state == state
    production.LOCAL = True
    assert lines.of_database(host, mode, sealed, password).state == "ok"


@pytest.mark.django_db
def test_the_doctor_looks_at_the_real_connection_too():
    assert lines.database_line().state == "ok"


def test_the_doctor_names_every_other_line_without_tls(production, monkeypatch):
    production.LIVE_URL, production.AUDIT_ANCHOR_TSA = "https://tabard.example/live", ""
    production.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    production.EMAIL_HOST, production.EMAIL_USE_TLS, production.EMAIL_USE_SSL = "mail.example", True, False
    assert lines.other_lines().state == "ok"
    production.EMAIL_USE_TLS = False
    production.AUDIT_ANCHOR_TSA = "http://stamps.example"
    production.LIVE_URL = "http://tabard.example/live"
    monkeypatch.setenv("TABARD_S3_ENDPOINT", "http://minio.example:9000")
    found = lines.other_lines()
    assert found.state == "bad"
    for name in ("EMAIL_URL", "LIVE_URL", "S3_ENDPOINT", "ANCHOR_TSA"):
        assert name in found.text
