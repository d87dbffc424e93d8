"""Background work of the register."""

from __future__ import annotations

from procrastinate import JobContext
from procrastinate.contrib.django import app

from tabard.kernel.jobs import BULK, PATIENT, last_try
from tabard.register import ahead, revoking, running


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


@app.periodic(cron="* * * * *")
@app.task(name="register.renew_due", queue=BULK, queueing_lock="register.renew_due")
def renew_due(timestamp: int) -> None:
    """Give out the accesses that end soon."""
    for channel_id in ahead.due():
        renew.defer(channel_id=channel_id)


@app.task(name="register.renew", queue=BULK)
def renew(*, channel_id: int) -> None:
    """Renew one. What does not work is due again by itself."""
    ahead.renew(channel_id)


@app.periodic(cron="* * * * *")
@app.task(name="register.revoke_due", queue=BULK, queueing_lock="register.revoke_due")
def revoke_due(timestamp: int) -> None:
    """Give out what is to be ended on its platform."""
    for revocation_id in revoking.due():
        revoke.defer(revocation_id=revocation_id)


@app.task(name="register.revoke", queue=BULK)
def revoke(*, revocation_id: int) -> None:
    """End one. What does not work is due again by itself."""
    revoking.revoke(revocation_id)
