"""`tabard demo`: an organisation to learn on."""

from __future__ import annotations

from collections.abc import Iterable

import click

from tabard.cli._start import django, reaching_database


def load() -> None:
    """Load Meridian Foods into the empty database."""
    from tabard.demo import load as demo
    from tabard.demo.tell import aloud

    demo.load(aloud)


def how_to_sign_in() -> Iterable[str]:
    """A line per persona, and the password they share."""
    from tabard.demo import load as demo

    for what, name, email in demo.personas():
        yield f"{what:<32} {name:<18} {email}"
    yield f"{'Password of all of them':<32} {demo.PASSWORD}"


@click.command("demo", short_help="Load the demo company into an empty database.")
def command() -> None:
    """Load Meridian Foods: three regions, twelve districts, forty people, sixty channels, weeks of posts."""
    django()
    from tabard.demo.load import is_empty

    with reaching_database():
        empty = is_empty()
    if not empty:
        raise click.ClickException(
            "There is an organisation already. The demo goes into an empty database only."
        )
    load()
    for line in how_to_sign_in():
        click.echo(line)
