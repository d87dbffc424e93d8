"""What the public is told of channels: decided one by one, or for several at once."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.kernel import clock
from tabard.kernel.actions import action, note
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Invalid
from tabard.org.models import Unit
from tabard.public.models import Showing
from tabard.register.models import Channel

MOST = 200


@action(
    "channel.show",
    may="channels.show",
    on=Channel,
    says=gettext_lazy("%(who)s decided about %(what)s in the public register: %(decided)s"),
)
def show(by: Actor, channel: Channel, *, shown: str, lasting: bool | None = None) -> Showing:
    """`shown`: yes, no or policy. `lasting`: stays listed as "was ours until" once it is retired."""
    if shown not in Showing.Shown.values:
        raise Invalid({"shown": [_("Choose one of what is offered.")]})
    there = Showing.objects.filter(channel=channel).first() or Showing(channel=channel)
    there.shown, there.said_by_id, there.said_at = shown, by.person_id, clock.now()
    if lasting is not None:
        there.lasting = lasting
    there.save()
    note(decided=there.get_shown_display(), lasting=there.lasting)
    return there


@action(
    "channels.show",
    may="channels.show",
    on=Unit,
    says=gettext_lazy("%(who)s decided about %(n)s channels in the public register"),
    lock=False,
)
def show_many(by: Actor, unit: Unit, *, channels: Sequence[Channel], shown: str) -> int:
    """The same decision for several: about all of them, or, where one is refused, about none."""
    if not 0 < len(channels) <= MOST:
        raise Invalid({"channels": [_("Mark between 1 and %(n)s channels.") % {"n": MOST}]})
    for channel in channels:
        show(by, channel, shown=shown)
    note(n=len(channels))
    return len(channels)
