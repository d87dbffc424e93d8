"""The inbox as a list, and what was said in one conversation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.inbox.models import Conversation, Message, Moderation, Reply
from tabard.kernel import text
from tabard.kernel.actor import Actor
from tabard.kernel.beside import beside
from tabard.kernel.errors import Missing
from tabard.kernel.narrowing import any_of, ids_of, named
from tabard.kernel.query import Choice, Column, Filter, Listing, Page, Sort
from tabard.kernel.search import with_words
from tabard.org.models import Unit
from tabard.register.filters import all_platforms
from tabard.register.models import Channel

STATES = {
    "open": gettext_lazy("To answer"),
    "waiting": gettext_lazy("Answered"),
    "done": gettext_lazy("Done"),
}
SHOWN = 200  # messages of one conversation on one page


def _search(rows: QuerySet[Conversation], words: str) -> QuerySet[Conversation]:
    """Those in which one message has all the words, or whose channel has."""
    found = with_words(Message.objects.all(), words, "search").values("conversation")
    channels = Channel.objects.all()
    for word in text.folded(words).split():
        channels = channels.filter(search__contains=word)
    there = list(channels.order_by().values_list("pk", flat=True))
    return rows.filter(Q(pk__in=found) | Q(channel__in=there) if there else Q(pk__in=found))


def _undecided() -> Q:
    """With an answer, or something else that was to be done, that needs somebody."""
    answers = Reply.objects.filter(asks_person=True).values("conversation")
    refused = Moderation.objects.filter(state="failed").values("message__conversation")
    return Q(pk__in=answers) | Q(pk__in=refused)


CONVERSATIONS: Listing[Conversation] = Listing(
    name="inbox",
    sorts=(
        Sort("newest", gettext_lazy("Latest first"), ("-last_at",)),
        Sort("oldest", gettext_lazy("Earliest first"), ("last_at",)),
    ),
    filters=(
        Filter("state", gettext_lazy("State"), any_of("state"), named(STATES)),
        Filter("kind", gettext_lazy("Kind"), any_of("kind"), named(Conversation.Kind.choices)),
        Filter("platform", gettext_lazy("Platform"), any_of("channel__platform"), all_platforms),
        Filter("channel", gettext_lazy("Channel"), ids_of("channel")),
        Filter(
            "decide",
            gettext_lazy("Decision"),
            lambda rows, values: rows.filter(_undecided()),
            lambda by: [Choice("yes", _("Something waits for a decision"))],
        ),
    ),
    search=_search,
    near=2_000,  # the words are in the messages, which are looked up
    columns=(
        Column(gettext_lazy("Kind"), lambda c: c.get_kind_display()),
        Column(gettext_lazy("Channel"), lambda c: c.channel),
        Column(gettext_lazy("Platform"), lambda c: c.channel.platform.name),
        Column(gettext_lazy("Unit"), lambda c: c.channel.unit.name),
        Column(gettext_lazy("State"), lambda c: STATES.get(c.state, c.state)),
        Column(gettext_lazy("Last said by"), lambda c: c.last_who),
        Column(gettext_lazy("Last said"), lambda c: c.last_text),
        Column(gettext_lazy("Last said at (UTC)"), lambda c: c.last_at.isoformat(timespec="seconds")),
    ),
)


def visible(by: Actor, scope: Unit | None) -> QuerySet[Conversation]:
    """Conversations that `by` may see, of channels in `scope`."""
    rows: QuerySet[Any] = Conversation.objects.visible_to(by).select_related(
        "channel__platform", "channel__unit"
    )
    if not scope:
        return rows
    # Ids rather than a join, so that the indexes by channel and by time can be used.
    there = Channel.objects.filter(unit__path__startswith=scope.path).order_by()
    return rows.filter(channel__in=list(there.values_list("pk", flat=True)))


def conversations(by: Actor, scope: Unit | None, params: Mapping[str, list[str]]) -> Page[Conversation]:
    """A page of the inbox."""
    drawn = beside(Conversation.objects.all(), "channel__platform", "channel__unit")
    rows = visible(by, scope)
    return CONVERSATIONS.page(by, rows, params, drawn=drawn, near=rows.order_by("-last_at", "-pk"))


def conversation(by: Actor, conversation_id: int) -> Conversation:
    """One conversation. `Missing` if there is none, or not for `by`."""
    found = visible(by, None).select_related("done_by", "answering").filter(pk=conversation_id).first()
    if found is None:
        raise Missing(_("There is no such conversation, or it is not yours to see."))
    return found


@dataclass(frozen=True)
class Said:
    """Messages of one conversation, oldest first. `before`: asks for the earlier ones; 0: there are none."""

    messages: Sequence[Message]
    before: int


def messages(found: Conversation, before: int = 0) -> Said:
    """The latest messages, or the latest before the message with the id `before`."""
    sent = Prefetch("made_by", Reply.objects.select_related("by"))
    rows = found.messages.order_by("-at", "-pk").prefetch_related(sent)
    at = _moment(found, before)
    if at is not None:
        rows = rows.filter(Q(at__lt=at) | Q(at=at, pk__lt=before))
    there = list(rows[: SHOWN + 1])
    more = len(there) > SHOWN
    there = there[:SHOWN][::-1]
    return Said(there, there[0].pk if more else 0)


def _moment(found: Conversation, message: int) -> datetime | None:
    if not message:
        return None
    moment: datetime | None = found.messages.filter(pk=message).values_list("at", flat=True).first()
    return moment
