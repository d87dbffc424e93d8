"""Every minute: check-outs end; every few minutes: leads are told what is overdue, lists are read."""

from __future__ import annotations

from procrastinate.contrib.django import app

from tabard.kernel.jobs import BULK, SOON
from tabard.safety import reading, upkeep

MOST = 20  # times as many lists as are read at a time


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


@app.periodic(cron="*/10 * * * *")
@app.task(name="safety.read_admins", queue=BULK, queueing_lock="safety.read_admins", lock="safety.admins")
def read_admins(timestamp: int) -> None:
    """Read the lists of administrators that are due; each is once a day."""
    _read_all()


@app.task(name="safety.read_admins_now", queue=BULK, lock="safety.admins")
def read_admins_now() -> None:
    """Read those that somebody waits for; one job at a time reads lists."""
    _read_all()


def _read_all() -> None:
    for _again in range(MOST):
        if not reading.read_due():
            return
