"""`tabard web`: pages and API."""

from __future__ import annotations

import click

from tabard.cli._serve import serve
from tabard.cli._start import django


@click.command()
def command() -> None:
    """Serve the pages and the API."""
    django()
    from django.conf import settings

    serve(
        "tabard.config.wsgi:application",
        "wsgi",
        settings.BIND,
        "TABARD_BIND",
        workers=settings.WEB_WORKERS,
        blocking_threads=settings.WEB_THREADS,
        # More than a few waiting per thread helps nobody: a proxy that is refused tries the next node.
        backpressure=settings.WEB_THREADS * 16,
        log_access=settings.DEBUG,
    )
