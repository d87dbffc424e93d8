"""Upkeep of the log: sealing every minute, heads outside every hour, a check every night."""

from __future__ import annotations

from procrastinate.contrib.django import app

from tabard.audit import exporting, keeping, refusals, streaming
from tabard.audit.chain import anchors, sealing
from tabard.kernel.jobs import BULK, PATIENT, SOON


@app.periodic(cron="* * * * *")
@app.task(name="audit.seal", queue=SOON, queueing_lock="audit.seal")
def seal(timestamp: int) -> None:
    """Seal what is closed, then send it on."""
    if keeping.begun():
        sealing.seal()
        streaming.send_all()


@app.periodic(cron="7 * * * *")
@app.task(name="audit.anchor", queue=SOON, queueing_lock="audit.anchor")
def anchor(timestamp: int) -> None:
    """Leave the head outside, and log what was refused in the hours before."""
    if keeping.begun():
        refusals.log_closed()
        anchors.leave_head()


@app.periodic(cron="41 2 * * *")
@app.task(name="audit.check", queue=BULK, queueing_lock="audit.check")
def check(timestamp: int) -> None:
    """Check the whole chain; remove what is past its term, and old files."""
    if keeping.begun():
        keeping.check()
        keeping.remove_due()
        exporting.forget_old()


@app.task(name="audit.write_export", queue=BULK, retry=PATIENT)
def write_export(*, export_id: int) -> None:
    """Write a file that somebody asked for."""
    exporting.write(export_id)
