"""Every minute: check-outs end; every quarter of an hour: leads are told what is overdue."""

from __future__ import annotations

from procrastinate.contrib.django import app

from tabard.kernel.jobs import SOON
from tabard.safety import upkeep


@app.periodic(cron="* * * * *")
@app.task(name="safety.end_check_outs", queue=SOON, queueing_lock="safety.end_check_outs")
def end_check_outs(timestamp: int) -> None:
    """End what is past its time."""
    upkeep.end_check_outs()


@app.periodic(cron="*/15 * * * *")
@app.task(name="safety.escalate", queue=SOON, queueing_lock="safety.escalate")
def escalate(timestamp: int) -> None:
    """Tell leads."""
    upkeep.escalate()
