"""What access does by the clock: suspensions end by themselves."""

from __future__ import annotations

import logging

from procrastinate.contrib.django import app

from tabard.access import actions, closing, queries
from tabard.kernel.actor import job
from tabard.kernel.errors import Refusal
from tabard.kernel.jobs import SOON

logger = logging.getLogger(__name__)


@app.periodic(cron="* * * * *")
@app.task(name="access.close", queue=SOON, queueing_lock="access.close")
def close(timestamp: int) -> None:
    """What is over stays over."""
    closing.close()


@app.periodic(cron="* * * * *")
@app.task(name="access.end_suspensions", queue=SOON, queueing_lock="access.end_suspensions")
def end_suspensions(timestamp: int) -> None:
    """Whoever was suspended until now is back."""
    for person in queries.over():
        try:
            actions.resume(job("end of suspensions", "org.people", "roles.edit"), person)
        except Refusal as error:
            logger.warning("A suspension could not be ended: %s", error.reason)
