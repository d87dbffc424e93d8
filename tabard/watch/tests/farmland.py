"""The farm of sites beside a job that asks them: in a thread of its own, with definitions in a folder."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from functools import partial

import yaml

from tabard.connectors import guard
from tabard.watch import asking
from tabard.watch.sites.checker import Checker
from tabard.watch.tests.farm import HOST, TEXT, Farm


async def _no_time(_seconds: float) -> None:
    await asyncio.sleep(0)


class Land:
    """A farm that runs, and its definitions, one for each host."""

    def __init__(self, folder, settings, monkeypatch) -> None:
        self.farm, self.folder = Farm(), folder
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        settings.SITES, settings.PRIVATE_HOSTS = str(folder), []
        self.settings = settings
        monkeypatch.setattr(asking, "Checker", partial(Checker, seconds=0.3, sleep=_no_time))
        monkeypatch.setattr(guard, "resolve", self._resolve)

    async def _resolve(self, host: str, _port: int) -> list[str]:
        return [host if host[0].isdigit() else "127.0.0.1"]

    def site(self, key: str = "farm", host: str = HOST, **more) -> None:
        """One definition more."""
        said = {"site": key, "profile": f"http://{host}:{self.farm.port}/u/{{handle}}", "known": "known"}
        said |= {"budget": {"minute": 60, "day": 1000}, **TEXT, **more}
        (self.folder / f"{key}.yaml").write_text(yaml.safe_dump(said))
        self.settings.PRIVATE_HOSTS = [*self.settings.PRIVATE_HOSTS, host]

    def names(self) -> list[str]:
        """Names that were asked for, in their order, without those by which sites are checked."""
        asked = [a.handle for a in self.farm.came if a.path != "/robots.txt" and a.handle != "known"]
        return [name for name in asked if set(name) - set("bcdfghjklmnpqrstvwxz")]


@contextlib.contextmanager
def running(tmp_path, settings, monkeypatch) -> Iterator[Land]:
    """A farm as long as it is needed."""
    there = Land(tmp_path, settings, monkeypatch)
    there.thread.start()
    begun = asyncio.start_server(there.farm.serve, "127.0.0.1", 0)
    listening = asyncio.run_coroutine_threadsafe(begun, there.loop).result(5)
    there.farm.port = listening.sockets[0].getsockname()[1]
    yield there

    async def end() -> None:
        listening.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    with contextlib.suppress(Exception):
        asyncio.run_coroutine_threadsafe(end(), there.loop).result(5)
    there.loop.call_soon_threadsafe(there.loop.stop)
    there.thread.join(5)
    there.loop.close()
