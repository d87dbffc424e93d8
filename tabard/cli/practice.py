"""`tabard practice`: the built-in network for training and demonstration."""

from __future__ import annotations

import importlib
import importlib.util

import click

from tabard.cli._serve import address, is_free
from tabard.cli._start import Refused, home


@click.command()
@click.option(
    "--bind",
    envvar="TABARD_PRACTICE_BIND",
    default="127.0.0.1:8002",
    show_default=True,
    help="Address to listen on.",
)
def command(bind: str) -> None:
    """Serve Practice, the built-in network."""
    if not importlib.util.find_spec("tabard.practice"):
        raise Refused("Practice is not part of this installation.")
    host, port = address(bind, "TABARD_PRACTICE_BIND")
    if not is_free(host, port):
        raise Refused(f"Something already listens on {bind}. Stop it, or choose another with --bind.")
    importlib.import_module("tabard.practice").serve(port, home() / "practice", host)
