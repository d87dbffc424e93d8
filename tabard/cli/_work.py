"""The event loop of a worker: three groups of queues and the sender, until somebody says stop."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import importlib.util
import logging
import signal
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import psycopg
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import DatabaseError, close_old_connections
from procrastinate import App, PsycopgConnector
from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params
from procrastinate.exceptions import ConnectorException

from tabard.config.jobs import HEARTBEAT, STALLED
from tabard.kernel.jobs import BULK, NOW, SOON

FINISH_WITHIN = 30.0  # seconds for what runs when told to stop
SENDER = "tabard.publishing.sender"
logger = logging.getLogger(__name__)


def groups(jobs: int) -> dict[str, tuple[list[str], int]]:
    """Queues with how many of their jobs run at once: a flood of bulk work must not delay what is urgent."""
    return {
        "now": ([NOW], jobs),
        "soon": ([SOON], max(1, jobs // 2)),
        "bulk": ([BULK, "default", "builtin"], max(1, jobs // 4)),
    }


def run() -> None:
    """Work until SIGTERM or SIGINT, then finish what runs."""
    asyncio.run(_run())


async def _run() -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(max_workers=settings.WORKER_JOBS * 2 + 4))
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    work: list[Awaitable[None]] = [
        _again(f"jobs ({name})", stop, partial(_jobs, name, stop)) for name in groups(1)
    ]
    if importlib.util.find_spec(SENDER):
        sender = importlib.import_module(SENDER)
        work.append(_again("sender", stop, partial(sender.run, stop)))
    await asyncio.gather(*work)


async def _again(what: str, stop: asyncio.Event, work: Callable[[], Awaitable[None]]) -> None:
    """Begin again whatever ends before its time: a database that was away comes back."""
    wait = 1.0
    while not stop.is_set():
        began = asyncio.get_running_loop().time()
        try:
            # Periodic jobs are deferred over this thread's connection; a restarted database breaks it.
            await sync_to_async(close_old_connections)()
            await work()
        except (ConnectorException, DatabaseError, psycopg.Error, OSError) as error:
            logger.warning("%s stopped: %s", what, str(error.__cause__ or error).strip().partition("\n")[0])
        except Exception:
            logger.exception("%s stopped", what)
        if stop.is_set():
            return
        wait = 1.0 if asyncio.get_running_loop().time() - began > 30 else min(wait * 2, 15.0)
        logger.warning("Starting %s again in %.0f s.", what, wait)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), wait)


async def _jobs(name: str, stop: asyncio.Event) -> None:
    """One group of queues."""
    queues, at_once = groups(settings.WORKER_JOBS)[name]
    connector = PsycopgConnector(kwargs=connector_params(), min_size=2, max_size=4, timeout=10)
    worker_app: App = app.with_connector(connector)
    async with worker_app.open_async():
        work = asyncio.create_task(
            worker_app.run_worker_async(
                queues=queues,
                name=name,
                concurrency=at_once,
                fetch_job_polling_interval=2,
                update_heartbeat_interval=HEARTBEAT,
                stalled_worker_timeout=STALLED,
                shutdown_graceful_timeout=FINISH_WITHIN,
                install_signal_handlers=False,
            )
        )
        ending = asyncio.create_task(stop.wait())
        await asyncio.wait({work, ending}, return_when=asyncio.FIRST_COMPLETED)
        ending.cancel()
        if not work.done():
            work.cancel()  # Procrastinate takes this as "finish what runs"
        with contextlib.suppress(asyncio.CancelledError):
            await work
