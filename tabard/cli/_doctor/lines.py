"""The lines between our own parts and to the servers they need: encrypted, and to whom they should lead."""

from __future__ import annotations

import os
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509
from django.conf import settings
from django.db import connection

from tabard.cli._doctor.finding import Finding, bad, check, ok, warn
from tabard.config.environment import HERE

SOON = timedelta(days=30)


@check("Database line", database=True)
def database_line() -> Finding:
    """Whether what goes to the database is read by it alone, and whether we know that it is it."""
    connection.ensure_connection()
    there: Any = connection.connection
    said = {option.keyword.decode(): (option.val or b"").decode() for option in there.pgconn.info}
    return of_database(there.info.host, said["sslmode"], there.pgconn.ssl_in_use, there.pgconn.used_password)


def of_database(host: str, mode: str, sealed: bool, password: bool) -> Finding:
    """`mode`: what was demanded of the server; whether it is encrypted; whether a password was shown."""
    if host.startswith("/") or host in HERE:
        return ok("does not leave this machine")
    if settings.LOCAL:
        return ok("as fits a trial")
    demand = "Put sslmode=verify-full into DATABASE_URL, with sslrootcert= if its authority is your own."
    if not sealed:
        return bad("what goes to the database is not encrypted", demand)
    if mode != "verify-full":
        return bad(f"whoever answers is taken for the database (sslmode={mode})", demand)
    if password:
        return warn(
            "encrypted; we show a password that stays as it is",
            "Give us a certificate instead: sslcert= and sslkey= in DATABASE_URL, `cert` in pg_hba.conf.",
        )
    return ok("encrypted, both sides known by certificate")


@check("Web line")
def web_line() -> Finding:
    """Whether what the proxy hands on to the processes is encrypted."""
    named = {"TABARD_BIND": settings.BIND, "TABARD_LIVE_BIND": settings.LIVE_BIND}
    outside = [name for name, bind in named.items() if bind.rpartition(":")[0].strip("[]") not in HERE]
    if settings.TLS_CERTIFICATE:
        return _certificate()
    if outside and not settings.LOCAL:
        return bad(
            f"{' and '.join(outside)} can be reached from other machines without TLS",
            "Set TABARD_TLS_CERTIFICATE and TABARD_TLS_KEY, and let the proxy ask by https.",
        )
    return ok("as fits a trial" if outside else "does not leave this machine")


def _certificate() -> Finding:
    """What the processes show the proxy."""
    try:
        found = x509.load_pem_x509_certificate(Path(settings.TLS_CERTIFICATE).read_bytes())
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(settings.TLS_CERTIFICATE, settings.TLS_KEY)
    except (OSError, ValueError) as error:  # what ssl has to say is among them
        return bad(f"{settings.TLS_CERTIFICATE} does not serve: {error}", "Look at TABARD_TLS_… again.")
    ends, now = found.not_valid_after_utc, datetime.now(UTC)
    if ends <= now + SOON:
        said = f"its certificate {'ended' if ends <= now else 'ends'} on {ends:%Y-%m-%d}"
        return (bad if ends <= now else warn)(said, "Put the next one there and restart the processes.")
    if not settings.TLS_CLIENTS:
        return warn(
            "encrypted; whoever reaches it may say that they are the proxy",
            "Name the authority of the proxies' certificates in TABARD_TLS_CLIENTS.",
        )
    return ok(f"encrypted until {ends:%Y-%m-%d}, both sides known by certificate")


@check("Other lines")
def other_lines() -> Finding:
    """Mail, files, the live line and stamps."""
    open_ = list(_plain())
    if not open_ or settings.LOCAL:
        return ok("encrypted" if not open_ else "as fits a trial")
    return bad(f"not encrypted: {', '.join(open_)}", "Give them addresses with TLS.")


def _plain() -> Iterator[str]:
    relayed = "smtp" in settings.EMAIL_BACKEND and not (settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL)
    if relayed and settings.EMAIL_HOST not in HERE:
        yield "TABARD_EMAIL_URL"
    named = {
        "TABARD_LIVE_URL": settings.LIVE_URL,
        "TABARD_S3_ENDPOINT": os.environ.get("TABARD_S3_ENDPOINT", ""),
        "TABARD_AUDIT_ANCHOR_TSA": settings.AUDIT_ANCHOR_TSA,
    }
    yield from (name for name, where in named.items() if _is_plain(where))


def _is_plain(where: str) -> bool:
    return where.startswith("http://") and urlsplit(where).hostname not in HERE


@check("Streams", database=True)
def streams() -> Finding:
    """Where entries of the audit log are sent as they come."""
    from tabard.audit.models import Stream

    going = list(Stream.objects.filter(ended_at=None).values_list("name", "address"))
    plain = [name for name, address in going if address.startswith(("http://", "tcp://"))]
    if plain and not settings.LOCAL:
        return bad(f"{plain[0]} is not encrypted", "Give it an address with https:// or tls://.")
    return ok(f"{len(going)} going out")
