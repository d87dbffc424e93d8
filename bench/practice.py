"""What the Practice network itself costs: many slow posts over many channels, and the CPU its process takes.

`make bench NAME=practice ARGS="--posts 10000 --channels 300 --latency 3"`. The last line is JSON.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx


async def channel(port: int, token: str, numbers: list[int]) -> None:
    """One channel posts one after the other over one connection, as a sender does."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for n in numbers:
        body = json.dumps({"text": f"Post {n}: our shop opens at ten.", "marker": str(n)})
        head = f"POST /api/posts HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\n"
        head += (
            f"Idempotency-Key: {n}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        writer.write((head + body).encode())
        answer = await reader.readuntil(b"\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 201"), answer
        length = next(line for line in answer.split(b"\r\n") if line.lower().startswith(b"content-length:"))
        await reader.readexactly(int(length.split(b":")[1]))
    writer.close()
    await writer.wait_closed()


def cpu_of(process: int) -> float:
    """Seconds of CPU a process has taken so far."""
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def ready(base: str) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            httpx.get(f"{base}/health")
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    sys.exit("Practice did not start.")


def measure(base: str, port: int, data: Path, process: int, given: argparse.Namespace) -> dict[str, object]:
    admin = {"Authorization": f"Bearer {(data / 'admin-token').read_text()}"}
    channels = [{"handle": f"bench{n}", "name": f"Bench {n}"} for n in range(given.channels)]
    loaded = httpx.post(f"{base}/api/load", headers=admin, json={"channels": channels}, timeout=60).json()
    tokens = [one["token"] for one in loaded["channels"]]
    switches = {"slow": given.latency}
    httpx.post(f"{base}/api/switches", headers=admin, json={"set": switches}).raise_for_status()

    async def all_channels() -> None:
        every = range(given.posts)
        await asyncio.gather(
            *(channel(port, token, list(every[i :: len(tokens)])) for i, token in enumerate(tokens))
        )

    before, begun = cpu_of(process), time.monotonic()
    asyncio.run(all_channels())
    took, cpu = time.monotonic() - begun, cpu_of(process) - before
    summary = httpx.get(f"{base}/api/ledger?limit=1", headers=admin).json()["summary"]
    return {
        "channels": given.channels,
        "posts": given.posts,
        "latency_s": given.latency,
        "took_s": round(took, 1),
        "bound_s": -(-given.posts // given.channels) * given.latency,
        "cpu_s": round(cpu, 2),
        "cpu_ms_per_post": round(1000 * cpu / given.posts, 2),
        "cpu_share": round(cpu / took, 3),
        "accepted": summary["accepted"],
        "doubled": summary["doubled_by_key"],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=10_000)
    parser.add_argument("--channels", type=int, default=300)
    parser.add_argument("--latency", type=float, default=3.0)
    parser.add_argument("--port", type=int, default=8532)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data, base = Path(folder), f"http://127.0.0.1:{given.port}"
        command = [sys.executable, "-m", "tabard.practice", "--port", str(given.port), "--data", folder]
        practice = subprocess.Popen(command)
        try:
            ready(base)
            found = measure(base, given.port, data, practice.pid, given)
        finally:
            practice.terminate()
            practice.wait(15)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
