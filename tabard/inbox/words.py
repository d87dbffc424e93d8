"""What may be said in answer: where it stands, how its words are counted, and why nothing may be said."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from tabard.connectors import checks
from tabard.connectors.answering import answers_in
from tabard.connectors.base import Outgoing
from tabard.connectors.card import Limits, Placement
from tabard.connectors.findings import ERROR
from tabard.connectors.registry import card, platforms
from tabard.connectors.text import measure
from tabard.inbox.models import Conversation, Message
from tabard.kernel import clock, text
from tabard.publishing.queries import held
from tabard.register.models import Channel, Connection


@dataclass(frozen=True)
class Wrong:
    """One thing about the words of an answer. `bad`: it cannot go out like this; otherwise it is advice."""

    code: str
    said: str
    bad: bool


@dataclass(frozen=True)
class Judged:
    """The words as they would go out, how long they are by the platform's own count, and what is wrong."""

    text: str
    counted: int
    limit: int
    wrong: tuple[Wrong, ...]

    @property
    def over(self) -> bool:
        return self.counted > self.limit

    @property
    def bad(self) -> list[str]:
        """Why it cannot go out."""
        return [each.said for each in self.wrong if each.bad]


def place_of(platform: str) -> Placement | None:
    """Where answers stand on this platform; None where Tabard cannot answer."""
    return answers_in(card(platform)) if platform in platforms() else None


def why_not(channel: Channel) -> str:
    """Why nothing can be said through this channel at this moment, whoever asks; empty if it can."""
    if place_of(channel.platform_id) is None:
        return _("Tabard cannot answer on %(platform)s. Answer there.") % {"platform": channel.platform}
    if why := closed(channel):
        return why
    if held(channel):
        return _("A hold is in force here: nothing is said in the name of this channel until it is lifted.")
    return ""


def closed(channel: Channel) -> str:
    """Why nothing can be done through this channel at this moment, hold or no hold; empty if it can."""
    if channel.state not in {"active", "dormant"}:
        return _("The channel is no longer in use.")
    if channel.health == "revoked" or not Connection.objects.filter(channel=channel).exists():
        return _("The channel is not connected. Connect it first.")
    return ""


def to_answer(talk: Conversation) -> Message | None:
    """What is answered where nobody names anything else: the last they have said."""
    theirs = talk.messages.filter(out=False, gone_at=None)
    last: Message | None = theirs.order_by("-at", "-pk").first()
    return last


def whole(place: Placement, answers: Message, words: str) -> str:
    """The words as they go out: beginning with whom they answer, where nobody else would hear of it."""
    clean = text.prose(words).strip()
    name = f"@{answers.author_handle}"
    if not place.names or not answers.author_handle or not clean:
        return clean
    return clean if name.lower() in clean.lower().split() else f"{name} {clean}"


def options(place: Placement, talk: Conversation) -> dict[str, str]:
    """How an answer is as private as what it answers."""
    return dict(place.private) if talk.kind == "direct" else {}


def judged(channel: Channel, place: Placement, answers: Message, words: str) -> Judged:
    """What the platform makes of these words."""
    said = whole(place, answers, words)
    kept = Connection.objects.filter(channel=channel).values_list("limits", flat=True).first()
    limits = Limits.from_data(kept or {})
    going = Outgoing("check", said, clock.now(), reply_to=answers.remote_id, placement=place.name)
    found = checks.check(card(channel.platform_id), place.name, going, limits)
    tightest = min(measure(said, place.within(limits).text), key=lambda each: each.left)
    wrong = [Wrong(f.code, _(f.says) % f.values if f.values else _(f.says), f.level == ERROR) for f in found]
    if text.turns(said):
        turned = _(
            "The text has hidden marks that turn its direction around: readers may see it in another order."
        )
        wrong.append(Wrong("turned", turned, False))
    return Judged(said, tightest.counted, tightest.limit, tuple(wrong))
