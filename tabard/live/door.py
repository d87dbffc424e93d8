"""Who knocks: the person behind a session cookie, and the units whose changes may be named to them.

Runs in threads; every answer is the same check that a page would make, so an ended session, a changed
password or a leaver is noticed at the next look.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib import auth
from django.db import connection
from django.http import HttpRequest, parse_cookie

from tabard.access.signing_in import owes_factor
from tabard.access.signing_in import session_of as ours
from tabard.live.lines import Visitor
from tabard.org.models import Unit
from tabard.org.people import actor_of
from tabard.org.reach import held
from tabard.register.models import Channel


def session_of(cookie_header: str) -> str:
    """The session key in a Cookie header, or nothing."""
    return str(parse_cookie(cookie_header).get(settings.SESSION_COOKIE_NAME, ""))


def visitor(session: str) -> Visitor | None:
    """The person of a session with what they may hear of; None if it is no session any more."""
    try:
        return _visitor(session)
    finally:
        connection.close()  # back to the pool; this thread may not be needed again for long


def _visitor(session: str) -> Visitor | None:
    request: Any = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session)
    person = auth.get_user(request)
    if not person.is_authenticated or not person.is_active:
        return None
    found = ours(person, request.session)
    if found is None or owes_factor(found):
        return None
    return Visitor(session, int(person.pk), _units(person))


def _units(person: Any) -> frozenset[int] | None:
    """The units below any grant of theirs, and those of single channels they have a grant on."""
    grants = held(actor_of(person, "screen"))
    paths = [grant.unit_path for grant in grants if grant.channel_id is None]
    if any(path.count("/") == 2 for path in paths):
        return None
    units = {
        pk for pk, path in Unit.objects.values_list("pk", "path") if any(path.startswith(p) for p in paths)
    }
    channels = [grant.channel_id for grant in grants if grant.channel_id is not None]
    if channels:
        units |= set(Channel.objects.filter(pk__in=channels).values_list("unit_id", flat=True))
    return frozenset(units)
