"""What is read of requests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.kernel.actor import Actor
from tabard.kernel.endpoint import nothing_there
from tabard.kernel.errors import Missing
from tabard.kernel.narrowing import any_of, folded_in, ids_of, named
from tabard.kernel.query import Choice, Column, Filter, Listing, Page, Sort
from tabard.life.alike import Wanted
from tabard.life.models import ChannelRequest
from tabard.org.models import Unit
from tabard.org.policies import holding
from tabard.register.filters import platforms_of
from tabard.register.links import can_connect

STATES = {
    "asked": gettext_lazy("To decide"),
    "back": gettext_lazy("Sent back"),
    "approved": gettext_lazy("Approved"),
    "refused": gettext_lazy("Refused"),
    "withdrawn": gettext_lazy("Withdrawn"),
}
WITH = ("unit", "platform", "answers", "backs", "asked_by", "decided_by", "channel")


REQUESTS: Listing[Any] = Listing(
    name="requests",
    sorts=(
        Sort("newest", gettext_lazy("Newest"), ("-id",)),
        Sort("oldest", gettext_lazy("Oldest"), ("id",)),
        Sort("until", gettext_lazy("Tried until"), ("until",)),
    ),
    filters=(
        Filter("state", gettext_lazy("State"), any_of("state"), named(STATES)),
        Filter("platform", gettext_lazy("Platform"), any_of("platform"), platforms_of(ChannelRequest)),
        Filter(
            "asked_by",
            gettext_lazy("Asked by"),
            ids_of("asked_by"),
            lambda by: [Choice(str(by.person_id), _("me"))] if by.person_id else [],
        ),
        Filter("unit", gettext_lazy("Unit"), ids_of("unit")),
    ),
    search=folded_in("search", sign="@"),
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
