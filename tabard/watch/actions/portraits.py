"""How our channels look, for comparing others with them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from tabard.kernel.actions import action
from tabard.kernel.actor import Actor
from tabard.kernel.opened import Values, not_overtaken
from tabard.register.models import Channel
from tabard.watch.describing import described
from tabard.watch.models import Portrait


@action(
    "channel.portray",
    may="channels.edit",
    on=Channel,
    says=gettext_lazy("%(who)s wrote down how %(what)s looks"),
)
def portray(
    by: Actor, channel: Channel, /, *, was: Values | None = None, picture: bytes = b"", **known: str
) -> Portrait:
    """Keep what a channel of ours says of itself, and what its picture looks like."""
    portrait = Portrait.objects.filter(channel=channel).first() or Portrait(channel=channel)
    not_overtaken(portrait, was)
    described(portrait, picture, known)
    portrait.save()
    return portrait
