"""What nearly every command does first: have a database, and Django ready for it."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from tabard.config import embedded

OLDEST = 15  # version of PostgreSQL
KEYS = ("TABARD_SECRET_KEY", "TABARD_VAULT_KEY")
MARK = "TABARD_EMBEDDED"  # beside DATABASE_URL when that is the embedded server's, for processes we start


class Refused(click.ClickException):
    """A mistake that the person can mend: one clear sentence, exit code 2."""

    exit_code = 2


def home() -> Path:
    """The folder of everything that is not in the database, without loading the settings."""
    return Path(os.environ.get("TABARD_HOME", Path.cwd() / ".local")).resolve()


def uses_embedded() -> bool:
    """Whether no other database was named."""
    return "DATABASE_URL" not in os.environ or MARK in os.environ


def database() -> str:
    """The address of the database; starts the embedded server if none was named. Raises Trouble."""
    if uses_embedded():
        os.environ.setdefault("TABARD_LOCAL", "1")
        os.environ["TABARD_HOME"] = str(home())
        os.environ["DATABASE_URL"] = embedded.ensure(home())
        os.environ[MARK] = "1"
    return os.environ["DATABASE_URL"]


def django(*, with_database: bool = True, without_keys: bool = False) -> None:
    """Load the settings and the apps. Raises Refused where production lacks its keys."""
    if with_database:
        database()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tabard.config.settings")
    import django as framework
    from django.conf import settings

    missing = [name for name in KEYS if not settings.LOCAL and not os.environ.get(name)]
    if missing and not without_keys:
        raise Refused(
            f"{' and '.join(missing)} must be set: long random words that every process of this installation "
            "shares, for example from `openssl rand -base64 48`. docs/how-to/run-in-production.md says more."
        )
    framework.setup()


def why_unreachable() -> str:
    """What keeps us from the database, in its driver's words; empty if nothing does."""
    return _asked()[0]


def _asked() -> tuple[str, int]:
    """What keeps us from the database, and its version."""
    import psycopg
    from django.conf import settings

    # As every other connection is made: what is asked of the server does not depend on who asks.
    given: dict[str, Any] = {"connect_timeout": 5}
    if mode := settings.DATABASES["default"]["OPTIONS"].get("sslmode"):
        given["sslmode"] = mode
    try:
        with psycopg.connect(os.environ["DATABASE_URL"], **given) as there:
            return "", there.info.server_version // 10000
    except psycopg.Error as error:
        return (str(error).strip().splitlines() or ["no answer"])[0], 0


@contextlib.contextmanager
def reaching_database(*, tables: bool = False) -> Iterator[None]:
    """Turn a database that cannot be reached into a sentence, and soon: a pool would try for long.

    `tables`: what is done needs the tables of this version; the embedded database gets them now.
    """
    from django.db.utils import OperationalError

    why, version = _asked()
    if why:
        raise Refused(f"The database does not answer: {why}. Check DATABASE_URL.")
    if version < OLDEST:
        raise Refused(
            f"The database is PostgreSQL {version}, and Tabard needs {OLDEST} or later. Move the data to a"
            " newer server with pg_upgrade or pg_dump, and name that in DATABASE_URL."
        )
    try:
        if tables:
            _have_tables()
        yield
    except OperationalError as error:
        raise Refused(f"The database went away: {error}. Look into its log and try again.") from error


def _have_tables() -> None:
    from tabard.cli import _ready

    if uses_embedded():
        _ready.migrate()
    elif _ready.steps():
        raise Refused("The database does not have the tables of this version. Run `tabard migrate` first.")
