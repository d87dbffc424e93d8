"""Real sources of identity on loopback, for tests: `python -m tests.networks.sources install` gets them.

`oidc-provider` and `samlp`, both MIT, in `.local/networks/sources` (or under TABARD_NETWORKS), as the lock
file names them. Node comes from PyPI; the installation takes some ten seconds, once.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.networks import bluesky
from tests.networks.bluesky import Missing, first_line, free_port, node

__all__ = ["free_port", "install", "installed", "running"]
FILES = Path(__file__).resolve().parent / "sources_files"
HOME = bluesky.HOME.parent / "sources"
NAMES = ("package.json", "package-lock.json")


def wanted() -> str:
    """What an installation must have been made from."""
    return hashlib.sha256(b"".join((FILES / name).read_bytes() for name in NAMES)).hexdigest()


def installed() -> bool:
    """Whether they are there, as the lock file names them."""
    stamp = HOME / "installed"
    return stamp.exists() and stamp.read_text() == wanted()


def install() -> None:
    """Put them in place, once, whoever asks at the same time."""
    HOME.mkdir(parents=True, exist_ok=True)
    with (HOME / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not installed():
            for name in NAMES:
                shutil.copy(FILES / name, HOME)
            bluesky.npm("ci", "--ignore-scripts", home=HOME)
            (HOME / "installed").write_text(wanted())


@contextlib.contextmanager
def running(name: str, port: int, **settings: Any) -> Iterator[str]:
    """`oidc` or `saml`, started on `port` and stopped afterwards; gives its issuer."""
    if not installed():
        raise Missing("the sources of identity are not installed: make networks")
    shutil.copy(FILES / f"{name}.mjs", HOME)
    given = {key: str(value) for key, value in settings.items()} | {"PORT": str(port), "NODE_ENV": "test"}
    with (HOME / "last.log").open("a") as log:
        process = subprocess.Popen(
            [node() / "bin/node", f"{name}.mjs"], cwd=HOME, env={**os.environ, **given},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log,
        )  # fmt: skip
        try:
            yield first_line(process, HOME / "last.log")["issuer"]
        finally:
            process.terminate()
            process.wait(10)
            for pipe in (process.stdin, process.stdout):
                assert pipe is not None
                pipe.close()


def main() -> None:
    """`install` puts them in place."""
    if sys.argv[1:] != ["install"]:
        sys.exit(f"{__doc__}\nWords: install")
    try:
        install()
    except Missing as missing:
        sys.exit(json.dumps(str(missing)))


if __name__ == "__main__":
    main()
