"""`tabard watch`: compare accounts with ours, and think of names under which others may pass for us."""

from __future__ import annotations

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
    from tabard.watch.bulk import judged, officials, plain

    ours = officials(records(official, needs=("handle",)), official.parent)
    rows = (plain(row) for row in stream(candidates, needs=("handle",)))
    for text in judged(ours, rows, candidates.parent):
        if text:
            click.echo(text)
