"""Looking whether channels are needed, and deciding about one."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.kernel import clock, text
from tabard.kernel.actions import action, note
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Conflict, Invalid
from tabard.kernel.events import emit
from tabard.kernel.opened import Values, not_overtaken
from tabard.life import worth_rules as rules
from tabard.life.actions.retirements import open_retirement
from tabard.life.events import WorthDecided
from tabard.life.models import FollowerCount, Worth
from tabard.life.rules import on_a_day_to_come
from tabard.life.weighing import KEPT, ON_ITS_WAY_OUT, changed, facts_of
from tabard.org.models import Unit
from tabard.register.actions import set_state
from tabard.register.models import Channel

# More hours than a month has with thirty people, and more money than anybody's channel takes.
MOST = {"hours": 20_000, "cost": 100_000_000}


@action(
    "worth.look",
    may="channels.edit",
    on=Unit,
    says=gettext_lazy("%(who)s looked which channels are needed; of %(n)s something is new"),
)
def look_at_worth(by: Actor, unit: Unit) -> int:
    """Look at every channel; what was decided stays. Gives of how many something is new."""
    if unit.parent_id is not None:
        raise Invalid({"unit": [_("The register is looked through as a whole.")]})
    found = changed(by, clock.now())
    Worth.objects.bulk_create(found.new, batch_size=1000, ignore_conflicts=True)
    Worth.objects.bulk_update(found.other, KEPT, batch_size=1000)
    FollowerCount.objects.bulk_create(
        found.counts,
        batch_size=1000,
        update_conflicts=True,
        unique_fields=["channel", "day"],
        update_fields=["followers"],
    )
    note(n=len(found.new) + len(found.other))
    return len(found.new) + len(found.other)


@action(
    "worth.upkeep",
    may="channels.edit",
    on=Channel,
    says=gettext_lazy("%(who)s wrote down what %(what)s takes in a month: hours %(hours)s, cost %(cost)s"),
)
def note_upkeep(by: Actor, channel: Channel, /, *, was: Values | None = None, **known: int | None) -> Worth:
    """What it takes in a month: `hours` of work, and `cost` in whole units of the organisation's money."""
    worth = _worth(channel)
    not_overtaken(worth, was)
    wrong = {
        name: [_("Give a whole number from 0 to %(n)s, or nothing.") % {"n": MOST[name]}]
        for name, value in known.items()
        if value is not None and not 0 <= value <= MOST[name]
    }
    if wrong:
        raise Invalid(wrong)
    for name, value in known.items():
        setattr(worth, name, value)
    worth.figures = {name: value for name, value in worth.figures.items() if name not in MOST}
    worth.figures |= {name: value for name in MOST if (value := getattr(worth, name)) is not None}
    worth.verdict, worth.points, worth.reasons = rules.again(
        worth.reasons, facts_of(worth, clock.today()), frozenset(MOST)
    )
    worth.save()
    note(**{name: "–" if (value := getattr(worth, name)) is None else value for name in MOST})
    return worth


@action(
    "worth.keep",
    may="channels.edit",
    on=Channel,
    says=gettext_lazy("%(who)s: %(what)s is needed, %(reason)s; asked again on %(day)s"),
)
def keep_channel(by: Actor, channel: Channel, *, reason: str, ask_on: date | None) -> Worth:
    """It is needed, for a reason that stays; on a day it is asked again."""
    worth, said = _to_decide(channel), _reason(reason)
    if ask_on is None or not on_a_day_to_come(ask_on, clock.today()):
        raise Invalid({"ask_on": [_("Give a day to come, within two years.")]})
    note(reason=said, day=ask_on.isoformat())
    return _decided(by, worth, "keep", said, ask_on=ask_on)


@action(
    "worth.merge",
    may="channels.edit",
    on=Channel,
    says=gettext_lazy("%(who)s: %(what)s is merged into %(into)s, %(reason)s"),
)
def merge_channel(by: Actor, channel: Channel, *, into: Channel | None, reason: str) -> Worth:
    """Another channel does what it does: it begins to be retired, and its followers are sent there."""
    worth, said = _to_decide(channel), _reason(reason)
    if into is None or into.pk == channel.pk:
        raise Invalid({"into": [_("Choose another channel than this one.")]})
    if into.state not in {"active", "dormant"}:
        raise Invalid({"into": [_("%(channel)s is not in use.") % {"channel": into}]})
    note(reason=said, into=into.handle)
    _retire(by, channel, _("Merged into %(channel)s") % {"channel": into.handle})
    if (made := open_retirement(channel.pk)) is not None:
        made.into = into
        made.save(update_fields=["into"])
    return _decided(by, worth, "merge", said, into=into)


@action(
    "worth.retire",
    may="channels.edit",
    on=Channel,
    says=gettext_lazy("%(who)s: %(what)s is not needed, %(reason)s"),
)
def retire_channel(by: Actor, channel: Channel, *, reason: str) -> Worth:
    """It is not needed: it begins to be retired."""
    worth, said = _to_decide(channel), _reason(reason)
    note(reason=said)
    _retire(by, channel, said)
    return _decided(by, worth, "retire", said)


def _worth(channel: Channel) -> Worth:
    return Worth.objects.select_for_update(of=("self",)).get_or_create(channel=channel)[0]


def _to_decide(channel: Channel) -> Worth:
    if channel.state in ON_ITS_WAY_OUT:
        raise Conflict(_("%(channel)s is on its way out already.") % {"channel": channel})
    return _worth(channel)


def _reason(said: str) -> str:
    clean = text.name(said or "")
    if not clean or len(clean) > 300:
        raise Invalid({"reason": [_("Say it in 1 to 300 characters.")]})
    return clean


def _retire(by: Actor, channel: Channel, why: str) -> None:
    """One that was never used is gone at once."""
    set_state(by, channel, state="retired" if channel.state == "proposed" else "retiring", why=why)


def _decided(
    by: Actor,
    worth: Worth,
    decision: str,
    words: str,
    *,
    ask_on: date | None = None,
    into: Channel | None = None,
) -> Worth:
    worth.decision, worth.words, worth.ask_on, worth.into = decision, words, ask_on, into
    worth.decided_by_id, worth.decided_at = by.person_id, clock.now()
    worth.save()
    emit(by, WorthDecided(worth.channel_id, worth.channel.unit_id, decision))
    return worth
