"""The job that asks sites for names: slowly, fairly, and only as long as nobody has switched it off.

Each name is written down before it is asked for and its answer right after, so that a process that dies
leaves at most one name to be asked once more. Answers count from the moment the site has stood its second
self-check; what is left uncounted by a process that died counts after the check of the next one.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Coroutine, Generator, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Q

from tabard.connectors.guard import GuardedTransport
from tabard.kernel import clock
from tabard.kernel.actor import job
from tabard.org.models import Unit
from tabard.watch import actions
from tabard.watch.askable import AGAIN, Next, definitions, is_on, next_name
from tabard.watch.models import Asked, AskedHost, AskedSite, AskedUnit
from tabard.watch.sites.checker import FOR_THE_END, Checker
from tabard.watch.sites.definitions import Site
from tabard.watch.sites.pacing import Day, Host, Memory
from tabard.watch.sites.whys import UNSURE, More, Told

BATCH = 20  # names of one site between two self-checks
SECONDS = 480.0  # after which nothing new is begun
REST = timedelta(hours=1)
LOOKS = 1.0  # seconds between two looks whether it is still switched on
# Why it was not asked at all: the name stays open, and the site is done for this run.
NOT_ASKED = frozenset(["budget", "back-off", "crawl-delay", "robots-unknown"])

Turn = Generator[Coroutine[Any, Any, Told | None], Told | None, None]


def ask() -> int:
    """Ask every site that is switched on for some names; how many answers there were."""
    root = Unit.objects.filter(parent=None).first()
    known, _faults = definitions()
    rows = [
        row for row in AskedSite.objects.filter(on=True, site__in=known) if _has_work(row, known[row.site])
    ]
    if root is None or not rows:
        return 0
    memory = _memory({place for row in rows for place in known[row.site].places})
    with _Loop(memory) as loop:
        turns = [_SiteTurn(root, row, known[row.site], loop.checker) for row in rows]
        _run(loop, turns, time.monotonic() + SECONDS)
    return sum(turn.answers for turn in turns)


def _has_work(row: AskedSite, site: Site) -> bool:
    """Whether it makes sense to go there now. What failed a self-check rests for an hour, or for the day."""
    now = clock.now()
    if row.stood == "failed" and row.day == now.date():
        return False
    if row.stood == "unsure" and row.stood_at and now - row.stood_at < REST:
        return False
    if row.day == now.date() and row.used + FOR_THE_END >= site.day:
        return False
    return AskedUnit.objects.filter(on=True).exists() or Asked.objects.filter(site=row, counts=False).exists()


def _run(loop: _Loop, turns: Iterable[_SiteTurn], until: float) -> None:
    """One question of each site at a time; between answers a look whether each may go on."""
    running: dict[Future[Told | None], _SiteTurn] = {}
    for turn in turns:
        if step := turn.first():
            running[loop.submit(step)] = turn
    while running:
        done, _rest = wait(running, timeout=LOOKS, return_when=FIRST_COMPLETED)
        for future in done:
            turn = running.pop(future)
            turn.late = time.monotonic() > until
            step = turn.after(future.result())
            if step and turn.allowed():
                running[loop.submit(step)] = turn
            elif step:
                step.close()
                turn.stop()
        for future in [each for each, turn in running.items() if not turn.allowed()]:
            future.cancel()
            running.pop(future).stop()


class _SiteTurn:
    """What is done at one site in one run: its self-check, name after name, its self-check."""

    def __init__(self, root: Unit, row: AskedSite, site: Site, checker: Checker) -> None:
        self.root, self.row, self.site, self.checker = root, row, site, checker
        self.answers, self.late = 0, False
        self.open: Asked | None = None
        day = clock.today()
        # What was being asked when a process died was paid for, though nobody wrote it down.
        lost = Asked.objects.filter(site=row, answer="").count()
        if row.day == day:
            failed = More.of(row.more) if row.stood == "failed" else None
            checker.memory.days[site.key] = Day(day, row.used + lost, row.passed_by, failed)
        self.steps = self._steps()

    def first(self) -> Coroutine[Any, Any, Told | None] | None:
        return next(self.steps, None)

    def after(self, told: Told | None) -> Coroutine[Any, Any, Told | None] | None:
        """What is asked next, now that this was said; nothing at the end."""
        try:
            return self.steps.send(told)
        except StopIteration:
            return None

    def allowed(self) -> bool:
        """Whether it is switched on at this moment, for this site and for whom it is asked."""
        if not AskedSite.objects.filter(pk=self.row.pk, on=True).exists():
            return False
        return self.open is None or is_on(self.open.channel.unit)

    def stop(self) -> None:
        """Somebody has switched it off: what is open was not asked."""
        self.steps.close()
        if self.open is not None and self.open.pk:
            self.open.delete()
        self._keep()

    def _steps(self) -> Turn:
        failing = yield self.checker.before(self.site)
        self._stood(failing)
        if failing:
            return
        for _number in range(BATCH):
            if self.late or not (found := self._next()):
                break
            told = yield self.checker.one(self.site, found.name, FOR_THE_END)
            if told is None or not self._answered(found, told):
                break
        waiting = Asked.objects.filter(site=self.row, counts=False).exclude(answer="")
        if not waiting.exists():
            return
        if waiting.exclude(answer=UNSURE).exists() and (failing := (yield self.checker.after(self.site))):
            self._stood(failing)
        self._keep()
        actions.count_answers(job("watch", "watch.decide"), self.root, site=self.site.key, failing=failing)

    def _next(self) -> Asked | None:
        """The name that is asked for now, written down. First what broke off."""
        self.open = Asked.objects.filter(site=self.row, answer="").select_related("channel__unit").first()
        if self.open is None:
            found = next_name(self.row, self.site)
            self.open = self._write(found) if found else None
        if self.open and not is_on(self.open.channel.unit):
            self.open.delete()
            self.open = None
        return self.open

    def _write(self, found: Next) -> Asked:
        known = {"channel": found.channel, "identity": found.identity, "url": found.url, "answer": ""}
        known |= {"why": "", "more": None, "at": clock.now(), "counts": False, "again_on": None}
        one, _made = Asked.objects.update_or_create(site=self.row, name=found.name, defaults=known)
        return one

    def _answered(self, one: Asked, told: Told) -> bool:
        """Keep an answer; whether the site can be asked for more."""
        self.open = None
        self._keep()
        if told.why in NOT_ASKED:
            one.delete()
            return False
        one.answer, one.why, one.at = told.answer, told.why, clock.now()
        one.more = told.more.as_json() if told.more else None
        again = AGAIN.get(told.answer)
        one.again_on = clock.today() + again if again else None
        one.save()
        self.answers += 1
        return True

    def _stood(self, failing: Told | None) -> None:
        row, day = self.row, self.checker.memory.days.get(self.site.key)
        if (
            failing is None
            and row.stood == "passed"
            and row.stood_at
            and row.stood_at.date() == clock.today()
        ):
            return
        if failing is not None and day is not None:
            day.passed = ""
        wrong = failing is not None and failing.why == "self-check"
        row.stood = "passed" if failing is None else "failed" if wrong else "unsure"
        row.stood_at = clock.now()
        row.why = failing.why if failing else ""
        row.more = failing.more.as_json() if failing and failing.more else None
        self._keep()

    def _keep(self) -> None:
        """What must not be forgotten whatever happens to this process."""
        row, memory = self.row, self.checker.memory
        if day := memory.days.get(self.site.key):
            row.day, row.used, row.passed_by = day.date, day.used, day.passed
        row.save(update_fields=["day", "used", "passed_by", "stood", "stood_at", "why", "more"])
        for place in self.site.places:
            known = {"known": memory.host(place).said()}
            AskedHost.objects.update_or_create(host=place, defaults=known)


def _memory(places: Iterable[str]) -> Memory:
    rows = AskedHost.objects.filter(Q(host__in=list(places)))
    return Memory(hosts={row.host: Host.of(row.known) for row in rows})


def place_of(site: Site) -> str:
    """The host that is asked for a site's names."""
    return urlsplit(site.asks).netloc.lower()


def _now() -> datetime:
    return clock.now()


class _Loop:
    """A thread that waits for answers, so that this one can look after the database meanwhile."""

    def __init__(self, memory: Memory) -> None:
        self.loop = asyncio.new_event_loop()
        self.transport = GuardedTransport(settings.PRIVATE_HOSTS)
        self.checker = Checker(self.transport, memory, contact=settings.PUBLIC_URL, clock=_now)
        self.thread = threading.Thread(target=self.loop.run_forever, name="watch.ask", daemon=True)

    def submit(self, step: Coroutine[Any, Any, Told | None]) -> Future[Told | None]:
        return asyncio.run_coroutine_threadsafe(step, self.loop)

    def __enter__(self) -> _Loop:
        self.thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self.loop).result(10)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)
        self.loop.close()

    async def _close(self) -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await self.transport.aclose()
