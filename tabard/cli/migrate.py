"""`tabard migrate`: bring the tables up to this version."""

from __future__ import annotations

import click

from tabard.cli._start import django, reaching_database


@click.command()
def command() -> None:
    """Bring the database's tables up to this version of Tabard."""
    django()
    from tabard.cli import _ready

    with reaching_database():
        _ready.apply(verbosity=1)
