"""`tabard stop`: end what runs from this folder, and its embedded PostgreSQL."""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import signal
import time

import click

from tabard.cli._start import Refused, home
from tabard.config import embedded

WITHIN = 60.0  # seconds; a worker finishes what it has begun


@click.command()
def command() -> None:
    """Stop what `tabard run` started from this folder, and the embedded PostgreSQL."""
    if pid := running():
        # The database must not go first: those who use it would take that for an accident.
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
        until = time.monotonic() + WITHIN
        while running() == pid:
            if time.monotonic() > until:
                raise Refused(f"Tabard does not end. End it by `kill -9 {pid}`, then try again.")
            time.sleep(0.1)
        click.echo("Stopped Tabard.")
    if embedded.stop(home()):
        click.echo("Stopped the embedded PostgreSQL.")
    elif not pid:
        click.echo(f"Nothing runs from {home()}.")


def running() -> int | None:
    """The process of the `tabard run` that holds this folder, or None."""
    try:
        with (home() / "run.lock").open() as lock:
            said = re.search(r"\(process (\d+)\)", lock.read())
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return None
    except BlockingIOError:
        return int(said.group(1)) if said else None
    return None
