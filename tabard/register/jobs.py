"""Background work of the register."""

from __future__ import annotations

from procrastinate.contrib.django import app

from tabard.kernel.jobs import BULK, PATIENT
from tabard.register import running


@app.task(name="register.check_import", queue=BULK, retry=PATIENT)
def check_import(*, import_id: int) -> None:
    """Plan a file."""
    running.check(import_id)


@app.task(name="register.write_import", queue=BULK, retry=PATIENT)
def write_import(*, import_id: int) -> None:
    """Write a file."""
    running.write(import_id)
