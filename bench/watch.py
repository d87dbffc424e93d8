"""What it costs to compare a million accounts with three thousand of ours.

`make bench NAME=watch`; `CANDIDATES=100000` is enough to see the rate, `NAMES=0` leaves out the shown names.
Names are put together of syllables, so that they share beginnings and ends as real ones do; one candidate in
twenty is made from one of ours. The whole command is measured, from the files to the last line. The last line
here is JSON.
"""

from __future__ import annotations

import csv
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil

CANDIDATES = int(os.environ.get("CANDIDATES", "1000000"))
OFFICIALS = int(os.environ.get("OFFICIALS", "3000"))
NAMES = os.environ.get("NAMES", "1") != "0"
_SYLLABLES = """
ba be bi bo bra ca ce cha co cre da de di do dra e fa fe fi flo fo ga ge go gra ha he ho i ja jo ka ke ki
ko la le li lo lu ma me mi mo mu na ne ni no nor nu o pa pe pi pla po pra qui ra re ri ro ru sa se shi so
sta ste ta te ti to tra tri u va ve vi vo wa we wi wo xa ya yo za ze zo ner ter man son berg ton ley
"""
SYLLABLES = _SYLLABLES.split()
BESIDE = ["official", "support", "_uk", "news", "hq", "real", "1", "_team", "help", "airdrop", "shop", "2024"]
PLATFORMS = ["x", "instagram", "facebook", "youtube", "tiktok"]


def _name(lot: random.Random) -> str:
    return "".join(lot.choice(SYLLABLES) for _ in range(lot.choice((3, 3, 4, 4, 5))))


def _handle(lot: random.Random) -> str:
    one, other = _name(lot), _name(lot) if lot.random() < 0.4 else ""
    return (
        one + (lot.choice(("", "_", "")) + other if other else "") + lot.choice(("", "", "", "12", "hq", "_"))
    )


def _squat(lot: random.Random, handle: str) -> str:
    place = lot.randrange(len(handle))
    return lot.choice(
        (
            handle + lot.choice(BESIDE),
            lot.choice(("the", "real", "my")) + handle,
            handle[:place] + handle[place + 1 :],
            handle[:place] + handle[place] + handle[place:],
            handle.replace("o", "0", 1).replace("i", "1", 1),
        )
    )


def _write(folder: Path) -> tuple[Path, Path]:
    lot = random.Random(20261123)
    ours = [(lot.choice(PLATFORMS), _handle(lot)) for _ in range(OFFICIALS)]
    official, candidates = folder / "official.csv", folder / "candidates.csv"
    with official.open("w", newline="") as file:
        out = csv.writer(file)
        out.writerow(["platform", "handle", "name"])
        out.writerows((platform, handle, handle.title()) for platform, handle in ours)
    with candidates.open("w", newline="") as file:
        out = csv.writer(file)
        out.writerow(["platform", "handle", "name"])
        for _ in range(CANDIDATES):
            handle = _squat(lot, lot.choice(ours)[1]) if lot.random() < 0.05 else _handle(lot)
            shown = f"{_name(lot).title()} {_name(lot).title()}" if NAMES else ""
            out.writerow((lot.choice(PLATFORMS), handle, shown))
    return official, candidates


class _Memory(threading.Thread):
    """The most memory that the command and its processes had at once, counting shared pages once each."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.top, self.most = psutil.Process(pid), 0

    def run(self) -> None:
        while self.top.is_running():
            try:
                family = [self.top, *self.top.children(recursive=True)]
                self.most = max(self.most, sum(each.memory_full_info().pss for each in family))
            except psutil.Error:
                pass
            time.sleep(0.5)


def main() -> None:
    with tempfile.TemporaryDirectory() as kept:
        folder = Path(kept)
        official, candidates = _write(folder)
        command = [sys.executable, "-m", "tabard", "watch", "score"]
        with (folder / "out.jsonl").open("w") as out:
            began = time.monotonic()
            running = subprocess.Popen(
                [*command, "--official", str(official), "--candidates", str(candidates)], stdout=out
            )
            memory = _Memory(running.pid)
            memory.start()
            code = running.wait()
            seconds = time.monotonic() - began
        labels: dict[str, int] = {}
        with (folder / "out.jsonl").open() as lines:
            for line in lines:
                label = json.loads(line)["label"]
                labels[label] = labels.get(label, 0) + 1
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    found = {
        "candidates": CANDIDATES,
        "officials": OFFICIALS,
        "seconds": round(seconds, 1),
        "cpu_seconds": round(used.ru_utime + used.ru_stime, 1),
        "memory_mb": round(memory.most / 1e6),
        "labels": labels,
        "to_reach": {"seconds": 60, "memory_mb": 1000},
        "reached": code == 0 and sum(labels.values()) == CANDIDATES and seconds < 60 and memory.most < 1e9,
    }
    print(json.dumps(found))
    sys.exit(code)


if __name__ == "__main__":
    main()
