"""Background work of the watch."""

from __future__ import annotations

from procrastinate.contrib.django import app

from tabard.kernel.jobs import BULK
from tabard.watch import running


@app.periodic(cron="*/5 * * * *")
@app.task(name="watch.compare", queue=BULK, queueing_lock="watch.compare")
def compare(timestamp: int) -> None:
    """Compare what waits with a register that has changed."""
    running.compare()
