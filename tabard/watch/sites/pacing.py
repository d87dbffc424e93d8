"""How often a site may be asked: requests a minute and a day, pauses it asks for, time to be left alone."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from tabard.watch.sites.definitions import Site
from tabard.watch.sites.robots import Robots, kept
from tabard.watch.sites.whys import Cannot, More

PATIENCE = 60.0  # seconds that we wait until a host may be asked again; longer, and its names stay open
PAUSE = 1.0  # seconds between two requests to one host, at least
FAILURES = 3  # in a row, and a host is left alone
LONGEST = timedelta(days=7)  # that we believe a host which asks to be left alone


@dataclass
class Host:
    """One host: when it was asked, until when it is left alone, what its robots.txt allows."""

    asked: deque[datetime] = field(default_factory=lambda: deque(maxlen=60))
    until: datetime | None = None
    failures: int = 0
    robots: Robots | None = None

    def wait(self, site: Site, now: datetime) -> float:
        """Seconds until the next request may go. Raises Cannot where that is too long."""
        alone = (self.until - now).total_seconds() if self.until else 0.0
        if alone > PATIENCE:
            raise Cannot("back-off")
        pause = max(PAUSE, self.robots.delay if self.robots else 0.0)
        if pause > PATIENCE:
            raise Cannot("crawl-delay")
        after = (self.asked[-1] - now).total_seconds() + pause if self.asked else 0.0
        full = (
            (self.asked[-site.minute] - now).total_seconds() + 60 if len(self.asked) >= site.minute else 0.0
        )
        return max(0.0, alone, after, full)

    def said(self) -> dict[str, Any]:
        """All of it, for who goes on in another process within the minute; `of` reads it again."""
        until = self.until.isoformat() if self.until else None
        found: dict[str, Any] = {"until": until, "failures": self.failures}
        found["asked"] = [at.isoformat() for at in self.asked]
        if rules := self.robots:
            text = None if rules.rules is None else rules.text.replace("\0", "")
            found["robots"] = {"until": rules.good_until.isoformat(), "text": text}
        return found

    @classmethod
    def of(cls, said: dict[str, Any]) -> Host:
        """What `said()` gave."""
        until = datetime.fromisoformat(said["until"]) if said["until"] else None
        host = cls(deque(map(datetime.fromisoformat, said["asked"]), maxlen=60), until, said["failures"])
        if rules := said.get("robots"):
            good, text = datetime.fromisoformat(rules["until"]), rules["text"]
            host.robots = Robots(None, good) if text is None else kept(text, good)
        return host

    def answered(self, status: int, retry_after: str, now: datetime) -> None:
        """What an answer says about asking again."""
        if status == 429 or (status == 503 and retry_after):
            self.failed(now, at_once=True)
            wanted = _seconds(retry_after, now)
            self.until = now + timedelta(seconds=wanted) if wanted else self.until
        elif status == 403 or status >= 500:
            self.failed(now)
        else:
            self.failures = 0

    def failed(self, now: datetime, *, at_once: bool = False) -> None:
        """One more failure: from the third in a row on it is left alone, each time for twice as long."""
        self.failures = max(self.failures + 1, FAILURES if at_once else 0)
        if self.failures >= FAILURES:
            minutes = 2 ** min(self.failures - FAILURES, 10)
            self.until = now + min(timedelta(minutes=2 * minutes), LONGEST)


def _seconds(retry_after: str, now: datetime) -> float:
    """What Retry-After asks for: seconds or a date; 0 where it says nothing that can be read."""
    said = retry_after.strip()
    if said.isascii() and said.isdigit():
        return min(float(said[:9]), LONGEST.total_seconds())
    try:
        until = parsedate_to_datetime(said)
    except (ValueError, TypeError, OverflowError, IndexError):
        return 0.0
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return min(max(0.0, (until - now).total_seconds()), LONGEST.total_seconds())


@dataclass
class Day:
    """What was asked of one site on one day, and how it stood the self-check: `passed`, or why not."""

    date: date
    used: int = 0
    passed: str = ""  # the known name by which it passed
    failed: More | None = None

    def spend(self, site: Site, kept: int) -> None:
        """One request more; `kept` are to be left. Raises Cannot."""
        if self.used + 1 + kept > site.day:
            raise Cannot("budget")
        self.used += 1


@dataclass
class Memory:
    """What is known of hosts and days; `said()` and `of()` keep it between two runs."""

    hosts: dict[str, Host] = field(default_factory=dict)
    days: dict[str, Day] = field(default_factory=dict)

    def host(self, place: str) -> Host:
        return self.hosts.setdefault(place, Host())

    def day(self, site: Site, today: date) -> Day:
        found = self.days.get(site.key)
        if found is None or found.date != today:
            found = self.days[site.key] = Day(today)
        return found

    def said(self) -> dict[str, Any]:
        """What must not be forgotten: requests used today, and who is left alone."""
        days = {key: {"date": day.date.isoformat(), "used": day.used} for key, day in self.days.items()}
        until = {key: host.until.isoformat() for key, host in self.hosts.items() if host.until}
        return {"days": days, "until": until}

    @classmethod
    def of(cls, said: Any) -> Memory:
        """What `said()` gave. ValueError where it is something else."""
        try:
            days = {k: Day(date.fromisoformat(v["date"]), int(v["used"])) for k, v in said["days"].items()}
            until = {k: Host(until=datetime.fromisoformat(v)) for k, v in said["until"].items()}
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError("no memory of sites") from error
        if any(host.until is None or host.until.tzinfo is None for host in until.values()):
            raise ValueError("no memory of sites")
        return cls(until, days)
