"""What attestations leave to be decided, and putting one's name to channels."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.attestation.models import Item
from tabard.kernel import clock, text
from tabard.kernel.actions import action, note, step
from tabard.kernel.actor import Actor
from tabard.kernel.errors import IllegalMove, Invalid
from tabard.kernel.events import emit
from tabard.org.models import Unit
from tabard.register.actions.channels import move_channel, set_state
from tabard.register.events import ChannelsAttested
from tabard.register.models import Channel, Doubt

# Which decisions there are about which doubt.
DECISIONS: dict[str, tuple[Doubt.Decision, ...]] = {
    Doubt.Kind.DISOWNED: (Doubt.Decision.OURS, Doubt.Decision.MOVE, Doubt.Decision.RETIRE),
    Doubt.Kind.UNANSWERED: (Doubt.Decision.OURS, Doubt.Decision.MOVE, Doubt.Decision.RETIRE),
    Doubt.Kind.PROPOSED: (Doubt.Decision.OURS, Doubt.Decision.RETIRE),
}


@step
def doubt(by: Actor, kind: Doubt.Kind, said: Iterable[tuple[int, Item, str]]) -> list[int]:
    """Write down a doubt about each channel of which there is none of that kind; returns all the channels.

    `said`: the channel, the item it comes from, and the words.
    """
    told = {channel: (item, words) for channel, item, words in said}
    there = Doubt.objects.filter(channel__in=told, kind=kind, decided_at=None)
    known = set(there.values_list("channel", flat=True))
    person = None if kind == Doubt.Kind.UNANSWERED else by.person_id
    Doubt.objects.bulk_create(
        Doubt(
            channel_id=channel,
            kind=kind,
            item=item,
            words=words[:500],
            said_by_id=person,
            said_at=clock.now(),
        )
        for channel, (item, words) in told.items()
        if channel not in known
    )
    return sorted(told)


@step
def attest(by: Actor, channel_ids: Iterable[int]) -> int:
    """Put the name of `by` to channels; what was open because nobody had answered is closed with it."""
    ids, now = sorted(set(channel_ids)), clock.now()
    rows = Channel.objects.filter(pk__in=ids)
    missed = list(rows.filter(unattested_at__isnull=False).values_list("pk", flat=True))
    count: int = rows.update(attested_at=now, attested_by=by.person_id, unattested_at=None)
    waiting = Doubt.objects.filter(channel__in=ids, kind=Doubt.Kind.UNANSWERED, decided_at=None)
    waiting.update(decision=Doubt.Decision.ATTESTED, decided_at=now, decided_by=by.person_id)
    if missed:
        emit(by, ChannelsAttested(missed))
    return count


@action(
    "doubt.decide",
    may="channels.edit",
    on=Doubt,
    says=gettext_lazy("%(who)s decided about %(what)s: %(decision)s"),
)
def decide(by: Actor, doubt: Doubt, *, decision: str, words: str = "", unit: Unit | None = None) -> Doubt:
    """Settle a doubt: the channel is ours after all, belongs to another `unit`, or goes."""
    words = text.name(words)[:300]
    if doubt.decided_at:
        raise IllegalMove(_("This was decided already."))
    if decision not in DECISIONS[doubt.kind]:
        raise Invalid({"decision": [_("Choose what shall happen.")]})
    note(decision=str(Doubt.Decision(decision).label))
    _follow(by, doubt.channel, decision, words, unit)
    doubt.decision, doubt.decided_words = decision, words
    doubt.decided_at, doubt.decided_by_id = clock.now(), by.person_id
    doubt.save()
    return doubt


def _follow(by: Actor, channel: Channel, decision: str, words: str, unit: Unit | None) -> None:
    if decision == Doubt.Decision.RETIRE:
        if channel.state not in {"retiring", "retired"}:
            gone = "retired" if channel.state == "proposed" else "retiring"
            set_state(by, channel, state=gone, why=words)
        return
    if decision == Doubt.Decision.MOVE:
        if unit is None or unit.pk == channel.unit_id:
            raise Invalid({"unit": [_("Choose the unit it belongs to.")]})
        move_channel(by, channel, unit=unit)
    if channel.state == "proposed":
        set_state(by, channel, state="active")
    attest(by, [channel.pk])
