"""Publishing on channels that nobody answered for: held where the policy says so, until somebody has."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tabard.kernel.actor import Actor, job
from tabard.kernel.events import reaction
from tabard.publishing.actions.holds import lift, press
from tabard.publishing.models import Hold
from tabard.register.events import ChannelsAttested, ChannelsUnattested
from tabard.register.models import Channel


def name() -> Actor:
    """In whose name that is done."""
    return job("attestation", "holds.press", "holds.lift", "deliveries.see")


@reaction(ChannelsUnattested)
def hold_them(by: Actor, event: ChannelsUnattested) -> None:
    """A hold for each channel that has none for this yet and that nobody has answered for meanwhile."""
    if not event.held:
        return
    rows = Channel.objects.filter(pk__in=event.channel_ids, unattested_at__isnull=False)
    held = Hold.objects.filter(channel__in=rows, until_attested=True, lifted_at=None).values("channel")
    for channel in rows.exclude(pk__in=held).select_related("unit").order_by("pk"):
        reason = _("Nobody answered for it in the attestation of the register")
        press(name(), channel.unit, reason=reason, channel=channel, until_attested=True)


@reaction(ChannelsAttested)
def lift_them(by: Actor, event: ChannelsAttested) -> None:
    """Somebody has answered: publishing goes on, and people decide about what was stopped."""
    held = Hold.objects.filter(channel__in=event.channel_ids, until_attested=True, lifted_at=None)
    for hold in held.filter(channel__unattested_at=None).order_by("pk"):
        lift(name(), hold)
