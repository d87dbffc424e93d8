"""How late posts leave, and what each costs, when many are due in the same second over slow platforms.

`make bench NAME=publish` or `ARGS="--runs 300x1x3,10000x300..."`; see `--help`. Practice runs in a process of
its own whose CPU is not counted; that of the workers and of their database sessions is. Last line: JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx

from bench.practice import cpu_of, ready
from tabard.config import embedded

LEAD_S = 6.0  # planned so far ahead that everything is written before it is due


@dataclass(frozen=True)
class Run:
    """`deliveries` due in one second over `channels`, each call taking `latency` seconds, by `workers`."""

    channels: int
    deliveries: int
    latency: float
    workers: int

    @property
    def bound(self) -> float:
        """Seconds the platform alone takes: a channel's posts go one after the other."""
        return -(-self.deliveries // self.channels) * self.latency


RUNS = (
    Run(300, 300, 0.5, 1),
    Run(300, 300, 0.5, 2),
    Run(300, 300, 3, 1),
    Run(300, 300, 3, 2),
    Run(300, 10_000, 0.5, 1),
    Run(300, 10_000, 0.5, 2),
    Run(300, 10_000, 3, 1),
    Run(300, 10_000, 3, 2),
)


class Bench:
    """A fresh database, a Practice network and workers for one run."""

    def __init__(self, home: Path, port: int) -> None:
        self.home, self.port, self.base = home, port, f"http://127.0.0.1:{port}"

    def run(self, given: Run) -> dict[str, object]:
        folder = tempfile.mkdtemp(dir=self.home)
        command = [sys.executable, "-m", "tabard.practice", "--port", str(self.port), "--data", folder]
        practice = subprocess.Popen(command)
        workers: list[subprocess.Popen[bytes]] = []
        try:
            ready(self.base)
            admin = {"Authorization": f"Bearer {(Path(folder) / 'admin-token').read_text()}"}
            from tests.own_database import own_database

            with own_database() as url:
                env = {**os.environ, "DATABASE_URL": url, "TABARD_LOG_LEVEL": "WARNING"}
                workers = [
                    subprocess.Popen([sys.executable, "-m", "bench._sender"], env=env)
                    for _each in range(given.workers)
                ]
                try:
                    return self._measure(given, admin, workers)
                finally:
                    for worker in workers:
                        worker.terminate()
                    for worker in workers:
                        worker.wait(40)
        finally:
            practice.terminate()
            practice.wait(15)

    def _measure(
        self, given: Run, admin: dict[str, str], workers: list[subprocess.Popen[bytes]]
    ) -> dict[str, object]:
        from tabard.kernel import clock
        from tabard.publishing.models import Delivery, Sender
        from tests.cast import cast
        from tests.sending import make_channels, plan

        meridian = cast()
        names = [{"handle": f"bench{n}", "name": f"Bench {n}"} for n in range(given.channels)]
        loaded = httpx.post(f"{self.base}/api/load", headers=admin, json={"channels": names}, timeout=60)
        tokens = {one["handle"]: one["token"] for one in loaded.json()["channels"]}
        httpx.post(f"{self.base}/api/switches", headers=admin, json={"set": {"slow": given.latency}})
        channels = make_channels(meridian.nordics, self.base, tokens)
        while Sender.objects.count() < given.workers:
            time.sleep(0.1)
        far = clock.now() + timedelta(days=1)
        each, rest = divmod(given.deliveries, given.channels)
        planned = plan(channels, meridian.publisher, each=each, due=far)
        planned += plan(channels[:rest], meridian.publisher, due=far) if rest else []
        cpu = self._cpu(workers)
        due = clock.now() + timedelta(seconds=2)
        Delivery.objects.update(due_at=due, next_at=due)
        began, done = time.monotonic(), 0
        while done < given.deliveries and time.monotonic() - began < given.bound * 3 + 120:
            time.sleep(1)
            done = Delivery.objects.filter(state="sent").count()
        cpu = self._cpu(workers) - cpu
        late = sorted(
            (at - due).total_seconds()
            for at in Delivery.objects.filter(state="sent").values_list("sent_at", flat=True)
        )
        summary = httpx.get(f"{self.base}/api/ledger?limit=1", headers=admin).json()["summary"]
        return {
            "channels": given.channels,
            "deliveries": given.deliveries,
            "latency_s": given.latency,
            "workers": given.workers,
            "lateness_p50_s": round(statistics.median(late), 2),
            "lateness_p99_s": round(late[int(len(late) * 0.99) - 1], 2),
            "lateness_max_s": round(late[-1], 2),
            "bound_s": given.bound,
            "cpu_ms_per_delivery": round(1000 * cpu / given.deliveries, 2),
            "doubled": summary["doubled_by_key"],
            "lost": given.deliveries - len(late),
        }

    def _cpu(self, workers: list[subprocess.Popen[bytes]]) -> float:
        """Seconds of CPU of the workers and of every session of the database that is theirs."""
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
                " AND application_name = 'tabard sender'"
            )
            sessions = [pid for (pid,) in cursor.fetchall()]
        return sum(cpu_of(pid) for pid in [*(w.pid for w in workers), *sessions])


def chosen(text: str) -> list[Run]:
    """`channels x deliveries x latency x workers`, several separated by commas."""
    return [Run(int(c), int(d), float(s), int(w)) for c, d, s, w in (r.split("x") for r in text.split(","))]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=chosen, default=list(RUNS), help="such as 300x300x3x1,300x10000x3x2")
    parser.add_argument("--port", type=int, default=8531)
    given = parser.parse_args()
    home = Path(os.environ.get("TABARD_HOME", ".local")) / "bench"
    home.mkdir(parents=True, exist_ok=True)
    url = embedded.ensure(home)
    os.environ.update(DATABASE_URL=url, TABARD_HOME=str(home.resolve()), TABARD_LOCAL="1")
    os.environ["DJANGO_SETTINGS_MODULE"] = "tabard.config.settings"
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    bench, found = Bench(home, given.port), []
    for run in given.runs:
        found.append(bench.run(run))
        print(json.dumps(found[-1]), flush=True)
    print(json.dumps({"runs": found}))


if __name__ == "__main__":
    main()
