"""`tabard worker`: background jobs, and the sender of what is due."""

from __future__ import annotations

import os

import click

from tabard.cli._start import django, reaching_database


@click.command()
def command() -> None:
    """Do the background work and send what is due."""
    os.environ.setdefault("TABARD_DB_POOL", "20")
    django()
    from tabard.cli import _work

    with reaching_database():
        _work.run()
