"""How fast somebody may guess: by address and by e-mail, with a rest that doubles, the same on every node.

What is counted is what was typed, whether anybody has that e-mail or not: the answers tell nothing. During a
rest nothing is checked, so a right password is not found by trying either.
"""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import ngettext

from tabard.access.models import Attempts
from tabard.access.whence import address_of
from tabard.audit.refusals import guessed
from tabard.kernel import clock, text

FORGET = timedelta(hours=24)  # without a failure, after which counting begins anew
FIRST, LONGEST = 15, 900  # seconds of the first and of the longest rest
# How many failures are free. An address is shared by a whole office behind one router.
FREE = {"person": 5, "address": 30}

# Two at once are both counted: the row is locked while it changes.
_COUNT = """
INSERT INTO access_attempts AS a (mark, count, last_at) VALUES (%(mark)s, 1, %(now)s)
ON CONFLICT (mark) DO UPDATE SET
    count = CASE WHEN a.last_at < %(forget)s THEN 1 ELSE a.count + 1 END,
    rests_until = CASE WHEN a.last_at < %(forget)s OR a.count + 1 < %(free)s THEN NULL
        ELSE %(now)s
            + make_interval(secs => LEAST(%(longest)s, %(first)s * 2 ^ LEAST(a.count + 1 - %(free)s, 20)))
        END,
    last_at = %(now)s
"""

Mark = tuple[str, str]


def marks(request: Any, what: str, typed: str) -> list[Mark]:
    """Under what an attempt is counted: what was typed, and where it comes from."""
    found = [("person", f"{what}:{text.folded(typed)[:254]}")]
    if address := network(address_of(request)):
        found.append(("address", f"{what}:{address}"))
    return found


def demand(found: Sequence[Mark]) -> None:
    """`ValidationError` while one of them rests."""
    if seconds := resting(found):
        said = ngettext(
            "Too many attempts. Wait %(n)s second, then try again.",
            "Too many attempts. Wait %(n)s seconds, then try again.",
            seconds,
        )
        raise ValidationError(said % {"n": seconds}, code="too_many_attempts")


def resting(found: Sequence[Mark]) -> int:
    """For how many seconds more; 0: go on. An attempt during a rest is counted for the log."""
    now = clock.now()
    # A rest that ends later than any that begins now is of a clock that was set back: nobody waits for it.
    within = (now, now + timedelta(seconds=LONGEST + 1))
    rests = Attempts.objects.filter(mark__in=[_mark(m) for m in found], rests_until__range=within)
    longest = max((r for r in rests.values_list("rests_until", flat=True) if r), default=now)
    if longest <= now:
        return 0
    said = {kind: typed.partition(":") for kind, typed in found}
    what, _colon, who = said.get("person", ("", "", ""))
    guessed(what, who, said.get("address", ("", "", ""))[2])
    return int((longest - now).total_seconds()) + 1


def failed(found: Iterable[Mark]) -> None:
    """Count one more, and rest when it was one too many."""
    now = clock.now()
    known: dict[str, Any] = {"now": now, "forget": now - FORGET, "first": FIRST, "longest": LONGEST}
    with connection.cursor() as cursor:
        for mark in sorted(found):
            cursor.execute(_COUNT, {**known, "mark": _mark(mark), "free": FREE[mark[0]]})
    Attempts.objects.filter(last_at__lt=now - 2 * FORGET).delete()


def succeeded(found: Iterable[Mark]) -> None:
    """It was them: what they mistyped is forgotten. What came from the address is not."""
    Attempts.objects.filter(mark__in=[_mark(m) for m in found if m[0] == "person"]).delete()


def _mark(mark: Mark) -> str:
    return hashlib.sha256("\x00".join(mark).encode()).hexdigest()


def network(address: str) -> str:
    """An address of version 4; of version 6 the network, in which one machine has any number of addresses."""
    if not address:
        return ""
    found = ipaddress.ip_address(address)
    if isinstance(found, ipaddress.IPv6Address) and not found.ipv4_mapped:
        return str(ipaddress.ip_network(f"{found}/64", strict=False))
    return str(getattr(found, "ipv4_mapped", None) or found)
