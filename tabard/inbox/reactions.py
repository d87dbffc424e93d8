"""What the inbox does when something happens below it."""

from __future__ import annotations

from tabard.inbox import jobs
from tabard.inbox.events import ModerationQueued, ReplyQueued
from tabard.inbox.models import Reading
from tabard.kernel import clock
from tabard.kernel.actor import Actor
from tabard.kernel.events import reaction
from tabard.register.events import ChannelConnected


@reaction(ChannelConnected, at_once=True)
def read_again(by: Actor, event: ChannelConnected) -> None:
    """A channel that is connected anew is read at once."""
    Reading.objects.filter(pk=event.channel_id).update(
        next_at=clock.now(), says="", facts={}, code="", problem_at=None, tries=0
    )


@reaction(ReplyQueued, at_once=True)
def send_soon(by: Actor, event: ReplyQueued) -> None:
    """An answer leaves as soon as what wrote it down is committed."""
    jobs.send_soon(event.reply_id)


@reaction(ModerationQueued, at_once=True)
def moderate_soon(by: Actor, event: ModerationQueued) -> None:
    """The platform is told as soon as what was wanted is committed."""
    jobs.moderate_soon(event.moderation_id)
