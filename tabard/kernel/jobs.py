"""Background work, in the same database and transaction: queues by impatience, a named actor per job."""

from __future__ import annotations

from typing import Any

from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app

from tabard.kernel import events
from tabard.kernel.actor import Actor

NOW, SOON, BULK = "now", "soon", "bulk"
QUEUES = [NOW, SOON, BULK]

# A job that fails is tried again with growing waits; after that it stays as failed, to be seen.
PATIENT = RetryStrategy(max_attempts=6, exponential_wait=3)


def last_try(context: JobContext) -> bool:
    """Whether a patient job that fails now stays failed."""
    return context.job.attempts >= (PATIENT.max_attempts or 0)


@app.task(name="kernel.react", queue=NOW, retry=PATIENT)
def react(*, reaction: str, fact: dict[str, Any], name: str, person_id: int | None) -> None:
    """Run one reaction to an event, in the name of whoever caused it."""
    by = Actor(kind="job", name=name, via="job", person_id=person_id, allowed=None, origin=reaction)
    events.react(reaction, fact, by)
