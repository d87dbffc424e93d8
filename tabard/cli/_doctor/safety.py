"""The settings that keep an installation safe."""

from __future__ import annotations

import os
from urllib.parse import urlsplit

from django.conf import settings

from tabard.cli._doctor.finding import Finding, bad, check, ok, warn
from tabard.cli._start import uses_embedded

SHORTEST_KEY = 32  # characters


def _strength(name: str) -> Finding:
    key = os.environ.get(name, "")
    if settings.LOCAL and not key:
        return ok("made for this folder and kept in it")
    if not key:
        return bad(f"{name} is not set", f"Set it to what `openssl rand -base64 48` prints ({name}).")
    if len(key) < SHORTEST_KEY or len(set(key)) < 12:
        return bad(f"{name} is weak", f"Use at least {SHORTEST_KEY} random characters.")
    return ok("set")


@check("Secret key")
def secret_key() -> Finding:
    """Signs sessions and links."""
    return _strength("TABARD_SECRET_KEY")


@check("Vault key")
def vault_key() -> Finding:
    """Encrypts channel credentials; losing it loses them."""
    finding = _strength("TABARD_VAULT_KEY")
    if os.environ.get("TABARD_VAULT_KEY") and os.environ.get("TABARD_SECRET_KEY") == settings.VAULT_KEY:
        return bad("the same as the secret key", "Use another one, kept apart from it.")
    return finding


@check("Vault", database=True)
def vault() -> Finding:
    """Whether everything that is sealed can be opened."""
    from tabard.access.vault.keys import Sealed, ring
    from tabard.access.vault.rotation import count_by_key, unknown_keys

    try:
        lost, counts = unknown_keys(), count_by_key()
    except Sealed as error:
        return bad(str(error), "Mend TABARD_VAULT_KEY, TABARD_VAULT_KEY_FILE or TABARD_VAULT_COMMAND.")
    if lost:
        names = ", ".join(sorted(lost))
        return bad(
            f"{sum(lost.values())} secrets do not open: sealed under {names}",
            "Name the keys that sealed them in TABARD_VAULT_OLD_KEYS.",
        )
    older = sum(n for keys in counts.values() for key, n in keys.items() if key != ring().current.id)
    if older:
        return warn(f"{older} secrets are under an older key", "Run `tabard vault rotate`.")
    return ok(f"{sum(sum(keys.values()) for keys in counts.values())} secrets, all under {ring().current.id}")


@check("Address")
def address() -> Finding:
    """Where people reach the pages."""
    if settings.PUBLIC_URL.startswith("https://"):
        return ok(settings.PUBLIC_URL)
    if settings.LOCAL:
        return ok(f"{settings.PUBLIC_URL} (this machine only)")
    return bad(f"{settings.PUBLIC_URL} is not https", "Set TABARD_URL to the https address of your proxy.")


@check("Hosts")
def hosts() -> Finding:
    """Names under which pages are served."""
    if "*" in settings.ALLOWED_HOSTS:
        return bad("any name is accepted", "Name your hosts in TABARD_HOSTS.")
    host = urlsplit(settings.PUBLIC_URL).hostname or ""
    accepted = {name.strip("[]") for name in settings.ALLOWED_HOSTS}
    if host not in accepted and not any(a.startswith(".") and host.endswith(a) for a in accepted):
        return bad(f"{host} is not accepted", f"Add {host} to TABARD_HOSTS.")
    return ok(", ".join(settings.ALLOWED_HOSTS))


@check("Debugging")
def debugging() -> Finding:
    """Pages that show our insides to everybody."""
    if settings.DEBUG and not settings.LOCAL:
        return bad("TABARD_DEBUG is on", "Unset it: error pages show secrets.")
    return ok("on" if settings.DEBUG else "off")


@check("Private hosts")
def private_hosts() -> Finding:
    """Inner addresses that connectors may reach."""
    if settings.PRIVATE_HOSTS and not settings.LOCAL:
        return warn(
            f"connectors may reach {', '.join(settings.PRIVATE_HOSTS)} inside your network",
            "Keep TABARD_PRIVATE_HOSTS to the platforms you host yourselves.",
        )
    return ok(", ".join(settings.PRIVATE_HOSTS) or "none")


@check("E-mail")
def email() -> Finding:
    """Whether mail can leave."""
    if "smtp" not in settings.EMAIL_BACKEND:
        if settings.LOCAL:
            return ok(f"kept as files in {settings.HOME / 'mail'}")
        return bad("no mail leaves", "Set TABARD_EMAIL_URL: resets, reminders and pages go by mail.")
    from django.core.mail import get_connection

    where = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    try:
        connection = get_connection(timeout=5)
        connection.open()
        connection.close()
    except OSError as error:  # smtplib's errors are among them
        return bad(f"{where} does not take mail: {error}", "Check TABARD_EMAIL_URL.")
    return ok(where)


@check("Embedded database")
def embedded() -> Finding:
    """The server inside our wheel is for trying out."""
    if not uses_embedded():
        return ok("not used")
    if settings.LOCAL:
        return ok("used, as fits a trial")
    return bad("used in production", "Set DATABASE_URL to a PostgreSQL server that is backed up.")
