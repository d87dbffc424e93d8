"""What is read of publishing: what went out or shall, one delivery with all its tries, and holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.connectors.card import Ability
from tabard.connectors.registry import card, platforms
from tabard.kernel import clock, text
from tabard.kernel.actor import Actor
from tabard.kernel.beside import beside
from tabard.kernel.errors import Missing
from tabard.kernel.narrowing import any_of, ids_of, named
from tabard.kernel.places import TOGETHER
from tabard.kernel.query import Choice, Column, Filter, Listing, Page, Sort
from tabard.kernel.search import with_words
from tabard.org.models import Unit
from tabard.posts.models import Post
from tabard.publishing.models import Attempt, Delivery, Hold
from tabard.register.filters import all_platforms
from tabard.register.models import Channel, Connection

STATES = {
    "queued": gettext_lazy("In the queue"),
    "sending": gettext_lazy("Sending"),
    "sent": gettext_lazy("Sent"),
    "unsure": gettext_lazy("Check by hand"),
    "failed": gettext_lazy("Failed"),
    "held": gettext_lazy("Held"),
    "cancelled": gettext_lazy("Cancelled"),
    "removing": gettext_lazy("Being removed"),
    "removed": gettext_lazy("Removed"),
}
OUTCOMES = {
    "sent": ("sent", gettext_lazy("The platform confirmed it")),
    "unsure": ("unsure", gettext_lazy("The platform did not confirm it")),
    "later": ("queued", gettext_lazy("Not now; tried again later")),
    "limited": ("queued", gettext_lazy("The platform's limit was reached")),
    "refused": ("failed", gettext_lazy("Refused")),
    "revoked": ("failed", gettext_lazy("The channel's access has ended")),
    "gave_up": ("failed", gettext_lazy("Given up")),
    "fault": ("failed", gettext_lazy("Tabard itself failed")),
    "stopped": ("held", gettext_lazy("Stopped before it left")),
    "died": ("warn", gettext_lazy("The worker ended")),
    "": ("sending", gettext_lazy("Under way")),
}


def _search(rows: QuerySet[Delivery], words: str) -> QuerySet[Delivery]:
    """Those whose post has all the words, or whose channel has."""
    posts = with_words(Post.objects.all(), words, "search").values("pk")
    channels = Channel.objects.all()
    for word in text.folded(words).split():
        channels = channels.filter(search__contains=word)
    there = list(channels.order_by().values_list("pk", flat=True))
    # Most words name no channel; then the posts alone lead to the deliveries.
    return rows.filter(Q(post__in=posts) | Q(channel__in=there) if there else Q(post__in=posts))


DELIVERIES: Listing[Delivery] = Listing(
    name="deliveries",
    sorts=(
        Sort("newest", gettext_lazy("Latest first"), ("-due_at",)),
        Sort("oldest", gettext_lazy("Earliest first"), ("due_at",)),
    ),
    filters=(
        Filter("state", gettext_lazy("State"), any_of("state"), named(STATES)),
        Filter(
            "decide",
            gettext_lazy("Decision"),
            lambda rows, values: rows.filter(asks_person=True),
            lambda by: [Choice("yes", _("Waits for a decision"))],
        ),
        Filter("platform", gettext_lazy("Platform"), any_of("channel__platform"), all_platforms),
        Filter("channel", gettext_lazy("Channel"), ids_of("channel")),
    ),
    search=_search,
    counted=TOGETHER,
    near=2_000,  # the words of each are in its post, which is looked up
    columns=(
        Column(gettext_lazy("Post"), lambda d: d.post.title),
        Column(gettext_lazy("Channel"), lambda d: d.channel),
        Column(gettext_lazy("Platform"), lambda d: d.channel.platform.name),
        Column(gettext_lazy("Unit"), lambda d: d.unit.name),
        Column(gettext_lazy("State"), lambda d: STATES.get(d.state, d.state)),
        Column(gettext_lazy("Due (UTC)"), lambda d: d.due_at.isoformat(timespec="seconds")),
        Column(gettext_lazy("Sent (UTC)"), lambda d: d.sent_at and d.sent_at.isoformat(timespec="seconds")),
        Column(gettext_lazy("Link"), lambda d: d.url),
        Column(gettext_lazy("Problem"), lambda d: d.problem),
    ),
)


def visible(by: Actor, scope: Unit | None) -> QuerySet[Delivery]:
    """Deliveries that `by` may see in `scope`."""
    rows: QuerySet[Any] = Delivery.objects.visible_to(by).select_related(
        "post", "unit", "channel__platform", "channel__unit"
    )
    return rows.filter(unit__in=_within(scope)) if scope else rows


def _within(scope: Unit) -> list[int]:
    """Ids rather than a join, so that the index by unit and time can be used."""
    return list(Unit.objects.within(scope).values_list("pk", flat=True))


def listed(by: Actor, scope: Unit | None) -> QuerySet[Delivery]:
    """One line for each post; of what follows it only what waits for somebody."""
    return visible(by, scope).filter(Q(part=0) | Q(asks_person=True))


def deliveries(by: Actor, scope: Unit | None, params: Mapping[str, list[str]]) -> Page[Delivery]:
    drawn = beside(Delivery.objects.all(), "post", "unit", "channel__platform")
    rows = listed(by, scope)
    return DELIVERIES.page(by, rows, params, drawn=drawn, near=rows.order_by("-due_at", "-pk"))


def delivery(by: Actor, delivery_id: int) -> Delivery:
    """One delivery. `Missing` if there is none, or not for `by`."""
    found = visible(by, None).filter(pk=delivery_id).first()
    if found is None:
        raise Missing(_("There is no such delivery, or it is not yours to see."))
    return found


def deliveries_named(by: Actor, ids: Sequence[str]) -> list[Delivery]:
    """Those of `ids` that `by` may see."""
    return list(visible(by, None).filter(pk__in=text.numbers(ids)).order_by("due_at", "pk"))


def of_post(by: Actor, post_id: int) -> list[Delivery]:
    """The deliveries of a post through channels that `by` may see, the latest of each channel first."""
    return list(visible(by, None).filter(post=post_id).order_by("channel__handle", "variant", "part", "-pk"))


def parts(found: Delivery) -> list[Delivery]:
    """All that goes out together with a delivery, the latest of each part, in order."""
    if found.parts == 1:
        return [found]
    there = Delivery.objects.filter(variant=found.variant_id).order_by("part", "-pk")
    return list({each.part: each for each in reversed(there)}.values())[::-1]


def attempts(found: Delivery) -> list[Attempt]:
    """Every try of a delivery, in order."""
    return list(found.attempts.order_by("number"))


@dataclass(frozen=True)
class Step:
    """A line of a delivery's timeline."""

    state: str
    text: str
    at: datetime | None
    note: str = ""
    url: str = ""


def timeline(found: Delivery) -> list[Step]:
    """What happened to a delivery: each try with its three moments, and how it stands."""
    steps = []
    for each in attempts(found):
        glyph, said = OUTCOMES.get(each.outcome, ("warn", each.outcome))
        steps.append(Step("running", _("Try %(n)s began") % {"n": each.number}, each.began_at))
        if each.armed_at:
            steps.append(Step("clock", _("Checked again, and let go to the platform"), each.armed_at))
        steps.append(Step(glyph, str(said), each.ended_at, each.detail))
    if found.removal_asked_at:
        steps.append(Step("clock", _("Somebody asked to remove it"), found.removal_asked_at))
    stands = {"sent": found.sent_at, "removed": found.removed_at}.get(found.state)
    return [*steps, Step(found.state, str(STATES[found.state]), stands, found.problem, found.url)]


def why_not_removable(found: Delivery) -> str:
    """Why Tabard cannot take it off its platform; empty if it can."""
    if not can_remove(found.channel.platform_id):
        return _("Tabard cannot remove posts from this platform. Remove it there, then say so here.")
    if not found.remote_id:
        return _("Tabard does not know which post it is there. Remove it there, then say so here.")
    if not Connection.objects.filter(channel=found.channel_id).exists():
        return _("The channel is not connected. Connect it, or remove the post there and say so here.")
    return ""


def can_remove(platform: str) -> bool:
    """Whether the platform's card says that posts can be removed."""
    return platform in platforms() and Ability.DELETES in card(platform).abilities


@dataclass(frozen=True)
class Stops:
    """What a hold would stop: posts in the queue, and how many of them within a day; channels."""

    deliveries: int
    soon: int
    channels: int


def would_stop(unit: Unit, channel: Channel | None) -> Stops:
    """Counted by place, whoever may see it: who presses must know how far it reaches."""
    place = {"pk": channel.pk} if channel else {"unit__path__startswith": unit.path}
    there = Channel.objects.publishing().filter(**place)
    queued = Delivery.objects.filter(state="queued", channel__in=there)
    soon = queued.filter(due_at__lte=clock.now() + clock.minutes(24 * 60)).count()
    return Stops(queued.count(), soon, there.count())


def hold(by: Actor, hold_id: int) -> Hold:
    """One hold. `Missing` if there is none, or not for `by`."""
    found: QuerySet[Any] = Hold.objects.visible_to(by).select_related("unit", "channel")
    for each in found.filter(pk=hold_id):
        one: Hold = each
        return one
    raise Missing(_("There is no such hold, or it is not yours to see."))


def channel(by: Actor, channel_id: int) -> Channel:
    """A channel that `by` may see."""
    found: Channel | None = (
        Channel.objects.visible_to(by).filter(pk=channel_id).select_related("unit", "platform").first()
    )
    if found is None:
        raise Missing(_("There is no such channel, or it is not yours to see."))
    return found


def held(channel: Channel) -> bool:
    """Whether a hold in force covers this channel: nothing leaves in its name."""
    ids = [int(part) for part in channel.unit.path.split("/") if part]
    there = Hold.objects.filter(lifted_at=None, unit__in=ids)
    return there.filter(Q(channel=None) | Q(channel=channel.pk)).exists()
