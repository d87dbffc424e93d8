"""`tabard manage ...`: Django's own commands, for those who know them."""

from __future__ import annotations

import click

from tabard.cli._start import database

WITHOUT_DATABASE = {"help", "version", "check", "collectstatic", "makemessages", "diffsettings"}


@click.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def command(arguments: tuple[str, ...]) -> None:
    """Run one of Django's own commands, such as `tabard manage shell`."""
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tabard.config.settings")
    if not arguments or arguments[0] not in WITHOUT_DATABASE:
        database()
    from django.core.management import execute_from_command_line

    execute_from_command_line(["tabard manage", *arguments])
