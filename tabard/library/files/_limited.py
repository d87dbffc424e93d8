"""Run as a program of its own: gives its rights away, then becomes what looks into a file.

`python -I _limited.py MEMORY SECONDS BYTES PROGRAM ARGUMENT...`: no more memory, processor time and output
than said, no new rights, and no network where the system lets us leave it.
"""

import ctypes
import os
import resource
import sys

NO_NEW_PRIVS, NEW_USER, NEW_NET = 38, 0x10000000, 0x40000000


def main(memory: int, seconds: int, most: int, *command: str) -> None:
    libc = ctypes.CDLL(None)
    libc.prctl(NO_NEW_PRIVS, 1, 0, 0, 0)
    libc.unshare(NEW_USER | NEW_NET)  # a network of its own, with nothing in it; refused in some containers
    for what, limit in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, most),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 64),
    ):
        resource.setrlimit(what, (limit, limit))
    os.execv(command[0], command)  # noqa: S606 this is how it becomes the other program


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), *sys.argv[4:])
