"""Every minute: what is public is told again if it has changed."""

from __future__ import annotations

from procrastinate.contrib.django import app

from tabard.kernel.jobs import SOON
from tabard.public import making


@app.periodic(cron="* * * * *")
@app.task(name="public.publish", queue=SOON, queueing_lock="public.publish")
def publish(timestamp: int) -> None:
    """Make an edition where one is due."""
    making.publish()
