"""Background work about whether channels are needed, and how they look at their platforms."""

from __future__ import annotations

from contextlib import suppress

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from tabard.kernel.jobs import BULK
from tabard.life import comparable, comparing, running


@app.periodic(cron="17 * * * *")
@app.task(name="life.look_at_worth", queue=BULK, queueing_lock="life.look_at_worth")
def look_at_worth(timestamp: int) -> None:
    """Look at every channel, once an hour."""
    running.give_checklists()
    running.look()


@app.periodic(cron="* * * * *")
@app.task(name="life.compare_due", queue=BULK, queueing_lock="life.compare_due")
def compare_due(timestamp: int) -> None:
    """Give out the channels whose platforms are to be asked."""
    _give_out()


@app.task(name="life.compare_now", queue=BULK)
def compare_now() -> None:
    """The same at once, for somebody who waits."""
    _give_out()


@app.task(name="life.compare", queue=BULK)
def compare(*, channel_id: int) -> None:
    """Ask about one. What does not work is due again by itself."""
    comparing.compare(channel_id)


def _give_out() -> None:
    for channel_id in comparable.due():
        with suppress(AlreadyEnqueued), transaction.atomic():
            compare.configure(queueing_lock=f"life.compare {channel_id}").defer(channel_id=channel_id)
