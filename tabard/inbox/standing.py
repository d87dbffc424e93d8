"""What holds for messages now, and what may be done with them beside answering."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy

from tabard.connectors.card import Act
from tabard.connectors.registry import card, platforms
from tabard.inbox.models import Message, Moderation

# What takes an act back. What was deleted stays so.
UNDOES = {Act.SHOW: Act.HIDE, Act.UNLIKE: Act.LIKE, Act.UNBLOCK: Act.BLOCK}
UNDONE = {held: undoing for undoing, held in UNDOES.items()}
ABOUT_AUTHOR = frozenset({Act.BLOCK, Act.UNBLOCK})
# Only what stands under a post of ours is ours to take away.
UNDER_OURS = frozenset({Act.HIDE, Act.SHOW, Act.DELETE})
# A like is seen by everybody and is the channel's: a hold stops it. The others only protect, and are needed
# most while one is in force.
SPEAKS = frozenset({Act.LIKE})
PUBLIC = frozenset({"reply", "mention", "quote"})
ORDER = (Act.LIKE, Act.HIDE, Act.DELETE, Act.BLOCK)
PENDING = ("queued", "doing")
MARKS = {
    Act.LIKE: ("granted", gettext_lazy("Liked by us")),
    Act.HIDE: ("held", gettext_lazy("Hidden by us")),
    Act.DELETE: ("retired", gettext_lazy("Deleted by us")),
    Act.BLOCK: ("revoked", gettext_lazy("Blocked by us")),
}


def acts_of(platform: str) -> frozenset[Act]:
    """What a channel may do there at all."""
    return frozenset(card(platform).acts) if platform in platforms() else frozenset()


def fits(message: Message, act: Act) -> bool:
    """Whether such an act can be about such a message, on a platform that has it."""
    if message.out:
        return False
    if act in ABOUT_AUTHOR:
        return bool(message.author_id)
    if message.gone_at is not None:
        return False
    return message.kind == "reply" if act in UNDER_OURS else message.kind in PUBLIC


@dataclass
class Standing:
    """Of one message: which acts hold, which are on their way, which have failed, and which are next."""

    holds: set[Act] = field(default_factory=set)
    pending: list[Moderation] = field(default_factory=list)
    failed: list[Moderation] = field(default_factory=list)
    offers: list[Act] = field(default_factory=list)

    @property
    def held(self) -> list[str]:
        """What holds, in words of the API."""
        return sorted(self.holds)

    @property
    def waiting(self) -> list[Moderation]:
        """What is on its way, and what was refused."""
        return [*self.pending, *self.failed]

    @property
    def labels(self) -> list[tuple[str, str]]:
        """What can be done now, and how a button says it."""
        return [(str(act), str(Moderation.Act(act).label)) for act in self.offers]

    @property
    def deletes(self) -> bool:
        """Whether it can be deleted now."""
        return Act.DELETE in self.offers

    @property
    def marks(self) -> list[tuple[str, Any]]:
        """What holds, as badges: their kind and their word."""
        return [(kind, word) for act, (kind, word) in MARKS.items() if act in self.holds]


def stand(platform: str, messages: Sequence[Message]) -> None:
    """Set `standing` of each of these messages of one conversation; two questions, however many there are."""
    found = {each.pk: Standing() for each in messages}
    there = {each.pk: each for each in messages}
    for row in Moderation.objects.filter(message__in=list(there)).select_related("by").order_by("pk"):
        mine = found[row.message_id]
        if row.state in PENDING:
            mine.pending.append(row)
        elif row.state == "failed":
            mine.failed.append(row)
        elif row.state == "done" and row.act not in ABOUT_AUTHOR:
            _now(mine.holds, Act(row.act))
    blocked = _blocked(messages)
    allowed = acts_of(platform)
    for pk, mine in found.items():
        if there[pk].author_id in blocked:
            mine.holds.add(Act.BLOCK)
        busy = {UNDOES.get(Act(row.act), Act(row.act)) for row in (*mine.pending, *mine.failed)}
        free = [act for act in ORDER if act not in busy]
        wanted = [UNDONE.get(act) if act in mine.holds else act for act in free]
        mine.offers = [act for act in wanted if act and act in allowed and fits(there[pk], act)]
        there[pk].standing = mine


def _now(holds: set[Act], act: Act) -> None:
    if act in UNDOES:
        holds.discard(UNDOES[act])
    else:
        holds.add(act)


def _blocked(messages: Sequence[Message]) -> set[str]:
    """Who of those who wrote these messages is blocked by their channel."""
    rows = Moderation.objects.filter(
        channel__in={each.channel_id for each in messages},
        author_id__in={each.author_id for each in messages if each.author_id and not each.out},
        act__in=[*ABOUT_AUTHOR],
        state="done",
    )
    last = dict(rows.order_by("done_at", "pk").values_list("author_id", "act"))
    return {author for author, act in last.items() if act == Act.BLOCK}
