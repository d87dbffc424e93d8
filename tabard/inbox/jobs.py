"""Background work of the inbox."""

from __future__ import annotations

from procrastinate.contrib.django import app

from tabard.inbox import reading
from tabard.kernel.jobs import BULK


@app.periodic(cron="* * * * * */15")  # the last field is seconds
@app.task(name="inbox.read_due", queue=BULK, queueing_lock="inbox.read_due")
def read_due(timestamp: int) -> None:
    """Give out the channels that are to be read."""
    for channel_id in reading.due():
        read.defer(channel_id=channel_id)


@app.task(name="inbox.read", queue=BULK)
def read(*, channel_id: int) -> None:
    """Read one. What does not work is due again by itself."""
    reading.read(channel_id)
