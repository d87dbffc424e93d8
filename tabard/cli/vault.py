"""`tabard vault`: under which keys secrets are sealed, and sealing them under another one."""

from __future__ import annotations

import json

import click

from tabard.cli import _ready
from tabard.cli._start import Refused, django, reaching_database


@click.group("vault", short_help="See under which key secrets are sealed; change the key.")
def command() -> None:
    """The vault of channel credentials."""


@command.command()
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def status(as_json: bool) -> None:
    """How many secrets are sealed under which key. Exit code 1 if one of the keys is not here."""
    django()
    from tabard.access.vault.keys import Sealed, ring
    from tabard.access.vault.rotation import count_by_key, unknown_keys

    with reaching_database(tables=True):
        try:
            counts, lost, known = count_by_key(), unknown_keys(), ring()
        except Sealed as error:
            raise Refused(str(error)) from error
    if as_json:
        click.echo(json.dumps({"current": known.current.id, "known": sorted(known.known), "sealed": counts}))
    else:
        click.echo(f"Sealing under {known.current.id}; opening {', '.join(sorted(known.known))}.")
        for place, keys in counts.items():
            told = ", ".join(f"{count} under {key}" for key, count in sorted(keys.items())) or "none"
            click.echo(f"{place}: {told}")
        for key, count in lost.items():
            click.echo(
                f"{count} cannot be opened: the key {key} is not here. Name it in TABARD_VAULT_OLD_KEYS."
            )
    raise SystemExit(1 if lost else 0)


@command.command()
def rotate() -> None:
    """Seal everything under the current key, while everybody works. Stopped anywhere, it goes on there.

    First give the new key to every process as TABARD_VAULT_KEY, with the old one in TABARD_VAULT_OLD_KEYS.
    """
    django()
    from tabard.access.vault.keys import Sealed
    from tabard.access.vault.rotation import rotate as wrap_anew
    from tabard.kernel.actor import command_line
    from tabard.org.tree import root

    def tell(place: str, done: int, whole: int) -> None:
        click.echo(f"{place}: {done} of {whole}")

    with reaching_database(tables=True):
        if _ready.is_empty():
            raise Refused("There is no organisation here yet, and nothing is sealed.")
        try:
            count = wrap_anew(command_line(), root(command_line()), tell)
        except Sealed as error:
            raise Refused(
                f"{error}. What was wrapped until now stays; mend this and run it again."
            ) from error
    click.echo(f"{count} secrets are under the new key now." if count else "Everything is under it already.")
