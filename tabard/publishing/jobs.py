"""Background work of publishing, beside the sender's."""

from __future__ import annotations

from procrastinate.contrib.django import app

from tabard.kernel.jobs import BULK
from tabard.publishing import lending


@app.periodic(cron="20 3 * * *")
@app.task(name="publishing.clear_lent", queue=BULK, queueing_lock="publishing.clear_lent")
def clear_lent(timestamp: int) -> None:
    """Take away the files that platforms have fetched by now."""
    lending.clear()
