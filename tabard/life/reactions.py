"""Letters to whoever asked for a channel and to whoever leads there; checklists of channels that go."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from tabard.kernel.actor import Actor
from tabard.kernel.events import reaction
from tabard.life.actions import differences, retirements
from tabard.life.events import RequestMoved
from tabard.life.models import ChannelRequest
from tabard.org.models import Person
from tabard.register.events import ChannelChanged
from tabard.register.models import Channel


@reaction(RequestMoved)
def write_to_them(by: Actor, event: RequestMoved) -> None:
    """One letter, in their language: that somebody asks, or what was decided."""
    found = ChannelRequest.objects.filter(pk=event.request_id, state=event.what)
    for asked in found.select_related("unit__lead", "unit__deputy", "asked_by", "platform"):
        to = _to(asked)
        if to is None or event.what == "withdrawn":
            return
        with override(to.language):
            EmailMessage(_subject(asked), _letter(asked), to=[to.email]).send()


def _to(asked: ChannelRequest) -> Person | None:
    """Whoever has the next word. Nobody is told what they have just done themselves."""
    people = [asked.asked_by] if asked.state != "asked" else [asked.unit.lead, asked.unit.deputy]
    acted = asked.asked_by_id if asked.state == "asked" else asked.decided_by_id
    return next((p for p in people if p and p.is_active and p.pk != acted), None)


def _subject(asked: ChannelRequest) -> str:
    said = {
        "asked": _("A new channel is asked for: %(channel)s on %(platform)s"),
        "back": _("Your request was sent back: %(channel)s on %(platform)s"),
        "approved": _("Your request was approved: %(channel)s on %(platform)s"),
        "refused": _("Your request was refused: %(channel)s on %(platform)s"),
    }[asked.state]
    return said % {"channel": asked, "platform": asked.platform.name}


def _letter(asked: ChannelRequest) -> str:
    words = asked.why if asked.state == "asked" else asked.words
    where = f"{settings.PUBLIC_URL}{reverse('request', args=[asked.pk])}"
    return "\n\n".join(line for line in (words, where) if line)


@reaction(ChannelChanged, at_once=True)
def keep_the_checklist(by: Actor, event: ChannelChanged) -> None:
    """A channel that begins to be retired has a checklist; it is retired when all of it is done."""
    if event.what == "retiring" and retirements.open_retirement(event.channel_id) is None:
        retirements.make(by, Channel.objects.select_related("unit", "answers").get(pk=event.channel_id))
    elif event.what == "retired":
        retirements.end(by, event.channel_id)
    elif event.what in {"active", "dormant"}:
        retirements.call_off(by, event.channel_id)


@reaction(ChannelChanged, at_once=True)
def settle_differences(by: Actor, event: ChannelChanged) -> None:
    """What the register has as the platform has it is no difference any more, whoever wrote it."""
    if event.what in {"changed", "checked"}:
        differences.settle(event.channel_id)
