"""The process that looks after one embedded PostgreSQL server, and stops it when nobody uses it any more.

    python -I -S _keeper.py USERS_LOCK LOG UID:GID COMMAND...

Everybody who uses the server holds a shared lock on USERS_LOCK. The keeper asks for the exclusive one: it
gets it when the last of them has ended, killed ones included, and only then ends the server. A server that
dies is started again. It is run as a file by a bare interpreter, so it may import the standard library
only.
"""

import contextlib
import ctypes
import fcntl
import os
import signal
import subprocess
import sys
import threading
import time
from typing import Any

GIVE_UP_AFTER = 60.0  # seconds of failed starts in a row; children of a crashed server may linger
PR_SET_PDEATHSIG = 1


def _end_with_keeper() -> None:
    """In the new server: on Linux, shut down fast (SIGINT) should the keeper itself be killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT)


def _start(command: list[str], owner: str, log: str) -> "subprocess.Popen[bytes]":
    uid, gid = (int(part) for part in owner.split(":"))
    other: dict[str, Any] = (
        {"user": uid, "group": gid, "extra_groups": []} if os.geteuid() == 0 and uid != 0 else {}
    )
    with open(log, "ab") as out:
        return subprocess.Popen(  # noqa: S603  the command comes from embedded.py, not from a person
            command,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            preexec_fn=_end_with_keeper,
            **other,
        )


def main(users: str, log: str, owner: str, command: list[str]) -> None:
    """Run the server until nobody holds USERS_LOCK or somebody shuts the server down."""
    unused = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: unused.set())
    lock = os.open(users, os.O_RDWR)

    def wait_until_unused() -> None:
        fcntl.flock(lock, fcntl.LOCK_EX)
        unused.set()

    threading.Thread(target=wait_until_unused, daemon=True).start()
    failing_since: float | None = None
    while not unused.is_set():
        began = time.monotonic()
        server = _start(command, owner, log)
        while server.poll() is None and not unused.wait(0.2):
            pass
        if unused.is_set() and server.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                server.send_signal(signal.SIGINT)
            server.wait()
            return
        if server.returncode == 0:
            return
        lived = time.monotonic() - began
        failing_since = None if lived > 5 else (failing_since or began)
        if failing_since is not None and time.monotonic() - failing_since > GIVE_UP_AFTER:
            sys.exit(1)
        unused.wait(0.3)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:])
