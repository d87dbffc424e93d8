"""Security events: what was refused, and whom. Counted by the hour, then written into the log.

A flood of refusals is one row with a large count; and beyond `MOST` rows an hour, one row for all others.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.http import HttpResponse
from django.views.csrf import csrf_failure

from tabard.audit.chain.sealing import chain
from tabard.audit.models import Entry, Refusal
from tabard.kernel import clock
from tabard.kernel.actor import Actor
from tabard.kernel.errors import IllegalMove, Infected

MOST = 2_000

_COUNT = """
INSERT INTO audit_refusal (hour, action, who, person_id, via, origin, what, count, first_at, last_at)
VALUES (%(hour)s, %(action)s, %(who)s, %(person)s, %(via)s, %(origin)s, %(what)s, 1, %(now)s, %(now)s)
ON CONFLICT (hour, action, who, origin, what)
DO UPDATE SET count = audit_refusal.count + 1, last_at = EXCLUDED.last_at
"""


def count(
    action: str,
    *,
    who: str = "",
    person_id: int | None = None,
    via: str = "",
    origin: str = "",
    what: str = "",
) -> None:
    """Count one refusal."""
    now = clock.now()
    hour = now.replace(minute=0, second=0, microsecond=0)
    if Refusal.objects.filter(hour=hour)[MOST:].exists():
        who, person_id, origin, what = "", None, "", ""
    given: dict[str, Any] = {"hour": hour, "action": action, "who": who[:200], "person": person_id}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            _COUNT, {**given, "via": via[:10], "origin": origin[:200], "what": what[:200], "now": now}
        )


def denied(request: Any, error: Exception) -> None:
    """Somebody signed in, or a key, may not do this, or not in this order."""
    _count_of("refused.step" if isinstance(error, IllegalMove) else "refused.action", request)


def infected(by: Actor, error: Infected) -> None:
    """A virus scanner found something in a file that somebody brought."""
    what = f"{error.name}: {error.found}"
    count("refused.file", who=by.name, person_id=by.person_id, via=by.via, origin=by.origin, what=what)


def malformed(request: Any) -> None:
    """A call that is not as the document of the API has it, or that cannot be read at all."""
    _count_of("refused.request", request)


def forged(request: Any, reason: str = "") -> HttpResponse:
    """Django's page for a write that did not come from a page of ours, which is counted too."""
    _count_of("refused.forgery", request)
    return csrf_failure(request, reason)


def guessed(what: str, who: str, origin: str) -> None:
    """An attempt that was not looked at, because there were too many before. `what`: a password, a code."""
    count("refused.guess", who=who if "@" in who else "", via="screen", origin=origin, what=what)


def hurried(request: Any) -> None:
    """More requests than one person, key or address may send; counted once a minute, not for each of them."""
    _count_of("refused.hurry", request)


def _count_of(action: str, request: Any) -> None:
    by = getattr(request, "actor", None)
    what = f"{request.method} {request.path}"
    if by is None:
        count(action, origin=request.META.get("REMOTE_ADDR", ""), what=what)
    else:
        count(action, who=by.name, person_id=by.person_id, via=by.via, origin=by.origin, what=what)


def unknown_key(request: Any) -> None:
    """A call of the API with no key, or one that opens nothing."""
    count("refused.key", via="api", origin=request.META.get("REMOTE_ADDR", ""))


def sign_in_failed(sender: Any, credentials: dict[str, Any], request: Any = None, **_more: Any) -> None:
    """A sign-in that did not succeed. What was typed is kept only if it is an address."""
    typed = str(credentials.get("email") or credentials.get("username") or credentials.get("login") or "")
    origin = request.META.get("REMOTE_ADDR", "") if request is not None else ""
    count("refused.sign_in", who=typed if "@" in typed else "", via="screen", origin=origin)


def log_closed() -> int:
    """Write the counts of hours that are over into the log; how many entries that made."""
    log = chain()
    with transaction.atomic():
        over = Refusal.objects.select_for_update(skip_locked=True).filter(
            last_at__lt=clock.now() - timedelta(minutes=5),
            hour__lt=clock.now().replace(minute=0, second=0, microsecond=0),
        )
        rows = list(over.order_by("first_at")[: 10 * MOST])
        Entry.objects.bulk_create([_entry(row, log.unit_id, log.unit_path) for row in rows], batch_size=1000)
        Refusal.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)


def _entry(row: Refusal, unit_id: int, unit_path: str) -> Entry:
    return Entry(
        at=clock.now(),
        actor_kind="person" if row.person_id else "unknown",
        actor_name=row.who,
        person_id=row.person_id,
        via=row.via,
        origin=row.origin,
        action=row.action,
        kind="audit.refusal",
        thing_id=None,
        label=row.what,
        unit_id=unit_id,
        unit_path=unit_path,
        notes={
            "count": row.count,
            "first": row.first_at.isoformat(),
            "last": row.last_at.isoformat(),
        },
    )
