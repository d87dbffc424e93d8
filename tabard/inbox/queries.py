"""What is read of the inbox."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.utils.translation import gettext as _

from tabard.connectors.card import Placement
from tabard.inbox import words
from tabard.inbox.models import Conversation, Message, Moderation, Reading, Reply
from tabard.inbox.reading import platforms
from tabard.kernel import clock, permissions
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Missing
from tabard.org.models import Person
from tabard.register.models import Channel

# Who began to answer and then did something else is in nobody's way for longer.
WRITING = timedelta(minutes=10)
# Whoever goes on writing is written down anew after this.
STILL = timedelta(minutes=4)
LATEST = 200  # answers of one conversation on one page


@dataclass(frozen=True)
class Heed:
    """How a channel is read: since when, what is wrong, and what to do about it."""

    channel: Channel
    readable: bool
    read_at: datetime | None = None
    next_at: datetime | None = None
    heard_at: datetime | None = None
    problem: str = ""
    problem_at: datetime | None = None
    to_do: str = ""


def heed(by: Actor, channel_id: int) -> Heed:
    """How a channel is read. `Missing` unless `by` may see what is said to it."""
    channel: Channel | None = (
        Channel.objects.visible_to(by).select_related("unit", "platform").filter(pk=channel_id).first()
    )
    if channel is None or not permissions.may(by, "inbox.see", channel.place()):
        raise Missing(_("There is no such channel, or it is not yours to see."))
    row = Reading.objects.filter(pk=channel.pk).first()
    readable = channel.platform_id in platforms() and channel.health != "unconnected"
    if row is None:
        return Heed(channel, readable)
    told = (row.read_at, row.next_at, row.heard_at, row.problem, row.problem_at)
    return Heed(channel, readable, *told, to_do(row))


def to_do(row: Reading) -> str:
    """What somebody can do where a channel cannot be read."""
    if not row.says:
        return ""
    if row.code == "scope":
        return _("Connect the channel again, and allow all that the platform asks about.")
    if row.code == "fault":
        return _("Nothing is lost: Tabard reads on from the same place. Tell whoever runs Tabard.")
    if row.code in {"unreachable", "no_answer", "unreadable"}:
        return _("Nothing is lost: Tabard asks again by itself.")
    return _("Mend what it says, then connect the channel again: it is read at once.")


def answering(talk: Conversation) -> Person | None:
    """Who is writing an answer at the moment."""
    if talk.answering_at is None or talk.answering_at < clock.now() - WRITING:
        return None
    person: Person | None = talk.answering
    return person


def writes(by: Actor, talk: Conversation) -> bool:
    """Whether others know already that `by` is writing an answer."""
    if by.person_id is None or talk.answering_id != by.person_id or talk.answering_at is None:
        return False
    return talk.answering_at > clock.now() - STILL


def reply(by: Actor, reply_id: int) -> Reply:
    """One answer. `Missing` if there is none, or not for `by`."""
    along = ("by", "answers", "conversation", "channel__platform", "channel__unit")
    found: Reply | None = Reply.objects.visible_to(by).select_related(*along).filter(pk=reply_id).first()
    if found is None:
        raise Missing(_("There is no such answer, or it is not yours to see."))
    return found


def moderation(by: Actor, moderation_id: int) -> Moderation:
    """What somebody did with a message. `Missing` if there is none, or not for `by`."""
    along = ("by", "message__conversation", "channel__platform", "channel__unit")
    rows = Moderation.objects.visible_to(by).select_related(*along)
    found: Moderation | None = rows.filter(pk=moderation_id).first()
    if found is None:
        raise Missing(_("There is no such moderation, or it is not yours to see."))
    return found


def one_message(by: Actor, message_id: int) -> Message:
    """Something that was said. `Missing` if it was not, or not to somebody whose inbox `by` may see."""
    along = ("conversation", "channel__platform", "channel__unit")
    talks = Conversation.objects.visible_to(by).order_by()
    rows = Message.objects.filter(conversation__in=talks).select_related(*along)
    found: Message | None = rows.filter(pk=message_id).first()
    if found is None:
        raise Missing(_("There is no such message, or it is not yours to see."))
    return found


def replies(talk: Conversation) -> list[Reply]:
    """The latest answers of a conversation, in the order of their writing."""
    rows = talk.replies.select_related("by", "answers").order_by("-pk")
    return list(rows[:LATEST])[::-1]


def unsaid(talk: Conversation, said: Iterable[Message]) -> list[Reply]:
    """Answers that are not among what was `said`: on their way, stopped, or found there by somebody."""
    there = {" ".join(each.text.split()) for each in said if each.out}
    rows = talk.replies.exclude(state="cancelled").filter(message=None)
    found = rows.select_related("by", "answers").order_by("-pk")[:LATEST]
    return [r for r in found if r.state != "sent" or " ".join(r.text.split()) not in there][::-1]


def passing(said: Iterable[Message], written: Iterable[Reply]) -> bool:
    """Whether something is about to change by itself."""
    leaving = any(each.state in {"queued", "sending"} for each in written)
    return leaving or any(each.standing.pending for each in said)


def message(talk: Conversation, message_id: int | None) -> Message | None:
    """What somebody wants to answer; None for the last that was said. `Missing` if it is not said here."""
    if not message_id:
        return None
    found: Message | None = talk.messages.filter(pk=message_id).first()
    if found is None:
        raise Missing(_("There is no such message in this conversation."))
    return found


@dataclass(frozen=True)
class Box:
    """What stands round the words of an answer while they are written.

    `place`: where it stands on the platform; None where Tabard cannot answer. `to`: what it answers.
    `private`: only who is answered reads it. `seen`: the latest answer that is known; `other`: who else is
    writing one.
    """

    place: Placement | None
    why_not: str
    to: Message | None = None
    private: bool = False
    judged: words.Judged | None = None
    seen: int = 0
    other: Person | None = None
    key: UUID = field(default_factory=uuid4)


def box(by: Actor, talk: Conversation, to: Message | None = None, typed: str = "") -> Box:
    """How an answer of these words would go out now."""
    place, why = words.place_of(talk.channel.platform_id), words.why_not(talk.channel)
    to = words.to_answer(talk) if to is None or to.out or to.gone_at else to
    if place is None:
        return Box(None, why)
    if to is None:
        return Box(place, why or _("There is nothing to answer here."))
    last = talk.replies.exclude(state="cancelled").order_by("-pk").values_list("pk", flat=True).first()
    writing = answering(talk)
    return Box(
        place,
        why,
        to,
        talk.kind == Conversation.Kind.DIRECT,
        words.judged(talk.channel, place, to, typed),
        last or 0,
        writing if writing and writing.pk != by.person_id else None,
    )
