"""`tabard register`: the register from the command line."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any, TextIO

import click

from tabard.cli import _ready
from tabard.cli._csv import lines, records
from tabard.cli._start import Refused, django, reaching_database


@click.group("register", short_help="Import a register of channels or units; look at lists of channels.")
def command() -> None:
    """The register of channels."""


@command.command("resolve")
@click.argument("file", type=click.File(encoding="utf-8", errors="replace"), default="-")
@click.option("--platform", default="", help="The platform of all handles that come without an address.")
@click.option("--look", is_flag=True, help="Ask the domain of a handle like @ann@example.com where it lives.")
def resolve_(file: TextIO, platform: str, look: bool) -> None:
    """Say which channel each line of FILE means, a link or a handle; JSON, a line for a line.

    Without FILE, lines are read as they come in.
    """
    from tabard.register.rules import Unresolved, resolve

    for line in lines(file):
        found: dict[str, Any] = {"input": line}
        try:
            meant = resolve(line, platform)
            found |= {"platform": meant.platform, "handle": meant.handle, "canonical": meant.canonical}
            found |= {"id": meant.remote_id} if meant.remote_id else {}
            found |= _lives(meant.handle) if look and "@" in meant.handle else {}
        except Unresolved as error:
            found |= {"platform": None, "handle": None, "canonical": None, "why": str(error)}
        click.echo(json.dumps(found, ensure_ascii=False))


def _lives(handle: str) -> dict[str, Any]:
    """What the domain says of the handle: `looked`, null where it says nothing."""
    from tabard.register.webfinger import looked

    there = asyncio.run(looked(handle))
    return {"looked": there and {"handle": there.handle, "server": there.server, "url": there.url}}


@command.command("check")
@click.option("--file", "path", required=True, type=click.Path(path_type=Path), help="The list, as CSV.")
def check(path: Path) -> None:
    """Say which rows of a list of channels are wrong and why; JSON, a line for each such row.

    Rows are counted from 1, without the header. Exit code 1 if there are any.
    """
    from tabard.register.faults import faults

    found = faults(records(path))
    for fault in found:
        said = {"row": fault.row, "why": " ".join(fault.why), "kinds": fault.kinds}
        click.echo(json.dumps(said, ensure_ascii=False))
    sys.exit(1 if found else 0)


@command.command("duplicates")
@click.option("--file", "path", required=True, type=click.Path(path_type=Path), help="The list, as CSV.")
def duplicates(path: Path) -> None:
    """Find channels that a list has twice, or that serve one purpose; JSON, a line for each group.

    Columns: id, platform, url, unit, language, purpose; the last three may be missing.
    """
    from tabard.register.duplicates import entry, groups

    rows = records(path, needs=("url",))
    for group in groups([entry(row, number) for number, row in enumerate(rows, 1)]):
        said = {
            "ids": [each.key for each in group.entries],
            "reasons": list(group.reasons),
            "platform": group.entries[0].platform,
            "urls": [each.url for each in group.entries],
        }
        click.echo(json.dumps(said, ensure_ascii=False))


@command.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--unit", "slug", default="", help="Import for this unit and all below it (its short name).")
@click.option("--kind", type=click.Choice(["channels", "units"]), help="What the file lists, if unclear.")
@click.option("--sheet", default="", help="The sheet of an Excel file; the first one if left out.")
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print every row as JSON.")
def import_(file: Path, slug: str, kind: str | None, sheet: str, dry_run: bool, as_json: bool) -> None:
    """Import channels or units from CSV, XLSX, JSON or YAML. Importing twice changes nothing.

    Exit code 1 if rows were refused, 2 if the file or the database cannot be read.
    """
    django()
    from tabard.kernel.actor import command_line
    from tabard.kernel.errors import Refusal
    from tabard.org.queries import place_for, unit_in_scope
    from tabard.register.running import straight

    by = command_line()
    with reaching_database(tables=True):
        if _ready.is_empty():
            raise Refused("There is no organisation here yet. Run `tabard found` or `tabard demo` first.")
        try:
            unit = unit_in_scope(by, slug) if slug else place_for(by, None, "channels.import")
            said = {"kind": kind or "", "sheet": sheet}
            brought = straight(by, unit, file.name, file.read_bytes(), dry=dry_run, **said)
        except Refusal as refused:
            raise Refused(refused.reason) from refused
    _tell(brought, as_json, dry_run)
    sys.exit(1 if brought.counts["refused"] else 0)


@command.group("sign-key")
def sign_key() -> None:
    """The keys that sign the public register."""


@sign_key.command("list")
def sign_key_list() -> None:
    """Name every key there has been; JSON, a line for each."""
    django()
    from tabard.public.queries import keys
    from tabard.public.signing import published

    with reaching_database(tables=True):
        for key in published(keys()[0]):
            click.echo(json.dumps(key))


@sign_key.command("rotate")
@click.option(
    "--days", default=14, show_default=True, help="Days that the new key is published before it signs."
)
@click.option(
    "--lost", is_flag=True, help="Somebody else may have the old key: revoke it, sign anew at once."
)
def sign_key_rotate(days: int, lost: bool) -> None:
    """Make a new key. The old one signs until the new one has been published for so many days."""
    django()
    from tabard.kernel.actor import command_line
    from tabard.kernel.errors import Refusal
    from tabard.org.tree import root
    from tabard.public import making
    from tabard.public.actions import rotate_key

    by = command_line()
    with reaching_database(tables=True):
        try:
            key = rotate_key(by, root(by), days=days, lost=lost)
            making.publish()
        except Refusal as refused:
            raise Refused(refused.reason) from refused
    click.echo(f"{key.name} signs from {key.signs_from:%Y-%m-%d %H:%M} UTC on.")


def _tell(brought: Any, as_json: bool, dry_run: bool) -> None:
    if as_json:
        found = {"kind": brought.columns["kind"], "dry_run": dry_run, "counts": brought.counts}
        click.echo(json.dumps({**found, "rows": brought.results}, ensure_ascii=False))
        return
    for row in brought.results:
        if row["outcome"] == "refused":
            click.echo(f"row {row['row']}, {row['label']}: {' '.join(row['why'])}")
        elif dry_run and row["outcome"] != "same":
            changes = "; ".join(f"{name}: {was} -> {now}" for name, (was, now) in row["changes"].items())
            click.echo(f"row {row['row']}, {row['label']}: {row['outcome']}: {changes}")
    counts = brought.counts
    says = "would be" if dry_run else "were"
    done = f"{counts['new']} {says} added, {counts['changed']} changed, {counts['same']} stay as they are"
    click.echo(f"{brought.rows} {brought.columns['kind']}: {done}, {counts['refused']} refused.")
