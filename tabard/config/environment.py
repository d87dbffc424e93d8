"""Reading settings out of environment variables, with a clear refusal of what cannot be meant."""

from __future__ import annotations

import contextlib
import os
import secrets
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

# What is reached by these does not leave the machine.
HERE = frozenset({"", "localhost", "127.0.0.1", "::1"})


def flag(name: str, *, default: bool = False) -> bool:
    """A yes or no."""
    return os.environ.get(name, "1" if default else "").lower() in {"1", "true", "yes", "on"}


def words(name: str, default: str = "") -> list[str]:
    """Words separated by blanks or commas."""
    return [word for word in os.environ.get(name, default).replace(",", " ").split() if word]


def number(name: str, default: int, *, least: int = 1) -> int:
    """A whole number."""
    said = os.environ.get(name, str(default))
    if not said.isdecimal() or int(said) < least:
        raise ImproperlyConfigured(f"{name} must be a whole number of at least {least}, not {said!r}.")
    return int(said)


def address(name: str, default: str) -> str:
    """An http or https address without the slash at its end."""
    said = os.environ.get(name, default).rstrip("/")
    parts = split(said)
    if parts is None or parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ImproperlyConfigured(
            f"{name} must be an address like https://tabard.example.com, not {said!r}."
        )
    return said


def scanner(name: str) -> str | tuple[str, int] | None:
    """Where a daemon listens: the path of a socket, or host and port. None: there is none."""
    said = os.environ.get(name, "").strip().removeprefix("unix:")
    if not said or said.startswith("/"):
        return said or None
    parts = split(f"//{said}")
    if parts is None or not parts.hostname or not parts.port or parts.path:
        raise ImproperlyConfigured(f"{name} must be host:port or the path of a socket, not {said!r}.")
    return parts.hostname, parts.port


def split(said: str) -> SplitResult | None:
    """The parts of an address; None where it is none, its port included."""
    try:
        parts = urlsplit(said)
        return parts if parts.port != 0 else None
    except ValueError:
        return None


def key(name: str, home: Path, *, local: bool) -> str:
    """A key from the environment or the file that NAME_FILE names, or on a local set-up one made once and
    kept in `home`.

    Nothing elsewhere: every process refuses to start then, and `tabard doctor` says so.
    """
    if named := os.environ.get(f"{name}_FILE"):
        try:
            return Path(named).read_text().strip()
        except (OSError, UnicodeDecodeError) as error:
            raise ImproperlyConfigured(f"{name}_FILE: {named} cannot be read ({error}).") from error
    if name in os.environ or not local:
        return os.environ.get(name, "")
    kept = home / "keys" / name.lower()
    try:
        if not kept.exists():
            _make_key(kept)
        found = kept.read_text()
    except OSError as error:
        raise ImproperlyConfigured(
            f"{error.filename or kept} cannot be read or made: {error.strerror}. Mend the folder, name"
            f" another in TABARD_HOME, or set {name}."
        ) from error
    except UnicodeDecodeError:
        found = ""
    if not found.strip():
        raise ImproperlyConfigured(
            f"{kept} holds no key. Put the key back from your backup: without it, what was sealed with it"
            " stays closed. If there is nothing to lose yet, remove the file, and a new key is made."
        )
    return found


def _make_key(kept: Path) -> None:
    kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(dir=kept.parent)  # readable by its owner alone
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
        with contextlib.suppress(FileExistsError):  # another process starting now was faster: its key counts
            os.link(draft, kept)
    finally:
        os.unlink(draft)


def database(url: str, pool: int, *, local: bool = False) -> dict[str, Any]:
    """Django's settings for `postgresql://person:secret@host:port/name?option=value`.

    A server elsewhere must show that it is it, unless the address says otherwise, or it is for a trial.
    """
    parts = split(url)
    if parts is None or parts.scheme not in {"postgresql", "postgres"}:
        raise ImproperlyConfigured(
            "DATABASE_URL must begin with postgresql:// and look like"
            " postgresql://person:secret@host:5432/name: Tabard keeps all in PostgreSQL."
        )
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    host = str(options.pop("host", "") or unquote(parts.hostname or ""))
    if not local and not host.startswith("/") and host not in HERE and "PGSSLMODE" not in os.environ:
        options.setdefault("sslmode", "verify-full")
    port = str(options.pop("port", "") or parts.port or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "postgres",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": port,
        "OPTIONS": {**options, "pool": {"min_size": 1, "max_size": pool, "timeout": 20}},
        "TEST": {"NAME": os.environ.get("TABARD_TEST_DATABASE")},
    }


def mail(home: Path, *, local: bool) -> dict[str, Any]:
    """Django's mail settings from TABARD_EMAIL_URL, `smtp://person:secret@host:587` or `smtps://...:465`.

    Without one, mail of a local set-up is kept as files in `home`; elsewhere none is sent and `tabard doctor`
    says so.
    """
    url = os.environ.get("TABARD_EMAIL_URL", "")
    if not url:
        kind = "filebased" if local else "dummy"
        return {
            "EMAIL_BACKEND": f"django.core.mail.backends.{kind}.EmailBackend",
            "EMAIL_FILE_PATH": str(home / "mail"),
        }
    parts = split(url)
    if parts is None or parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise ImproperlyConfigured(
            "TABARD_EMAIL_URL must look like smtp://person:secret@mail.example.com:587."
        )
    sealed = parts.scheme == "smtps"
    return {
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or (465 if sealed else 587),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": sealed,
        "EMAIL_USE_TLS": not sealed and (parts.port or 587) != 25,
        "EMAIL_TIMEOUT": 20,
    }


def files() -> dict[str, Any]:
    """Django's STORAGES: uploads in S3 if TABARD_S3_BUCKET names a bucket, else in MEDIA_ROOT."""
    static = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    bucket = os.environ.get("TABARD_S3_BUCKET")
    if not bucket:
        return {"default": {"BACKEND": "django.core.files.storage.FileSystemStorage"}, "staticfiles": static}
    options = {
        "bucket_name": bucket,
        "endpoint_url": os.environ.get("TABARD_S3_ENDPOINT") or None,
        "region_name": os.environ.get("TABARD_S3_REGION") or None,
        "default_acl": None,
        "querystring_auth": True,
        "file_overwrite": False,
        "max_memory_size": 8_000_000,  # of a file that is read: the rest goes to the disk
    }
    return {
        "default": {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options},
        "staticfiles": static,
    }
