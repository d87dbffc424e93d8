"""`tabard migrate`: bring the tables up to this version."""

from __future__ import annotations

import click

from tabard.cli._start import django, reaching_database


@click.command()
def command() -> None:
    """Bring the database's tables up to this version of Tabard."""
    django()
    from django.core.management import call_command

    with reaching_database():
        call_command("migrate", interactive=False, verbosity=1)
