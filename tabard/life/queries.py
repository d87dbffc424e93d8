"""What is read of requests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.kernel import text
from tabard.kernel.actor import Actor
from tabard.kernel.endpoint import nothing_there
from tabard.kernel.errors import Missing
from tabard.kernel.permissions import reach
from tabard.kernel.query import Choice, Column, Filter, Listing, Page, Sort
from tabard.life.alike import Wanted
from tabard.life.models import ChannelRequest
from tabard.org.models import Unit
from tabard.org.policies import holding
from tabard.register.links import can_connect
from tabard.register.models import Platform

STATES = {
    "asked": gettext_lazy("To decide"),
    "back": gettext_lazy("Sent back"),
    "approved": gettext_lazy("Approved"),
    "refused": gettext_lazy("Refused"),
    "withdrawn": gettext_lazy("Withdrawn"),
}
WITH = ("unit", "platform", "answers", "backs", "asked_by", "decided_by", "channel")


def _search(rows: QuerySet[Any], words: str) -> QuerySet[Any]:
    for word in text.folded(words).split():
        rows = rows.filter(search__contains=word.lstrip("@"))
    return rows


def _platforms(by: Actor) -> Sequence[Choice]:
    there = ChannelRequest.objects.visible_to(by).order_by().values("platform").distinct()
    return [Choice(p.slug, p.name) for p in Platform.objects.filter(pk__in=there)]


REQUESTS: Listing[Any] = Listing(
    name="requests",
    sorts=(
        Sort("newest", gettext_lazy("Newest"), ("-id",)),
        Sort("oldest", gettext_lazy("Oldest"), ("id",)),
        Sort("until", gettext_lazy("Tried until"), ("until",)),
    ),
    filters=(
        Filter(
            "state",
            gettext_lazy("State"),
            lambda rows, v: rows.filter(state__in=v),
            lambda by: [Choice(name, str(label)) for name, label in STATES.items()],
        ),
        Filter("platform", gettext_lazy("Platform"), lambda rows, v: rows.filter(platform__in=v), _platforms),
        Filter(
            "asked_by",
            gettext_lazy("Asked by"),
            lambda rows, v: rows.filter(asked_by__in=text.numbers(v)),
            lambda by: [Choice(str(by.person_id), _("me"))] if by.person_id else [],
        ),
        Filter("unit", gettext_lazy("Unit"), lambda rows, v: rows.filter(unit__in=text.numbers(v))),
    ),
    search=_search,
    columns=(
        Column(gettext_lazy("Channel"), lambda r: str(r)),
        Column(gettext_lazy("Handle"), lambda r: r.handle),
        Column(gettext_lazy("Platform"), lambda r: r.platform.name),
        Column(gettext_lazy("Unit"), lambda r: r.unit.name),
        Column(gettext_lazy("Purpose"), lambda r: r.purpose),
        Column(gettext_lazy("Audience"), lambda r: r.audience),
        Column(gettext_lazy("Languages"), lambda r: ", ".join(r.languages)),
        Column(gettext_lazy("Why"), lambda r: r.why),
        Column(gettext_lazy("Answers comments"), lambda r: r.answers.name),
        Column(gettext_lazy("Stands in"), lambda r: r.backs.name),
        Column(gettext_lazy("Tried until"), lambda r: r.until.isoformat()),
        Column(gettext_lazy("State"), lambda r: STATES[r.state]),
        Column(gettext_lazy("Asked by"), lambda r: r.asked_by and r.asked_by.name),
        Column(gettext_lazy("Asked (UTC)"), lambda r: r.asked_at.isoformat(timespec="seconds")),
        Column(gettext_lazy("Decided by"), lambda r: r.decided_by and r.decided_by.name),
        Column(gettext_lazy("Note"), lambda r: r.words),
    ),
)


def visible(by: Actor, scope: Unit | None) -> QuerySet[Any]:
    """Requests that `by` may see in `scope`."""
    rows: QuerySet[Any] = ChannelRequest.objects.visible_to(by)
    if scope is not None:
        rows = rows.filter(unit__path__startswith=scope.path)
    return rows.select_related(*WITH)


def requests(by: Actor, scope: Unit | None, params: Mapping[str, list[str]]) -> Page[Any]:
    """A page of requests."""
    return REQUESTS.page(by, visible(by, scope), params)


def request(by: Actor, request_id: int) -> ChannelRequest:
    """One request. `Missing` if there is none, or not for `by`."""
    found: ChannelRequest | None = visible(by, None).filter(pk=request_id).first()
    if found is None:
        raise Missing(nothing_there(_("request")))
    return found


def to_decide(by: Actor) -> QuerySet[Any]:
    """Requests that wait for `by`: asked by others, or by themselves where a policy lets them decide."""
    rows = reach(by, "channels.edit").narrow(ChannelRequest.objects.filter(state="asked"), unit="unit")
    others: QuerySet[Any] = rows.exclude(asked_by=by.person_id or 0).select_related(*WITH)
    return others


def own_needs_another(by: Actor, asked: ChannelRequest) -> bool:
    """Whether it is one's own, and the policy of the unit wants somebody else to decide."""
    own = by.person_id is not None and by.person_id == asked.asked_by_id
    return own and not holding(asked.unit, "own_requests")


@dataclass(frozen=True)
class Way:
    """One step from a yes to a channel in use."""

    done: bool
    said: str
    do: str = ""
    url: str = ""
    needs: str = ""


def way_on(asked: ChannelRequest) -> list[Way]:
    """What is left to do until an approved channel speaks: on the platform, in the register, and in use."""
    channel = asked.channel
    if channel is None:
        return []
    change = reverse("channel_change", args=[channel.pk])
    found = [
        Way(
            channel.state != "proposed" or channel.health != "unconnected" or channel.second_factor == "on",
            _("Open it on %(platform)s, with an address of ours and a second factor, and say so here")
            % {"platform": asked.platform.name},
            _("Complete the entry"),
            change,
            "channels.edit",
        )
    ]
    if can_connect(channel.platform_id):
        connect = reverse("channel_connect", args=[channel.pk])
        said, do = _("Connect it, so that posts can leave from here"), _("Connect")
        found.append(Way(channel.health != "unconnected", said, do, connect, "channels.connect"))
    here = reverse("channel", args=[channel.pk])
    said, do = _("Make it active in the register"), _("To the channel")
    return [*found, Way(channel.state != "proposed", said, do, here, "channels.edit")]


def wanted(asked: ChannelRequest) -> Wanted:
    """What a request is for, to look for its like."""
    return Wanted(
        asked.platform_id, asked.handle, asked.unit_id, asked.purpose, asked.audience, asked.languages,
        asked.channel_id,
    )  # fmt: skip
