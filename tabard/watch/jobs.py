"""Background work of the watch."""

from __future__ import annotations

from procrastinate.contrib.django import app

from tabard.kernel.jobs import BULK
from tabard.watch import asking, running


@app.periodic(cron="*/5 * * * *")
@app.task(name="watch.compare", queue=BULK, queueing_lock="watch.compare")
def compare(timestamp: int) -> None:
    """Compare what waits with a register that has changed."""
    running.compare()


@app.periodic(cron="* * * * *")
@app.task(name="watch.ask", queue=BULK, queueing_lock="watch.ask", lock="watch.ask")
def ask(timestamp: int) -> None:
    """Ask sites that are switched on for names that could pass for ours."""
    asking.ask()
