"""`tabard watch`: compare accounts with ours, think of names that may pass for ours, ask sites for them."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tabard.cli._csv import records, stream
from tabard.cli._start import Refused
from tabard.config import environment

if TYPE_CHECKING:
    from tabard.watch.sites.definitions import Site
    from tabard.watch.sites.loading import Fault
    from tabard.watch.sites.pacing import Memory
    from tabard.watch.sites.whys import Finding

BUILT_IN = "built-in"


@click.group("watch", short_help="Score accounts that may pass for ours; think of names; ask sites for them.")
def command() -> None:
    """Accounts nobody told us about. Needs no database; only `check` calls anybody."""


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


@command.command("check")
@click.argument("names", nargs=-1, required=True)
@click.option("--sites", required=True, help=f"A file or folder of definitions, or {BUILT_IN}.")
@click.option(
    "--site", "chosen", multiple=True, help="Only the site of this key; may be given several times."
)
@click.option("--contact", default="", help="An address where the owners of the sites may write.")
@click.option("--memory", type=click.Path(path_type=Path), help="A file that keeps budgets between two runs.")
@click.option("--seconds", default=15.0, show_default=True, help="How long one answer may take.")
@click.option("--json", "as_json", is_flag=True, help="Print a line of JSON for each name and site.")
def check(
    names: tuple[str, ...],
    sites: str,
    chosen: tuple[str, ...],
    contact: str,
    memory: Path | None,
    seconds: float,
    as_json: bool,
) -> None:
    """Ask sites whether each of NAMES exists there: exists, does-not-exist, or could-not-tell and why."""
    if not (contact.isascii() and contact.isprintable() and len(contact) <= 200 and 0 < seconds <= 120):
        raise Refused(
            "The contact is a short text of plain letters, and an answer may take up to 120 seconds."
        )
    found, faults = _definitions(sites)
    if faults:
        raise Refused("\n".join(map(str, faults)))
    if unknown := [key for key in chosen if key not in {site.key for site in found}]:
        raise Refused(f"There is no site called {' or '.join(unknown)}.")
    asked = [site for site in found if not chosen or site.key in chosen]
    handles = [name.strip().removeprefix("@") for name in names]
    remembered = _memory(memory)
    try:
        findings = asyncio.run(_checked(handles, asked, remembered, contact, seconds))
    finally:
        if memory:
            _write(memory, json.dumps(remembered.said()))
    for finding in findings:
        told = finding.told
        line = f"{finding.handle}\t{finding.site}\t{told.answer}\t{told.why}\t{told.says}"
        click.echo(json.dumps(finding.as_json(), ensure_ascii=False) if as_json else line)


def _write(file: Path, said: str) -> None:
    try:
        file.write_text(said)
    except OSError as error:
        raise Refused(f"{file} cannot be written: {error.strerror}.") from error


async def _checked(
    names: list[str], sites: list[Site], memory: Memory, contact: str, seconds: float
) -> list[Finding]:
    from tabard.connectors.guard import GuardedTransport
    from tabard.watch.sites.checker import Checker

    transport = GuardedTransport(_plain())
    try:
        return await Checker(transport, memory, contact, seconds).check(names, sites)
    finally:
        await transport.aclose()


def _plain() -> list[str]:
    """Hosts that may be called by http and be in a private network."""
    return environment.words("TABARD_PRIVATE_HOSTS", "")


def _definitions(sites: str) -> tuple[list[Site], list[Fault]]:
    from tabard.watch.sites import loading

    return loading.read(loading.BUILT_IN if sites == BUILT_IN else Path(sites), _plain())


def _memory(file: Path | None) -> Memory:
    from tabard.watch.sites.pacing import Memory

    if file is None or not file.exists():
        return Memory()
    try:
        return Memory.of(json.loads(file.read_text()))
    except (OSError, ValueError, RecursionError) as error:
        raise Refused(f"{file} is no memory that `tabard watch check` has written.") from error


@command.command("sites")
@click.argument("sites", default=BUILT_IN)
def sites_(sites: str) -> None:
    """List the definitions of a file or folder; JSON. Exit code 1 if any is wrong, which is said."""
    found, faults = _definitions(sites)
    for site in found:
        said = {"site": site.key, "name": site.name, "profile": site.profile, **site.said}
        click.echo(json.dumps(said | {"minute": site.minute, "day": site.day}, ensure_ascii=False))
    for fault in faults:
        click.echo(str(fault), err=True)
    sys.exit(1 if faults else 0)


@command.command("import-sites")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--format", "kind", required=True, type=click.Choice(["whatsmyname", "sherlock", "maigret"]))
@click.option("--licence", required=True, help="Under which the list may be used; kept with every site.")
@click.option(
    "--into", type=click.Path(path_type=Path), help="The file to write; without it nothing is written."
)
def import_sites(file: Path, kind: str, licence: str, into: Path | None) -> None:
    """Read a public list of sites into definitions of ours; JSON, what became of each row and why."""
    from tabard.watch.sites.lists.reading import Unreadable, brought, written

    if into and into.exists():
        raise Refused(f"{into} is there already.")
    try:
        found = brought(file, kind, licence, _plain())
    except Unreadable as error:
        raise Refused(str(error)) from error
    for each in found:
        click.echo(json.dumps(each.as_json(), ensure_ascii=False))
    if into:
        _write(into, written(found))
    taken = sum(each.definition is not None for each in found)
    click.echo(f"{taken} of {len(found)} rows taken.", err=True)
