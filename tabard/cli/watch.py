"""`tabard watch`: compare accounts with ours, and think of names under which others may pass for us."""

from __future__ import annotations

import json
from pathlib import Path

import click

from tabard.cli._csv import records, stream


@click.group("watch", short_help="Score accounts that may pass for ours; think of names they may take.")
def command() -> None:
    """Accounts nobody told us about. Needs no database and calls nobody."""


@command.command("score")
@click.option("--official", required=True, type=click.Path(path_type=Path), help="Our accounts, as CSV.")
@click.option("--candidates", required=True, type=click.Path(path_type=Path), help="Others, as CSV.")
def score(official: Path, candidates: Path) -> None:
    """Say of each candidate which of ours it is most like, how much, and what that makes it; JSON, in order.

    Columns of both lists: platform, handle, name, bio, url, avatar; the last four may be missing. An avatar
    is the path of a picture, from the folder of its list, or its PDQ as 64 hexadecimal digits.
    """
    from tabard.watch.bulk import COLUMNS, judged, officials

    ours = officials(records(official, needs=("handle",)), official.parent)
    rows = stream(candidates, COLUMNS, needs=("handle",))
    for text in judged(ours, rows, candidates.parent):
        if text:
            click.echo(text)


@command.command("permute")
@click.argument("name")
@click.option(
    "--platform", required=True, help="Whose rules the names must keep: x, instagram, domain, name ..."
)
@click.option("--limit", type=click.IntRange(1, 100_000), default=300, show_default=True)
def permute(name: str, platform: str, limit: int) -> None:
    """Think of names under which others may pass for NAME, the likeliest first; JSON, a line for each."""
    from tabard.watch.faces import slug
    from tabard.watch.permute import permutations_of

    for found in permutations_of(name, slug(platform), limit):
        click.echo(json.dumps({"handle": found.handle, "family": found.family}, ensure_ascii=False))
