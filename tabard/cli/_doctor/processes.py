"""What should be running: pages, live line, workers; and what waits for them."""

from __future__ import annotations

import httpx
from django.conf import settings

from tabard.cli._doctor.database import ask
from tabard.cli._doctor.finding import Finding, bad, check, ok, warn
from tabard.config.jobs import STALLED


def _reaches(url: str, how_to_start: str) -> Finding:
    try:
        answer = httpx.get(url, timeout=5, follow_redirects=True)
    except httpx.HTTPError as error:
        said = f"{url} does not answer ({type(error).__name__})"
        do = f"Start it with {how_to_start}, and let the proxy lead there."
        return warn(said, do) if settings.LOCAL else bad(said, do)
    if answer.status_code >= 400:
        return bad(f"{url} answers {answer.status_code}", "Look into its log.")
    return ok(f"{url} answers in {answer.elapsed.total_seconds() * 1000:.0f} ms")


@check("Web")
def web() -> Finding:
    """Whether the pages answer under their public address."""
    return _reaches(f"{settings.PUBLIC_URL}/sign-in/", "`tabard web`")


@check("Live line")
def live() -> Finding:
    """Whether open screens can be kept fresh."""
    return _reaches(f"{settings.LIVE_URL}/health", "`tabard live`")


@check("Workers", database=True)
def workers() -> Finding:
    """Signs of life of those who do the background work and the sending."""
    alive, last = ask(
        f"SELECT count(*) FILTER (WHERE last_heartbeat > now() - interval '{STALLED:.0f} s'),"  # noqa: S608  a constant
        " extract(epoch FROM now() - max(last_heartbeat)) FROM procrastinate_workers"
    )
    if alive:
        return ok(f"{alive} groups of queues alive")
    said = "none has ever been seen" if last is None else f"the last sign of life was {last:.0f} s ago"
    do = "Start one with `tabard worker`: nothing is sent without it."
    return warn(said, do) if settings.LOCAL else bad(said, do)


@check("Queue", database=True)
def queue() -> Finding:
    """Whether the work keeps up."""
    late, oldest = ask(
        "SELECT count(*), extract(epoch FROM now() - min(e.at)) FROM procrastinate_jobs j"
        " LEFT JOIN procrastinate_events e ON e.job_id = j.id AND e.type = 'deferred'"
        " WHERE j.status = 'todo' AND coalesce(j.scheduled_at, now()) <= now()"
    )
    (failed,) = ask("SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'")
    said = f"{late} jobs wait, {failed} failed"
    if late > 1000 or (oldest or 0) > 300:
        return warn(f"{said}, the oldest for {oldest:.0f} s", "Start more workers.")
    return ok(said)


@check("Organisation", database=True)
def organisation() -> Finding:
    """Whether somebody can sign in."""
    from tabard.org.models import Person, Unit

    if not Unit.objects.exists():
        return warn("none yet", "Run `tabard found`, or `tabard demo` for the demo company.")
    return ok(f"{Unit.objects.count()} units, {Person.objects.filter(is_active=True).count()} people")
