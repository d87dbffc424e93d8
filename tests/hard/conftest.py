"""A field for proofs: a company, a Practice network in its own process, and senders that can be killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import httpx
import pytest

from bench.practice import ready
from tabard.publishing.models import Delivery
from tabard.register.models import Channel
from tests.cast import Cast
from tests.cast import cast as build
from tests.sending import make_channels, plan, still


@dataclass
class Field:
    cast: Cast
    base: str
    admin: dict[str, str]
    url: str
    starts: Path
    nursery: subprocess.Popen[str]
    tokens: dict[str, str] = field(default_factory=dict)
    channels: list[Channel] = field(default_factory=list)
    senders: list[int] = field(default_factory=list)

    def channels_on(self, units: list, each: int) -> list[Channel]:
        """`each` connected channels in each unit."""
        for unit in units:
            handles = [f"hard{unit.pk}_{n}" for n in range(each)]
            named = {"channels": [{"handle": h, "name": h} for h in handles]}
            loaded = httpx.post(f"{self.base}/api/load", headers=self.admin, json=named, timeout=60).json()
            tokens = {one["handle"]: one["token"] for one in loaded["channels"]}
            self.tokens |= tokens
            self.channels += make_channels(unit, self.base, tokens)
        return self.channels

    def switch(self, **to: object) -> None:
        httpx.post(f"{self.base}/api/switches", headers=self.admin, json={"set": to}).raise_for_status()

    def plan(self, each: int, **more: object) -> int:
        return len(plan(self.channels, self.cast.owner, each=each, **more))

    def start(self) -> int:
        """One more sender."""
        assert self.nursery.stdin
        assert self.nursery.stdout
        self.nursery.stdin.write("\n")
        self.nursery.stdin.flush()
        pid = int(self.nursery.stdout.readline())
        self.senders.append(pid)
        return pid

    def kill(self, pid: int) -> None:
        """As a power cut does."""
        self.senders.remove(pid)
        os.kill(pid, signal.SIGKILL)

    def wait(self, within: float) -> None:
        """Until nothing moves any more; what is stuck fails the test."""
        until = time.monotonic() + within
        while not still() or Delivery.objects.filter(state="queued").exists():
            assert time.monotonic() < until, list(
                Delivery.objects.exclude(state="sent").values("id", "state", "armed_at", "sender", "says")[:9]
            )
            time.sleep(0.5)

    def ledger(self) -> list[dict]:
        """Every request to publish that arrived at the network."""
        found, after = [], 0
        while True:
            asked = f"{self.base}/api/ledger?limit=1000&after={after}"
            entries = httpx.get(asked, headers=self.admin, timeout=30).json()["entries"]
            if not entries:
                return found
            found += entries
            after = entries[-1]["id"]

    def prove(self, planned: int) -> None:
        """None doubled, none lost, none stuck, all in order."""
        accepted = [e for e in self.ledger() if e["accepted_at"]]
        keys = [e["key"] for e in accepted]
        assert len(keys) == len(set(keys)), "doubled"
        states = list(Delivery.objects.values_list("state", flat=True))
        shown = set(Delivery.objects.filter(asks_person=True).values_list("state", flat=True))
        assert set(states) - {"sent"} <= shown
        sent = {str(key) for key in Delivery.objects.filter(state="sent").values_list("key", flat=True)}
        assert sent <= set(keys), "said to be sent, but never arrived"
        assert set(keys) - sent <= {
            str(key) for key in Delivery.objects.filter(state="unsure").values_list("key", flat=True)
        }
        assert len(states) == planned
        for channel in self.tokens:
            texts = [e["text"] for e in accepted if e["channel"] == channel]
            assert texts == sorted(texts, key=lambda t: int(t.split()[-1])), "out of order"

    def prove_threads(self, planned: int) -> None:
        """As `prove`, for threads that nobody had to decide about: each is whole and stands together."""
        accepted = [e for e in self.ledger() if e["accepted_at"]]
        keys = [e["key"] for e in accepted]
        assert len(keys) == len(set(keys)), "doubled"
        there = Delivery.objects.values_list("key", "state", "channel__handle", "variant", "part")
        assert {state for _key, state, *_rest in there} == {"sent"}
        assert len(there) == len(keys) == planned, "lost"
        for channel in self.tokens:
            mine = sorted((of, part, str(key)) for key, _s, handle, of, part in there if handle == channel)
            arrived = [e["key"] for e in accepted if e["channel"] == channel]
            assert arrived == [key for _of, _part, key in mine], "out of order"


@pytest.fixture
def proving(own_database: str, tmp_path: Path, unused_port: int) -> Iterator[Field]:
    base = f"http://127.0.0.1:{unused_port}"
    command = [sys.executable, "-m", "tabard.practice", "--port", str(unused_port), "--data", str(tmp_path)]
    starts, errors = tmp_path / "starts", (tmp_path / "senders.log").open("w")
    starts.touch()
    env = {**os.environ, "DATABASE_URL": own_database, "TABARD_STARTS": str(starts), "TABARD_LOCAL": "1"}
    practice, nursery = subprocess.Popen(command), _nursery(env, errors)
    there: Field | None = None
    try:
        ready(base)
        admin = {"Authorization": f"Bearer {(tmp_path / 'admin-token').read_text()}"}
        there = Field(build(), base, admin, own_database, starts, nursery)
        yield there
    finally:
        for pid in list(there.senders) if there else []:
            there.kill(pid)
        nursery.kill()
        practice.terminate()
        nursery.wait(10)
        practice.wait(15)
        for pipe in (nursery.stdin, nursery.stdout):
            pipe.close()
        errors.close()


def _nursery(env: dict[str, str], errors: IO[str]) -> subprocess.Popen[str]:
    made = subprocess.Popen(
        [sys.executable, "-m", "tests.hard.nursery"],
        env=env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
        text=True,
    )
    assert made.stdout
    assert made.stdout.readline() == "ready\n"
    return made


@pytest.fixture
def unused_port() -> int:
    import socket

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
