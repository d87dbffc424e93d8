"""`tabard audit`: check the log, seal it, leave its head outside."""

from __future__ import annotations

import json
import sys
from datetime import datetime

import click

from tabard.cli._start import django, reaching_database

SHOWN = 20


@click.group("audit", short_help="Check the audit log.")
def command() -> None:
    """The audit log and the chain of seals on it."""


@command.command("verify")
@click.option(
    "--since", type=click.DateTime(["%Y-%m-%d"]), help="Only batches sealed on or after this day (UTC)."
)
@click.option(
    "--head", "given", multiple=True, help="A head somebody kept, as BATCH:DIGEST. May be repeated."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of lines.")
def verify(since: datetime | None, given: tuple[str, ...], as_json: bool) -> None:
    """Check that nothing in the log was changed, and say where.

    Exit code 0: as it was sealed. 1: something was changed. 2: it could not be checked.
    """
    heads = [_head(each) for each in given]
    django()
    from datetime import UTC

    from tabard.audit.chain.verifying import verify as check

    with reaching_database():
        report = check(since=since.replace(tzinfo=UTC) if since else None, given=heads)
    if as_json:
        click.echo(json.dumps(report.plain(), ensure_ascii=False))
    else:
        _tell(report)
    if not report.sound:
        sys.exit(1)


def _head(text: str) -> tuple[int, str]:
    number, _, digest = text.partition(":")
    if not number.isdecimal() or len(digest) != 64:
        raise click.BadParameter(f"{text} is not BATCH:DIGEST with 64 hex digits", param_hint="--head")
    return int(number), digest.lower()


def _tell(report: object) -> None:
    from tabard.audit.chain.report import Report

    assert isinstance(report, Report)
    click.echo(
        f"{report.entries:,} entries in {report.batches:,} batches checked in {report.seconds} s; "
        f"{report.unsealed} not sealed yet, {report.erased} with words erased, "
        f"{report.removed:,} batches past their term, {report.anchors} heads outside."
    )
    if report.head:
        click.echo(f"head {report.head}")
    for name in report.unknown_keys:
        click.echo(f"Seals made with the key {name}, which is not here, were not checked against it.")
    for line in report.notes:
        click.echo(line)
    for fault in report.faults[:SHOWN]:
        where = f"entry {fault.entry}" if fault.entry is not None else f"batch {fault.batch}"
        inside = f" (batch {fault.batch})" if fault.entry is not None and fault.batch else ""
        click.echo(f"{click.style(fault.kind, fg='red'):<20} {where}{inside}: {fault.text}")
    hidden = len(report.faults) + report.more - SHOWN
    if hidden > 0:
        click.echo(f"... and {hidden:,} more; --json tells up to 1,000.")
    click.echo("Nothing was changed." if report.sound else "The log is not what was sealed.")


@command.command("seal")
def seal() -> None:
    """Seal what was written since the last time, now; workers do it every minute."""
    django()
    from tabard.audit.chain.sealing import seal as close

    with reaching_database():
        click.echo(f"{close()} batches sealed.")


@command.command("anchor")
def anchor() -> None:
    """Leave the newest head at every place outside; workers do it every hour. Exit code 1 if one failed."""
    django()
    from tabard.audit.chain.anchors import leave_head

    with reaching_database():
        made = leave_head()
    for each in made:
        click.echo(f"{each.where}: {each.trouble or each.reference}")
    if not made:
        click.echo("Nothing to leave, or nowhere: docs/reference/settings.md, “Audit log”.")
    if any(each.trouble for each in made):
        sys.exit(1)
