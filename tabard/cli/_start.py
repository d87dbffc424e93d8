"""What nearly every command does first: have a database, and Django ready for it."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import click

from tabard.config import embedded

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


def django(*, with_database: bool = True) -> None:
    """Load the settings and the apps."""
    if with_database:
        database()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tabard.config.settings")
    import django as framework

    framework.setup()


@contextlib.contextmanager
def reaching_database() -> Iterator[None]:
    """Turn a database that cannot be reached into a sentence."""
    import psycopg
    from django.db.utils import OperationalError

    try:
        yield
    except (OperationalError, psycopg.OperationalError) as error:
        said = str(error).strip().splitlines() or ["no answer"]
        raise Refused(
            f"The database does not answer: {said[0]}. Check DATABASE_URL; `tabard doctor` says more."
        ) from error
