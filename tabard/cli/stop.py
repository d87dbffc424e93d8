"""`tabard stop`: end the embedded PostgreSQL, whoever uses it."""

from __future__ import annotations

import click

from tabard.cli._start import home
from tabard.config import embedded


@click.command()
def command() -> None:
    """Stop the embedded PostgreSQL of this folder."""
    if embedded.stop(home()):
        click.echo("Stopped the embedded PostgreSQL.")
    else:
        click.echo(f"No embedded PostgreSQL runs in {embedded.data_folder(home())}.")
