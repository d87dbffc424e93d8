"""`tabard demo`: an organisation to learn on."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click

from tabard.cli._start import django, reaching_database


def load() -> None:
    """Load Meridian Foods into the empty database."""
    from tabard.demo import load as demo
    from tabard.demo.tell import aloud

    demo.load(aloud)


def load_full(posts: int) -> None:
    """Load the large organisation."""
    from tabard.demo import scale
    from tabard.demo.tell import aloud

    scale.load(scale.Size(posts=posts), aloud)


def how_to_sign_in_full() -> Iterable[str]:
    """The same for the large organisation."""
    from tabard.demo.load import PASSWORD
    from tabard.demo.scale import SIGN_IN

    yield from (f"{what:<32} {email}" for what, _role, email in SIGN_IN)
    yield f"{'Password of all of them':<32} {PASSWORD}"


def how_to_sign_in() -> Iterable[str]:
    """A line per persona who is there, and the password they share."""
    from tabard.demo import load as demo
    from tabard.org.models import Person

    personas = list(demo.personas())
    here = set(
        Person.objects.filter(email__in=[email for _what, _name, email in personas]).values_list(
            "email", flat=True
        )
    )
    for what, name, email in personas:
        if email in here:
            yield f"{what:<32} {name:<18} {email}"
    if here:
        yield f"{'Password of all of them':<32} {demo.PASSWORD}"


@click.command("demo", short_help="Load the demo company into an empty database.")
@click.option(
    "--scale",
    type=click.Choice(["story", "full"]),
    default="story",
    show_default=True,
    help="The company of the manual, or one as large as they come.",
)
@click.option("--posts", type=click.IntRange(1_000), default=1_000_000, show_default=True, help="With full.")
@click.option(
    "--from",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Units and channels of this folder instead: its newest snapshot_*_members.csv and _accounts.csv.",
)
@click.option(
    "--name", default="United States Congress", show_default=True, help="With --from: whose they are."
)
def command(scale: str, posts: int, folder: Path | None, name: str) -> None:
    """Load Meridian Foods: three regions, twelve districts, forty people, sixty channels, weeks of posts.

    With `--scale full`: 200 units, 5,000 people, 3,000 channels, a million posts over two years; minutes.
    """
    django()
    from tabard.demo.load import is_empty

    with reaching_database(tables=True):
        empty = is_empty()
    if not empty:
        raise click.ClickException(
            "There is an organisation already. The demo goes into an empty database only."
        )
    if folder is not None:
        _from_lists(folder, name)
        return
    if scale == "full":
        load_full(posts)
    else:
        load()
    for line in how_to_sign_in_full() if scale == "full" else how_to_sign_in():
        click.echo(line)


def _from_lists(folder: Path, name: str) -> None:
    from tabard.demo import folder as lists
    from tabard.demo.load import PASSWORD
    from tabard.demo.tell import aloud

    try:
        for line in lists.load(folder, name, PASSWORD, aloud):
            click.echo(line)
    except LookupError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{lists.OWNER:<32} {lists.EMAIL}")
    click.echo(f"{'Password':<32} {PASSWORD}")
