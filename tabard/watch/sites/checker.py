"""Asks sites for names: each first whether it can be believed, then for name after name, at its pace."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import urlsplit

import httpx

from tabard import __version__
from tabard.watch.sites import asking, reading
from tabard.watch.sites.asking import Reply
from tabard.watch.sites.definitions import Site
from tabard.watch.sites.pacing import Day, Host, Memory
from tabard.watch.sites.robots import NAME, robots, unread
from tabard.watch.sites.values import is_login
from tabard.watch.sites.whys import ABSENT, EXISTS, UNSURE, Cannot, Finding, More, Told, more, unsure

HOPS = 4  # redirects that are followed
AT_ONCE = 8  # sites; one host has one request at a time
FOR_THE_END = 2  # requests that are kept for the second self-check
TROUBLE = frozenset(["slow", "unreachable", "broke-off", "tls", "malformed", "too-large"])
# What a site says that is not as its definition has it; anything else may be otherwise tomorrow.
UNLIKE = frozenset(["not-named", "redirected", "contradictory", "unlike-either"])


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Checker:
    """`transport` decides which addresses may be called (connectors' GuardedTransport).

    `contact`: where the owners of a site may write. `seconds`: for one answer.
    """

    transport: httpx.AsyncBaseTransport
    memory: Memory = field(default_factory=Memory)
    contact: str = ""
    seconds: float = 15.0
    clock: Callable[[], datetime] = _now
    sleep: Callable[[float], Awaitable[None]] = field(default=asyncio.sleep)

    def __post_init__(self) -> None:
        self._locks: dict[str, asyncio.Lock] = {}
        self._room = asyncio.Semaphore(AT_ONCE)

    async def check(self, names: Sequence[str], sites: Iterable[Site]) -> list[Finding]:
        """What each site says of each name: all sites of the first name, then of the second, and so on."""
        chosen = list(sites)
        found = await asyncio.gather(*(self._batch(site, names) for site in chosen))
        return [by_site[place] for place in range(len(names)) for by_site in found]

    async def _batch(self, site: Site, names: Sequence[str]) -> list[Finding]:
        async with self._room:
            possible = [name for name in dict.fromkeys(names) if site.alphabet.allows(name)]
            answers = await self._asked(site, possible) if possible else {}
        other = unsure("alphabet"), self.clock()
        return [Finding(site.key, n, site.url(n), *answers.get(n, other)) for n in names]

    async def _asked(self, site: Site, names: Sequence[str]) -> dict[str, tuple[Told, datetime]]:
        """By name what was told, and when. It counts only if the site can be believed to the end."""
        if failing := await self.before(site):
            return dict.fromkeys(names, (failing, self.clock()))
        found = {name: (await self.one(site, name, FOR_THE_END), self.clock()) for name in names}
        if any(told.answer != UNSURE for told, _at in found.values()) and (failing := await self.after(site)):
            return {n: (t if t.answer == UNSURE else failing, at) for n, (t, at) in found.items()}
        return found

    async def before(self, site: Site) -> Told | None:
        """The self-check, once a day: a known name must read as there, one that nobody has as not."""
        day = self._day(site)
        if day.passed:
            return None
        if day.failed:
            return unsure("self-check", day.failed)
        wrong: More | None = None
        for name in site.known:
            told = await self.one(site, name)
            if told.answer == UNSURE and told.why not in UNLIKE:
                return unsure(told.why, more("known", name=name))
            if told.answer == EXISTS:
                return await self._nobody(site, name)
            wrong = more("known-reads", name=name, answer=_read_as(told))
        self._day(site).failed = wrong
        return unsure("self-check", wrong)

    async def _nobody(self, site: Site, known: str) -> Told | None:
        told = await self.one(site, site.nobody())
        if told.answer == ABSENT:
            self._day(site).passed = known
            return None
        if told.answer == UNSURE and told.why not in UNLIKE:
            return unsure(told.why, more("nobody"))
        wrong = more("nobody-reads", answer=_read_as(told))
        self._day(site).failed = wrong
        return unsure("self-check", wrong)

    async def after(self, site: Site) -> Told | None:
        """The same once more when the batch is done: a site may have begun to tell everybody the same."""
        known = self._day(site).passed or site.known[0]
        for name, expected in ((known, EXISTS), (site.nobody(), ABSENT)):
            told = await self.one(site, name)
            if told.answer != expected:
                return unsure("changed", more("was", answer=_read_as(told), expected=expected))
        return None

    async def one(self, site: Site, name: str, kept: int = 0) -> Told:
        """What the site says of one name now; `kept` requests of the day are left for other things."""
        url, seen = site.address(name), set[str]()
        try:
            while True:
                reply = await self._request(site, url, kept)
                if not self._may_follow(site, name, reply):
                    return reading.told(site, name, reply, moved=bool(seen))
                seen.add(url)
                url = reply.sent_to
                if url in seen or len(seen) > HOPS:
                    return unsure("redirects")
        except Cannot as cannot:
            return unsure(cannot.why)

    @staticmethod
    def _may_follow(site: Site, name: str, reply: Reply) -> bool:
        """Whether a redirect leads on within the site, and is not itself the answer."""
        if not reply.sent_to or reading.is_sign(site, name, reply.sent_to):
            return False
        onward, here = urlsplit(reply.sent_to), urlsplit(reply.url)
        same = onward.scheme == here.scheme or onward.scheme == "https"
        return same and onward.netloc.lower() in site.places and not is_login(onward.path)

    async def _request(self, site: Site, url: str, kept: int) -> Reply:
        """One request, when its turn has come. Raises Cannot."""
        place = urlsplit(url).netloc.lower()
        async with self._locks.setdefault(place, asyncio.Lock()):
            host = self.memory.host(place)
            await self._robots(site, host, url, kept)
            if host.robots is None or host.robots.rules is None:
                raise Cannot("robots-unknown")
            if not host.robots.allows(url):
                raise Cannot("robots")
            return await self._get(site, host, url, kept)

    async def _robots(self, site: Site, host: Host, url: str, kept: int) -> None:
        """Read the host's robots.txt where it is not known; redirects only within the host."""
        if host.robots is not None and host.robots.good_until > self.clock():
            return
        asked = f"{urlsplit(url).scheme}://{urlsplit(url).netloc}/robots.txt"
        here = asked.removesuffix("robots.txt")
        for _hop in range(HOPS):
            reply = await self._get(site, host, asked, kept)
            if not reply.sent_to.startswith(here):
                break
            asked = reply.sent_to
        host.robots = unread(self.clock()) if reply.sent_to else robots(reply, self.clock())

    async def _get(self, site: Site, host: Host, url: str, kept: int) -> Reply:
        wait = host.wait(site, self.clock())
        self._day(site).spend(site, kept)
        if wait > 0:
            await self.sleep(wait)
        host.asked.append(self.clock())
        try:
            reply = await asking.get(self.transport, url, self._headers(site), self.seconds)
        except Cannot as cannot:
            if cannot.why in TROUBLE:
                host.failed(self.clock())
            raise
        host.answered(reply.status, reply.headers.get("retry-after", ""), self.clock())
        return reply

    def _headers(self, site: Site) -> dict[str, str]:
        contact = f"; {self.contact}" if self.contact else ""
        agent = f"{NAME}/{__version__} (asks whether names are taken{contact})"
        chosen = {"Accept": "application/json"} if site.in_json else {"Accept": "text/html"}
        return {**chosen, "Accept-Language": "en", **dict(site.headers), "User-Agent": agent}

    def _day(self, site: Site) -> Day:
        return self.memory.day(site, self.clock().date())


def _read_as(told: Told) -> str:
    return f"{told.answer} ({told.why})" if told.answer == UNSURE else told.answer
