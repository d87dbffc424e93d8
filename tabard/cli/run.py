"""`tabard run`: everything at once, for a first look, for development, and for a trial."""

from __future__ import annotations

import fcntl
import importlib
import importlib.util
import os
import signal
import socket
import time
from pathlib import Path
from typing import IO

import click

from tabard.cli._family import Family
from tabard.cli._serve import address, is_free
from tabard.cli._start import Refused, django, home, reaching_database, uses_embedded
from tabard.config import embedded

# Variable of the listening address, of the address others are told, and the port.
PLACES = (
    ("TABARD_BIND", "TABARD_URL", 8000),
    ("TABARD_LIVE_BIND", "TABARD_LIVE_URL", 8001),
    ("TABARD_PRACTICE_BIND", "TABARD_PRACTICE_URL", 8002),
)
READY_WITHIN = 60.0  # seconds


@click.command()
@click.option(
    "--port", type=click.IntRange(1024, 65000), help="First of three ports. [default: 8000, or the next free]"
)
@click.option("--no-demo", is_flag=True, help="Leave an empty database empty.")
def command(port: int | None, no_demo: bool) -> None:
    """Run everything: database, pages, live line, worker and the Practice network."""
    began = time.monotonic()
    lock = _only_one()
    _choose_places(port)
    django()
    if uses_embedded() and not embedded.data_folder(home()).is_relative_to(home()):
        click.echo(
            f"The database is kept in {embedded.data_folder(home())}: the person PostgreSQL runs as cannot "
            f"enter {home()}, and it does not run as root."
        )
    from tabard.cli import _ready

    with reaching_database():
        _ready.migrate()
        if not no_demo:
            _ready.demo()
    _tell(lock)
    _ready.before_fork()
    names = ["web", "live", "worker"] + (["practice"] if importlib.util.find_spec("tabard.practice") else [])
    family = Family(names, click.echo)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: family.stop())
    family.run(meanwhile=_Welcome(began))
    if uses_embedded():
        embedded.release(home())
        _wait_for_database_to_end()
    click.echo("Stopped.")


class _Welcome:
    """Says once, when the pages answer, where they are and how to sign in."""

    def __init__(self, began: float) -> None:
        self.began, self.said = began, False

    def __call__(self) -> None:
        if self.said or not _answers(os.environ["TABARD_BIND"]):
            return
        from tabard.cli import _ready

        self.said = True
        click.echo(f"\nTabard runs at {os.environ['TABARD_URL']}  ({time.monotonic() - self.began:.1f} s)")
        for line in _ready.how_to_sign_in():
            click.echo(line)
        click.echo("Ctrl-C stops everything.\n")


def _only_one() -> IO[str]:
    """Hold this folder's lock, or say who holds it."""
    try:
        home().mkdir(parents=True, exist_ok=True)
        lock = (home() / "run.lock").open("a+")
    except OSError as error:
        raise Refused(
            f"{home()} cannot be written: {error.strerror}. Name another in TABARD_HOME."
        ) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        raise Refused(
            f"Tabard already runs from this folder: {lock.read().strip() or 'just starting'}"
        ) from None
    lock.truncate(0)
    return lock


def _tell(lock: IO[str]) -> None:
    lock.write(f"{os.environ['TABARD_URL']} (process {os.getpid()})\n")
    lock.flush()


def _choose_places(first: int | None) -> None:
    """Put free addresses into the environment, for us and our children. Raises Refused."""
    for variable, url, usual in PLACES:
        if first is None and variable in os.environ:
            host, port = address(os.environ[variable], variable)
            if not is_free(host, port):
                raise Refused(f"Something already listens on {os.environ[variable]} ({variable}).")
            seen = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104  compared, not bound
            os.environ.setdefault(url, f"http://{seen}:{port}")
            continue
        wanted = usual if first is None else first + usual - PLACES[0][2]
        host, port = "127.0.0.1", wanted
        while not is_free(host, port):
            if first is not None:
                raise Refused(f"Port {port} is taken. Choose another with --port.")
            port += 10
        if port != wanted:
            click.echo(f"Port {wanted} is taken; using {port}.")
        os.environ[variable] = f"{host}:{port}"
        if first is not None or url not in os.environ:
            os.environ[url] = f"http://{host}:{port}"


def _answers(bind: str) -> bool:
    try:
        socket.create_connection(address(bind, "TABARD_BIND"), timeout=0.2).close()
    except OSError:
        return False
    return True


def _wait_for_database_to_end() -> None:
    pid_file = Path(embedded.data_folder(home())) / "postmaster.pid"
    until = time.monotonic() + 15
    while pid_file.exists() and time.monotonic() < until:
        if embedded.in_use(home()):
            click.echo("The database stays up: another process uses it.")
            return
        time.sleep(0.05)
