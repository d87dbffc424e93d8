"""Child processes of one parent: started together, restarted when one dies, ended together."""

from __future__ import annotations

import contextlib
import ctypes
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from typing import Any

LONGEST_WAIT = 30.0  # seconds before a child that keeps dying is started again
STEADY = 60.0  # seconds after which a child counts as well again
END_WITHIN = 45.0  # seconds; a worker finishes what it has begun
PR_SET_PDEATHSIG, PR_SET_NAME = 1, 15

# A forked child has everything imported already, which halves the time of a start. Elsewhere than on Linux
# libraries of the system do not survive a fork.
_processes: Any = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")


@dataclass
class Child:
    """One of the processes, by the command that runs it."""

    name: str
    process: BaseProcess | None = None
    started: float = 0.0
    wait: float = 0.0
    due: float = 0.0  # when to start it again


class Family:
    """Runs `tabard NAME` for each name until told to stop.

    Each child leads a process group of its own, so that Ctrl-C reaches only the parent, who then ends them in
    order. A child whose parent is killed ends by itself.
    """

    def __init__(self, names: list[str], say: Callable[[str], None]) -> None:
        self.children = [Child(name) for name in names]
        self._say = say
        self._stopping = False

    def stop(self) -> None:
        """End everything; `run` returns when it is done."""
        self._stopping = True

    def run(self, *, every: float = 0.1, meanwhile: Callable[[], None] = lambda: None) -> None:
        """Start all of them and look after them until `stop`."""
        while not self._stopping:
            for child in self.children:
                self._look_after(child)
            meanwhile()
            time.sleep(every)
        self._end()

    def _look_after(self, child: Child) -> None:
        now = time.monotonic()
        if child.process is None:
            if now >= child.due:
                child.process = _processes.Process(target=_run, args=(child.name, os.getpid()))
                child.process.start()
                child.started = now
            return
        code = child.process.exitcode
        if code is None:
            if now - child.started > STEADY:
                child.wait = 0.0
            return
        _kill_group(child.process)  # what it had started itself
        child.process = None
        child.wait = min(max(1.0, child.wait * 2), LONGEST_WAIT)
        child.due = now + child.wait
        how = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"
        self._say(f"{child.name} {how}; starting it again in {child.wait:.0f} s.")

    def _end(self) -> None:
        running = [child.process for child in self.children if child.process]
        for process in running:
            process.terminate()
        until = time.monotonic() + END_WITHIN
        for process in running:
            process.join(max(0.1, until - time.monotonic()))
            if process.exitcode is None:
                self._say(f"Process {process.pid} does not end; killing it.")
            _kill_group(process)
            process.join()


def _kill_group(process: BaseProcess) -> None:
    if process.pid:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)


def _run(name: str, parent: int) -> None:
    """In the child: become `tabard NAME`."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    os.setsid()
    _end_with(parent, name)
    sys.argv = ["tabard", name]
    from tabard.cli import main

    main()


def _end_with(parent: int, name: str) -> None:
    """Be told to end in order when the parent has gone, be it by kill -9."""
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        libc.prctl(PR_SET_NAME, f"tabard {name}".encode())
        if os.getppid() != parent:
            sys.exit(1)
        return

    def watch() -> None:
        above = multiprocessing.parent_process()
        if above:
            wait([above.sentinel])
            os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()
