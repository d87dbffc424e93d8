"""Workers that are killed while they ask somebody: no answer is lost, none counts twice."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.test import override_settings

from tabard.audit.models import Entry
from tabard.life.actions import ask_platforms
from tabard.life.models import Comparison, Difference
from tabard.watch import actions
from tabard.watch.models import Asked
from tabard.watch.tests.farm import TEXT, Farm, answer, good, profile
from tests.cast import Cast, make_channel
from tests.cast import cast as build
from tests.sending import make_channels
from tests.test_worker import Worker, eventually

pytestmark = pytest.mark.hard

TAKEN = "nordicsoupsofficial"


class Server:
    """A server of others in a thread of its own, which can be made to hold its answers back."""

    def __init__(self, says: Callable[[Any], bytes]) -> None:
        self.farm, self.says = Farm(), says
        self.holds: Callable[[Any], bool] = lambda _asked: False
        self.held = threading.Event()
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        for host in ("localhost", "127.0.0.1"):
            self.farm.behaves[host] = self.behave
        begun = asyncio.start_server(self.farm.serve, "127.0.0.1", 0)
        self.listening = asyncio.run_coroutine_threadsafe(begun, self.loop).result(5)
        self.farm.port = self.listening.sockets[0].getsockname()[1]

    def behave(self, asked: Any) -> Any:
        if self.holds(asked):
            self.holds = lambda _asked: False
            self.held.set()
            return self.never()
        return self.says(asked)

    async def never(self) -> Any:
        """Nothing, for longer than whoever asks will live."""
        await asyncio.sleep(600)
        yield b""

    def end(self) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self.loop).result(10)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(5)
        self.loop.close()

    async def _end(self) -> None:
        self.listening.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)


Start = Callable[..., Worker]


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    """Servers of others, ended with the test."""
    made: list[Server] = []

    def begin(says: Callable[[Any], bytes]) -> Server:
        made.append(Server(says))
        return made[-1]

    yield begin
    for each in made:
        each.end()


@pytest.fixture
def start(own_database: str, tmp_path: Path) -> Iterator[Start]:
    """One worker after the other on the same database."""
    made: list[Worker] = []

    def begin(**settings: str) -> Worker:
        made.append(Worker(own_database, tmp_path / f"log{len(made)}.txt", **settings))
        return made[-1]

    yield begin
    for each in made:
        each.process.kill()
        each.process.wait()


def killed(worker: Worker, server: Server, holds: Callable[[Any], bool]) -> None:
    """Kill it, as a power cut does, in the moment in which it waits for this answer."""
    server.held.clear()
    server.holds = holds
    assert server.held.wait(120), worker.said()
    worker.process.kill()
    worker.process.wait()


def names_of(farm: Farm) -> Counter[str]:
    """How often each name was asked for, without those by which a site is checked."""
    asked = [a.handle for a in farm.came if a.path != "/robots.txt" and a.handle != "known"]
    return Counter(name for name in asked if set(name) - set("bcdfghjklmnpqrstvwxz"))


def test_of_what_sites_said_nothing_is_lost_and_nothing_counts_twice(own_database, start, serve, tmp_path):
    cast = build()
    server = serve(lambda asked: answer(200, profile(TAKEN)) if asked.handle == TAKEN else good(asked))
    folder = _switched_on(cast, tmp_path, server.farm.port)
    first = start(TABARD_SITES=folder)
    killed(first, server, lambda _asked: len(names_of(server.farm)) == 4)
    assert Asked.objects.filter(answer="").count() == 1
    assert Asked.objects.exclude(answer="").count() == 3
    assert not Asked.objects.filter(counts=True).exists()
    second = start(TABARD_SITES=folder)
    killed(second, server, lambda asked: asked.handle == "known" and len(names_of(server.farm)) > 20)
    heard = Asked.objects.exclude(answer="").count()
    assert not Asked.objects.filter(counts=True).exists()
    third = start(TABARD_SITES=folder)
    assert eventually(lambda: Asked.objects.filter(counts=True).count() >= heard, 120), third.said()
    third.process.kill()
    third.process.wait()
    asked = names_of(server.farm)
    twice = [name for name, times in asked.items() if times > 1]
    assert len(twice) == 1, "only the one without an answer was asked for again"
    assert asked[twice[0]] == 2
    assert set(Asked.objects.values_list("name", flat=True)) == set(asked)
    assert Asked.objects.get(name=TAKEN).answer == "exists"
    told = Entry.objects.filter(action="site.count").values_list("notes", flat=True)
    counts = sum(notes["there"] + notes["nobody"] + notes["unsure"] for notes in told)
    assert counts == Asked.objects.filter(counts=True).count()


def _switched_on(cast: Cast, folder: Path, port: int) -> str:
    make_channel(cast.nordics, "nordicsoups", "instagram")
    said = {"site": "farm", "profile": f"http://localhost:{port}/u/{{handle}}", "known": "known"}
    said |= {"budget": {"minute": 60, "day": 1000}, **TEXT}
    (folder / "sites").mkdir()
    (folder / "sites" / "farm.yaml").write_text(yaml.safe_dump(said))
    with override_settings(SITES=str(folder / "sites"), PRIVATE_HOSTS=["localhost", "127.0.0.1"]):
        actions.switch_site(cast.by("owner"), cast.organisation, site="farm", on=True)
    actions.switch_asking(cast.by("owner"), cast.organisation, on=True)
    return str(folder / "sites")


def test_each_platform_is_heard_once(own_database, start, serve):
    cast, several = build(), 6
    server = serve(_me)
    tokens = {f"soups{n}": f"token-of-soups{n}" for n in range(several)}
    made = make_channels(cast.nordics, f"http://127.0.0.1:{server.farm.port}", tokens)
    ask_platforms(cast.by("owner"), cast.organisation)
    first = start()
    killed(first, server, lambda asked: asked.path == "/api/me" and len(server.farm.came) >= 3)
    assert Comparison.objects.filter(answered_at=None).exists()
    second = start()
    left = Comparison.objects.filter(answered_at=None)
    assert eventually(lambda: not left.exists(), 120), second.said()
    second.process.kill()
    second.process.wait()
    assert len([a for a in server.farm.came if a.path == "/api/me"]) > several, "one was asked again"
    entries = Entry.objects.filter(action="comparison.answer").values_list("thing_id", flat=True)
    assert sorted(map(int, entries)) == sorted(channel.pk for channel in made)
    found = Difference.objects.filter(kind="name").values_list("channel", flat=True)
    assert sorted(found) == sorted(channel.pk for channel in made)


def _me(asked: Any) -> bytes:
    """A Practice network on which every channel is called as it was never called here."""
    handle = asked.headers.get("authorization", "").rpartition("-")[2]
    if asked.path != "/api/me":
        return answer(404, "{}", content_type="application/json")
    said = f'{{"handle": "{handle}", "name": "Called {handle}", "counts": {{"followers": 5}}}}'
    return answer(200, said, content_type="application/json")
