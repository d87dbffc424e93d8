"""`tabard worker` as a real process: rescues what a dead one left, survives the database, ends politely."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

pytestmark = pytest.mark.hard


def eventually(true: Callable[[], object], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.1)
    return bool(true())


class Worker:
    """One `tabard worker` on a database of its own."""

    def __init__(self, url: str, log: Path, **settings: str) -> None:
        self.url, self.log = url, log
        with log.open("w") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tabard", "worker"],
                env={**os.environ, "DATABASE_URL": url, "TABARD_LOCAL": "1", **settings},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
            )
        assert eventually(lambda: self.alive() == 3, 40), self.said()

    def said(self) -> str:
        return self.log.read_text()

    def ask(self, query: str) -> object:
        with psycopg.connect(self.url) as connection:
            row = connection.execute(query).fetchone()
        return row[0] if row else None

    def alive(self) -> int:
        """Groups of queues with a fresh sign of life."""
        return self.ask(
            "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '5 s'"
        )

    def defer(self, status: str = "todo", worker: str = "NULL") -> int:
        return self.ask(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, worker_id)"
            f" VALUES ('now', 'upkeep.clear', '{{\"timestamp\": 0}}', '{status}', {worker}) RETURNING id"
        )

    def is_done(self, job: int) -> bool:
        return self.ask(f"SELECT status = 'succeeded' FROM procrastinate_jobs WHERE id = {job}")


@pytest.fixture
def worker(own_database: str, tmp_path: Path) -> Iterator[Worker]:
    started = Worker(own_database, tmp_path / "log.txt")
    yield started
    if started.process.poll() is None:
        started.process.kill()
    started.process.wait()


def test_works_and_ends_politely(worker):
    job = worker.defer()
    assert eventually(lambda: worker.is_done(job), 10), worker.said()
    worker.process.send_signal(signal.SIGTERM)
    assert worker.process.wait(15) == 0, worker.said()
    assert worker.alive() == 0, "it took itself off the list"
    assert "Traceback" not in worker.said()


def test_what_a_dead_worker_was_doing_is_done_by_another(worker):
    dead = worker.ask(
        "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '11 s') RETURNING id"
    )
    job = worker.defer("doing", str(dead))
    assert eventually(lambda: worker.is_done(job), 20), worker.said()


def test_what_waits_like_that_of_a_dead_worker_is_done_and_holds_nothing_up(worker):
    """A job that is there once at a time, and at once both left by a dead worker and waiting: the one that
    waits takes its place, and what else the dead one had in hand is done too."""
    dead = worker.ask(
        "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '8 s') RETURNING id"
    )
    once = "UPDATE procrastinate_jobs SET lock = 'once', queueing_lock = 'once' WHERE id = {} RETURNING id"
    left = worker.ask(once.format(worker.defer("doing", str(dead))))
    waiting = worker.ask(once.format(worker.defer()))
    other = worker.defer("doing", str(dead))
    assert eventually(lambda: worker.is_done(waiting) and worker.is_done(other), 20), worker.said()
    assert worker.ask(f"SELECT status FROM procrastinate_jobs WHERE id = {left}") == "aborted"
    assert "Traceback" not in worker.said()


def test_a_database_that_cuts_every_connection_is_survived(worker):
    worker.ask(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    job = worker.defer()
    assert eventually(lambda: worker.is_done(job), 30), worker.said()
    assert worker.process.poll() is None
    assert eventually(lambda: worker.alive() >= 3, 30), worker.said()
