"""Background work of rounds."""

from __future__ import annotations

from procrastinate.contrib.django import app

from tabard.attestation import schedule
from tabard.kernel.jobs import SOON


@app.periodic(cron="13 * * * *")
@app.task(name="attestation.sweep", queue=SOON, queueing_lock="attestation.sweep")
def sweep(timestamp: int) -> None:
    """Do whatever is due in rounds."""
    schedule.sweep()
