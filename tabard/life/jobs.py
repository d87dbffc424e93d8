"""Background work about whether channels are needed."""

from __future__ import annotations

from procrastinate.contrib.django import app

from tabard.kernel.jobs import BULK
from tabard.life import running


@app.periodic(cron="17 * * * *")
@app.task(name="life.look_at_worth", queue=BULK, queueing_lock="life.look_at_worth")
def look_at_worth(timestamp: int) -> None:
    """Look at every channel, once an hour."""
    running.give_checklists()
    running.look()
