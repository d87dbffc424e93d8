"""One worker of the bench: the sender alone, as `tabard worker` runs it."""

from __future__ import annotations

import asyncio
import os
import signal


async def work() -> None:
    from tabard.publishing.sender import run

    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await run(stop)


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "tabard.config.settings"
    import django

    django.setup()
    asyncio.run(work())
