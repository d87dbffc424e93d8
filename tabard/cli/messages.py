"""`tabard messages`: the texts people see, collected from the code and compiled for use."""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path

import click

from tabard.cli._start import Refused, django

LOCALE = Path(__file__).resolve().parent.parent / "locale"
# The Practice network has its own words. By files: the folder's name would leave out its connector as well.
PRACTICE = ("practice/*.py", "practice/*.html")


@click.group()
def command() -> None:
    """Collect or compile the translations (for those who change Tabard)."""


@command.command("compile")
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def compile_(files: tuple[Path, ...]) -> None:
    """Make the .mo files that Tabard reads from FILES, or from all translations. Needs no gettext."""
    import polib  # type: ignore[import-untyped]

    for source in files or sorted(LOCALE.rglob("*.po")):
        try:
            entries = polib.pofile(str(source), check_for_duplicates=True)
        except (OSError, ValueError) as error:
            raise Refused(f"{source} cannot be read as a translation: {error}") from error
        entries.save_as_mofile(str(source.with_suffix(".mo")))


@command.command()
@click.option("--language", "languages", multiple=True, default=["bg"], show_default=True)
def collect(languages: tuple[str, ...]) -> None:
    """Write every text of the code and the templates into the translation files. Needs GNU gettext."""
    if not shutil.which("xgettext"):
        raise Refused("Collecting texts needs GNU gettext. On Debian: apt install gettext.")
    django(with_database=False)
    from django.core.management import call_command

    package = LOCALE.parent
    with contextlib.chdir(package):
        options = {"locale": list(languages), "no_location": True, "no_obsolete": True, "no_wrap": True}
        call_command(
            "makemessages", ignore_patterns=["*/tests/*", "static/*", *PRACTICE], verbosity=0, **options
        )
