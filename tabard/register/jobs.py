"""Background work of the register."""

from __future__ import annotations

from procrastinate import JobContext
from procrastinate.contrib.django import app

from tabard.kernel.jobs import BULK, PATIENT, last_try
from tabard.register import running


@app.task(name="register.check_import", queue=BULK, retry=PATIENT, pass_context=True)
def check_import(context: JobContext, *, import_id: int) -> None:
    """Plan a file."""
    running.check(import_id, last=last_try(context))


@app.task(name="register.write_import", queue=BULK, retry=PATIENT, pass_context=True)
def write_import(context: JobContext, *, import_id: int) -> None:
    """Write a file."""
    running.write(import_id, last=last_try(context))


@app.periodic(cron="*/10 * * * *")
@app.task(name="register.look", queue=BULK, queueing_lock="register.look")
def look(timestamp: int) -> None:
    """Look through the register for what does not fit."""
    running.look()
