"""Background work of the inbox."""

from __future__ import annotations

from contextlib import suppress

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from tabard.inbox import hearing, moderating, reading, replying, sending
from tabard.kernel.jobs import BULK, SOON


@app.periodic(cron="* * * * * */15")  # the last field is seconds
@app.task(name="inbox.read_due", queue=BULK, queueing_lock="inbox.read_due")
def read_due(timestamp: int) -> None:
    """Give out the channels that are to be read."""
    for channel_id in reading.due():
        read.defer(channel_id=channel_id)


@app.task(name="inbox.read", queue=BULK)
def read(*, channel_id: int) -> None:
    """Read one. What does not work is due again by itself."""
    reading.read(channel_id)


def read_soon(channel_id: int) -> None:
    """Read one now, because its platform told of something; once, however much it tells meanwhile."""
    with suppress(AlreadyEnqueued), transaction.atomic():
        read.configure(queue=SOON, queueing_lock=f"inbox.read {channel_id}").defer(channel_id=channel_id)


@app.periodic(cron="* * * * * */5")  # the last field is seconds
@app.task(name="inbox.send_due", queue=SOON, queueing_lock="inbox.send_due")
def send_due(timestamp: int) -> None:
    """Give out the answers that are to be sent, or asked about."""
    for reply_id in replying.due():
        send_soon(reply_id)


@app.task(name="inbox.send", queue=SOON)
def send(*, reply_id: int) -> None:
    """Send one, or find out what became of it. What does not work is due again by itself."""
    sending.send(reply_id)


def send_soon(reply_id: int) -> None:
    """Send one now, once."""
    with suppress(AlreadyEnqueued), transaction.atomic():
        send.configure(queueing_lock=f"inbox.send {reply_id}").defer(reply_id=reply_id)


@app.periodic(cron="* * * * * */5")  # the last field is seconds
@app.task(name="inbox.moderate_due", queue=SOON, queueing_lock="inbox.moderate_due")
def moderate_due(timestamp: int) -> None:
    """Give out what platforms are to be told about messages."""
    for moderation_id in moderating.due():
        moderate_soon(moderation_id)


@app.task(name="inbox.moderate", queue=SOON)
def moderate(*, moderation_id: int) -> None:
    """Tell the platform of one. What does not work is due again by itself."""
    moderating.carry(moderation_id)


def moderate_soon(moderation_id: int) -> None:
    """Tell the platform of one now, once."""
    with suppress(AlreadyEnqueued), transaction.atomic():
        moderate.configure(queueing_lock=f"inbox.moderate {moderation_id}").defer(moderation_id=moderation_id)


@app.periodic(cron="40 3 * * *")
@app.task(name="inbox.forget_heard", queue=BULK, queueing_lock="inbox.forget_heard")
def forget_heard(timestamp: int) -> None:
    """Drop the marks of old events."""
    hearing.forget()
