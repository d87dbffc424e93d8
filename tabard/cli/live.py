"""`tabard live`: the stream that keeps open screens fresh."""

from __future__ import annotations

import click

from tabard.cli._serve import serve
from tabard.cli._start import django


@click.command()
def command() -> None:
    """Tell open screens what has changed."""
    django()
    from django.conf import settings

    serve(
        "tabard.config.asgi:application",
        "asgi",
        settings.LIVE_BIND,
        "TABARD_LIVE_BIND",
        workers=1,
        backlog=4096,
        backpressure=20_000,  # open screens; they hold a connection each and cost nearly nothing
    )
