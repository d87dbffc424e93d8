"""`tabard doctor`: what is well, what is not, and what to do about it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict

import click

from tabard.cli._start import database, django, why_unreachable
from tabard.config import embedded

MARKS = {"ok": ("ok  ", "green"), "warn": ("warn", "yellow"), "bad": ("bad ", "red")}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of lines.")
def command(as_json: bool) -> None:
    """Check this installation, a line for each thing. Exit code 1 if something is bad."""
    trouble = ""
    try:
        database()
    except embedded.Trouble as error:
        trouble = str(error)
    django(with_database=False, without_keys=True)
    findings = list(_examine(trouble))
    if as_json:
        click.echo(json.dumps({"findings": findings}, ensure_ascii=False))
    else:
        for finding in findings:
            mark, colour = MARKS[finding["state"]]
            click.echo(f"{click.style(mark, fg=colour)}  {finding['name']:<18} {finding['text']}")
            if finding["do"]:
                click.echo(f"{'':<26}{finding['do']}")
    if any(finding["state"] == "bad" for finding in findings):
        sys.exit(1)


def _examine(trouble: str) -> Iterator[dict[str, str]]:
    """Every check; without a database those that need none, and why there is none."""
    from django.db import DatabaseError

    from tabard.cli._doctor import audit, database, lines, machine, processes, safety, signing_in  # noqa: F401  they add their checks
    from tabard.cli._doctor.finding import CHECKS, bad

    trouble = trouble or why_unreachable()
    if trouble:
        finding = bad(trouble, "Check DATABASE_URL, and whether the server runs and lets us in.")
        yield {"name": "Database", **asdict(finding)}
    for name, check, needs_database in CHECKS:
        if trouble and needs_database:
            continue
        try:
            finding = check()
        except DatabaseError as error:
            finding = bad(str(error).strip().splitlines()[0], "Run `tabard migrate`.")
        yield {"name": name, **asdict(finding)}
