"""`tabard run` as a person meets it: real processes, ended politely, by force and by accident."""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tabard.config import embedded

# One group: the first start prepares a database, and one is enough.
pytestmark = [pytest.mark.hard, pytest.mark.xdist_group("run")]
# How long a start may take on a machine busy with something else; measurements.md says what it takes.
START = 240


def free_ports() -> int:
    """The first of three neighbouring free ports."""
    for _ in range(50):
        first = random.randrange(20000, 32000, 10)  # below what the system hands out; others test here too
        try:
            for port in (first, first + 1, first + 2):
                with socket.create_server(("127.0.0.1", port)):
                    pass
        except OSError:
            continue
        return first
    raise RuntimeError("no free ports")


class Running:
    """One `tabard run`."""

    def __init__(self, home: Path, *more: str) -> None:
        self.home = home
        self.port = free_ports()
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("TABARD_", "DATABASE_URL"))}
        with (home / "out.txt").open("w") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tabard", "run", "--no-demo", "--port", str(self.port), *more],
                env={**clean, "TABARD_HOME": str(home)},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
            )

    def said(self) -> str:
        return (self.home / "out.txt").read_text()

    def is_up(self) -> bool:
        try:
            page = httpx.get(f"http://127.0.0.1:{self.port}/sign-in/")
            live = httpx.get(f"http://127.0.0.1:{self.port + 1}/health")
        except httpx.TransportError:
            return False
        return page.status_code == 200 and live.status_code == 200

    def family(self) -> set[int]:
        """All processes below it, the database's included."""
        return below(self.process.pid)


def below(pid: int) -> set[int]:
    parents: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if fields[0] != "Z":
            parents.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found, todo = set(), [pid]
    while todo:
        for child in parents.get(todo.pop(), []):
            found.add(child)
            todo.append(child)
    return found


def alive(pids: set[int]) -> set[int]:
    def lives(pid: int) -> bool:
        try:
            return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
        except OSError:
            return False

    return {pid for pid in pids if lives(pid)}


def eventually(true: Callable[[], object], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.1)
    return bool(true())


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="tabard-"))
    folder.chmod(0o755)
    yield folder
    embedded.stop(folder, mode="immediate")
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def running(home: Path) -> Iterator[Running]:
    started = Running(home)
    yield started
    if started.process.poll() is None:
        started.process.kill()
    started.process.wait()
    assert eventually(lambda: not embedded.running(home), 20)


def test_runs_and_ctrl_c_stops_everything_the_database_too(running):
    assert eventually(running.is_up, START), running.said()
    assert eventually(lambda: f"http://127.0.0.1:{running.port}" in running.said(), 5)
    family = running.family()
    running.process.send_signal(signal.SIGINT)
    assert running.process.wait(60) == 0, running.said()
    assert alive(family) == set()
    assert "Traceback" not in running.said()


def test_nothing_is_left_behind_when_the_parent_is_killed(running):
    assert eventually(running.is_up, START), running.said()
    family = running.family()
    assert len(family) > 5
    running.process.kill()
    assert eventually(lambda: not alive(family), 20), alive(family)


def named(pid: int) -> str:
    return Path(f"/proc/{pid}/comm").read_text().strip()


@pytest.mark.parametrize("name", ["web", "live", "worker"])
def test_a_process_that_crashes_is_started_again_and_said(running, name):
    assert eventually(running.is_up, START), running.said()
    family = [pid for pid in running.family() if named(pid) == f"tabard {name}"]
    os.kill(min(family), signal.SIGKILL)
    assert eventually(lambda: f"{name} was ended by SIGKILL; starting it again" in running.said(), 60)
    assert eventually(lambda: not alive(set(family)), 60), "what it had started stayed behind"
    assert eventually(running.is_up, START), running.said()


def test_a_second_start_in_the_same_folder_says_where_the_first_one_is(running):
    assert eventually(running.is_up, START), running.said()
    second = subprocess.run(
        [sys.executable, "-m", "tabard", "run", "--port", str(free_ports())],
        env={**os.environ, "TABARD_HOME": str(running.home)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert second.returncode == 2
    assert re.search(rf"already runs.*http://127\.0\.0\.1:{running.port}", second.stderr)
    assert "Traceback" not in second.stderr


def test_stop_ends_what_runs_before_its_database(running):
    assert eventually(running.is_up, START), running.said()
    family = running.family()
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("TABARD_", "DATABASE_URL"))}
    done = subprocess.run(
        [sys.executable, "-m", "tabard", "stop"],
        env={**clean, "TABARD_HOME": str(running.home)},
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, "Stopped Tabard."), done.stderr
    assert running.process.wait(10) == 0, running.said()
    assert alive(family) == set()
    assert "starting it again" not in running.said()


def test_a_port_that_is_taken_is_refused_in_a_sentence(home):
    with socket.create_server(("127.0.0.1", free_ports())) as other:
        port = other.getsockname()[1]
        refused = subprocess.run(
            [sys.executable, "-m", "tabard", "run", "--port", str(port)],
            env={**os.environ, "TABARD_HOME": str(home)},
            capture_output=True,
            text=True,
            timeout=120,
        )
    assert refused.returncode == 2
    assert f"Port {port} is taken" in refused.stderr
