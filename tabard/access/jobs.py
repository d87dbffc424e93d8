"""What access does by the clock: suspensions end by themselves, and sources are asked what they say."""

from __future__ import annotations

import logging

from procrastinate.contrib.django import app

from tabard.access import actions, closing, queries
from tabard.kernel.actor import job
from tabard.kernel.errors import Refusal
from tabard.kernel.jobs import BULK, SOON

logger = logging.getLogger(__name__)


@app.periodic(cron="41 * * * *")
@app.task(name="access.read_sources", queue=BULK, queueing_lock="access.read_sources")
def read_sources(timestamp: int) -> None:
    """What SAML sources say of themselves is read every day; again every hour where it did not go well."""
    by = job("reading of metadata", "sources.edit")
    for source in queries.to_read():
        described, problem = queries.read(source)
        if described is None and problem == source.metadata_problem:
            continue
        try:
            actions.take_description(by, source, found=described, problem=problem)
        except Refusal as error:
            logger.warning("The metadata of %s could not be taken: %s", source.slug, error.reason)


@app.periodic(cron="23 6 * * *")
@app.task(name="access.tell_of_tokens", queue=SOON, queueing_lock="access.tell_of_tokens")
def tell_of_tokens(timestamp: int) -> None:
    """Owners hear of tokens of directories that end within 30 and within 7 days."""
    by = job("care for tokens", "sources.edit")
    for token, days in queries.tokens_to_tell_of():
        actions.tell_of_end(by, token, days=days)


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
