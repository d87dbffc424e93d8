"""Upkeep of the background work itself: rescues the jobs of dead workers, clears finished ones away."""

from __future__ import annotations

import logging

from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Status

from tabard.kernel.jobs import BULK, NOW

logger = logging.getLogger(__name__)

HEARTBEAT = 2.0  # seconds between signs of life of a worker
STALLED = 10.0  # seconds without one until its jobs are taken from it
KEEP_HOURS = 24  # of jobs that went well
KEEP_FAILED_HOURS = 30 * 24


@app.periodic(cron="* * * * * */5")  # the last field is seconds
@app.task(name="upkeep.rescue", queue=NOW, queueing_lock="upkeep.rescue", pass_context=True)
async def rescue(context: JobContext, timestamp: int) -> None:
    """Start again what a worker that died was doing. Procrastinate never does so by itself."""
    jobs = context.app.job_manager
    for job in await jobs.get_stalled_jobs(seconds_since_heartbeat=STALLED):
        try:
            await jobs.retry_job(job)
        except UniqueViolation:
            # Another of its kind waits already, and cannot begin while this one counts as at work.
            logger.warning("Job %s %s lost its worker; one like it waits.", job.id, job.task_name)
            await jobs.finish_job(job, Status.ABORTED, delete_job=False)
        else:
            logger.warning("Job %s %s lost its worker and is started again.", job.id, job.task_name)
    await jobs.prune_stalled_workers(seconds_since_heartbeat=6 * STALLED)


@app.periodic(cron="17 * * * *")
@app.task(name="upkeep.clear", queue=BULK, queueing_lock="upkeep.clear", pass_context=True)
async def clear(context: JobContext, timestamp: int) -> None:
    """Delete finished jobs: those that went well after a day, the others after a month."""
    jobs = context.app.job_manager
    await jobs.delete_old_jobs(nb_hours=KEEP_HOURS)
    await jobs.delete_old_jobs(
        nb_hours=KEEP_FAILED_HOURS, include_failed=True, include_cancelled=True, include_aborted=True
    )
