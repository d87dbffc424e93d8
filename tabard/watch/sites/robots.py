"""What a host's robots.txt allows us (RFC 9309), and how long it wants us to pause.

What the file does not say is allowed; but where it cannot be read for the time being nothing is.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from protego import Protego

from tabard.watch.sites.asking import Reply

NAME = "Tabard"  # by which a robots.txt calls us
READ = 500 * 1024  # bytes of it that must be read (RFC 9309, 2.5)
KEPT = timedelta(hours=24)  # RFC 9309, 2.4
AGAIN = timedelta(minutes=15)  # after which one that could not be read is asked for again


@dataclass(frozen=True)
class Robots:
    """`rules` is None where nothing may be asked."""

    rules: Protego | None
    good_until: datetime
    delay: float = 0.0
    text: str = ""

    def allows(self, url: str) -> bool:
        return self.rules is not None and self.rules.can_fetch(url, NAME)


def kept(text: str, good_until: datetime) -> Robots:
    """A file that was read before, as `text`."""
    rules = Protego.parse(text)
    return Robots(rules, good_until, _delay(rules), text)


def unread(now: datetime) -> Robots:
    """The file could not be read."""
    return Robots(None, now + AGAIN)


def robots(reply: Reply, now: datetime) -> Robots:
    """What an answer to `/robots.txt` says. A host that refuses the file itself, or fails, allows nothing."""
    if reply.status == 200:
        return kept(reply.body[:READ].decode("utf-8", "replace"), now + KEPT)
    if 400 <= reply.status < 500 and reply.status not in {401, 403, 407, 408, 425, 429}:
        return kept("", now + KEPT)
    return unread(now)


def _delay(rules: Protego) -> float:
    """Seconds between requests: the longer of Crawl-delay and what Request-rate comes to."""
    found = [rules.crawl_delay(NAME) or 0.0]
    if rate := rules.request_rate(NAME):
        found.append(rate.seconds / max(rate.requests, 1))
    return max((each for each in found if math.isfinite(each) and each > 0), default=0.0)
