"""What is read of the register."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.kernel import clock, text
from tabard.kernel.actor import Actor
from tabard.kernel.beside import beside
from tabard.kernel.errors import Missing
from tabard.kernel.narrowing import any_of, ids_of, named
from tabard.kernel.permissions import demand
from tabard.kernel.query import Column, Filter, Listing, Page, Sort
from tabard.org.models import Person, Unit
from tabard.register.filters import platforms_of
from tabard.register.links import can_connect
from tabard.register.models import Channel, Platform, Revocation
from tabard.register.people import NOBODY, ONE_PERSON
from tabard.register.platforms import platforms as catalogue
from tabard.register.shapes import Row, Step

# How long before its end a key is named as ending.
ENDING = timedelta(days=14)
STATES = {
    "proposed": gettext_lazy("Proposed"),
    "active": gettext_lazy("Active"),
    "dormant": gettext_lazy("Dormant"),
    "retiring": gettext_lazy("Retiring"),
    "retired": gettext_lazy("Retired"),
}


def failing() -> Q:
    """The platform will not take posts, or soon will not."""
    ending = Q(connection__expires_at__lt=clock.now() + ENDING, connection__renew_at=None)
    return Q(health__in=(Channel.Health.FAILING, Channel.Health.REVOKED)) | ending


def _lists() -> dict[str, Q]:
    """The lists of the register, each a tab: what is in it of the channels that are not retired."""
    return {
        "work": NOBODY | ONE_PERSON | failing() | Q(second_factor=Channel.SecondFactor.OFF),
        "no_owner": NOBODY,
        "one_person": ONE_PERSON,
        "failing": failing(),
        "unconnected": Q(health=Channel.Health.UNCONNECTED),
        "dormant": Q(state="dormant"),
        "unattested": Q(unattested_at__isnull=False),
    }


STAGES = {
    "watching": gettext_lazy("Watching"),
    "piloting": gettext_lazy("Piloting"),
    "using": gettext_lazy("Using"),
    "leaving": gettext_lazy("Leaving the platform"),
}
LISTS = {
    "work": gettext_lazy("Need work"),
    "no_owner": gettext_lazy("No owner"),
    "one_person": gettext_lazy("One person"),
    "failing": gettext_lazy("Connection"),
    "unconnected": gettext_lazy("Not connected"),
    "dormant": gettext_lazy("Dormant"),
    "unattested": gettext_lazy("Not attested"),
    "retired": gettext_lazy("Retired"),
}


def _in_list(rows: QuerySet[Channel], values: list[str]) -> QuerySet[Channel]:
    wanted = Q()
    for value in values:
        if value == "retired":
            wanted |= Q(state="retired")
        elif value in LISTS:
            wanted |= ~Q(state="retired") & _lists()[value]
    return rows.filter(wanted)


def _search(rows: QuerySet[Channel], words: str) -> QuerySet[Channel]:
    """By words of the channel, by a person who answers for it, or by a pasted link."""
    plain = text.folded(words.rpartition("/")[2] if "://" in words and not words.endswith("/") else words)
    for word in plain.strip("/@").split():
        rows = rows.filter(Q(search__contains=word.lstrip("@")) | Q(answers__search__contains=word))
    return rows


CHANNELS: Listing[Channel] = Listing(
    name="channels",
    counted=10_000,
    sorts=(
        Sort("handle", gettext_lazy("Channel"), ("handle",)),
        Sort("-handle", gettext_lazy("Channel, last first"), ("-handle",)),
        Sort("unit", gettext_lazy("Unit"), ("unit__name", "handle")),
        Sort("-followers", gettext_lazy("Followers, most first"), ("-followers_n",)),
        Sort("followers", gettext_lazy("Followers, fewest first"), ("followers_n",)),
        Sort("activity", gettext_lazy("Longest silent"), ("active_at",)),
        Sort("-activity", gettext_lazy("Last active"), ("-active_at",)),
        Sort("newest", gettext_lazy("Newest"), ("-created_at",)),
    ),
    filters=(
        Filter("list", gettext_lazy("List"), _in_list, named(LISTS)),
        Filter("platform", gettext_lazy("Platform"), any_of("platform"), platforms_of(Channel)),
        Filter("state", gettext_lazy("State"), any_of("state"), named(STATES)),
        Filter("health", gettext_lazy("Connection"), any_of("health"), named(Channel.Health.choices)),
        Filter(
            "second_factor",
            gettext_lazy("Second factor"),
            any_of("second_factor"),
            named(Channel.SecondFactor.choices),
        ),
        Filter("unit", gettext_lazy("Unit"), ids_of("unit")),
        Filter("reference", gettext_lazy("Reference"), any_of("reference")),
        Filter("owner", gettext_lazy("Owner"), ids_of("answers")),
    ),
    search=_search,
    columns=(
        Column(gettext_lazy("Reference"), lambda c: c.reference),
        Column(gettext_lazy("Unit"), lambda c: c.unit.name),
        Column(gettext_lazy("Platform"), lambda c: c.platform.name),
        Column(gettext_lazy("Handle"), lambda c: c.handle),
        Column(gettext_lazy("Link"), lambda c: c.url),
        Column(gettext_lazy("Platform id"), lambda c: c.remote_id),
        Column(gettext_lazy("Name"), lambda c: c.name),
        Column(gettext_lazy("State"), lambda c: c.state),
        Column(gettext_lazy("Owner"), lambda c: c.owner and c.owner.email),
        Column(gettext_lazy("Deputy"), lambda c: c.deputy and c.deputy.email),
        Column(gettext_lazy("Purpose"), lambda c: c.purpose),
        Column(gettext_lazy("Audience"), lambda c: c.audience),
        Column(gettext_lazy("Languages"), lambda c: ", ".join(c.languages)),
        Column(gettext_lazy("Second factor"), lambda c: c.second_factor),
        Column(gettext_lazy("Followers"), lambda c: c.followers),
        Column(gettext_lazy("Connection"), lambda c: c.get_health_display()),
    ),
)

_LONG_AGO = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
DRAWN = ("unit", "platform", "answers", "backs")
# The people of one channel. Joined to it they would be nine tables, which take longer to plan than to read.
PEOPLE = ("answers", "backs", "owner", "deputy", "recovery_owner", "attested_by")


def visible(by: Actor, scope: Unit | None) -> QuerySet[Any]:
    """The channels that `by` may see in `scope`, with who answers for each."""
    rows: QuerySet[Any] = Channel.objects.visible_to(by)
    if scope is not None:
        rows = rows.filter(unit__path__startswith=scope.path)
    found: QuerySet[Any] = rows.annotate(
        followers_n=Coalesce("followers", Value(-1)),
        active_at=Coalesce("last_activity_at", Value(_LONG_AGO)),
    )
    return found


def channels(by: Actor, scope: Unit | None, params: Mapping[str, list[str]]) -> Page[Channel]:
    """A page of the register; retired channels only where they are asked for."""
    drawn = beside(Channel.objects.all(), *DRAWN)
    return CHANNELS.page(by, exported(by, scope, params), params, drawn=drawn)


def counts(by: Actor, scope: Unit | None) -> dict[str, int]:
    """How many are in each list of the register, `all` included. One query."""
    alive = ~Q(state="retired")
    asked = {name: Count("pk", filter=alive & inside) for name, inside in _lists().items()}
    rows = visible(by, scope).order_by()
    found: dict[str, int] = rows.aggregate(
        all=Count("pk", filter=alive), retired=Count("pk", filter=Q(state="retired")), **asked
    )
    return found


def channel(by: Actor, channel_id: int) -> Channel:
    """One channel. `Missing` if there is none, or not for `by`."""
    rows = visible(by, None).select_related("unit", "platform", "connection")
    found: Channel | None = rows.order_by().filter(pk=channel_id).first()
    if found is None:
        raise Missing(_("There is no such channel, or it is not yours to see."))
    people = Person.objects.in_bulk({getattr(found, f"{name}_id") for name in PEOPLE} - {None})
    for name in PEOPLE:
        setattr(found, name, people.get(getattr(found, f"{name}_id")))
    return found


def left_there(channel: Channel) -> list[Revocation]:
    """What Tabard could not end on the platform, and somebody must."""
    return list(channel.revocations.filter(gave_up_at__isnull=False).order_by("pk"))


def editable(by: Actor, channel_id: int) -> Channel:
    """The same for whoever may change it."""
    one = channel(by, channel_id)
    demand(by, "channels.edit", one)
    return one


def found(by: Actor, words: str) -> QuerySet[Channel]:
    """Channels whose handle, name or purpose has all of `words` (folded)."""
    rows = Channel.objects.visible_to(by)
    for word in words.split():
        rows = rows.filter(search__contains=word)
    result: QuerySet[Any] = rows.select_related("unit", "platform").order_by("handle", "id")
    return result


def worst(channel: Channel) -> tuple[str, str]:
    """The one thing to know of a channel in a list: a tone or state, and its word."""
    if channel.state in {"retired", "retiring", "proposed"}:
        return channel.state, str(STATES[channel.state])
    if channel.answers_id is None:
        return "no_owner", _("No owner")
    if channel.health in {Channel.Health.REVOKED, Channel.Health.FAILING}:
        return "bad", str(channel.get_health_display())
    if channel.backs_id is None:
        return "warn", _("One person")
    if channel.second_factor == Channel.SecondFactor.OFF:
        return "warn", _("No second factor")
    if channel.state == "dormant":
        return "dormant", str(STATES["dormant"])
    if channel.health == Channel.Health.UNCONNECTED:
        return "mute", str(channel.get_health_display())
    return "healthy", str(channel.get_health_display())


def row(channel: Channel) -> Row:
    """A channel as a list draws it."""
    state, word = worst(channel)
    return Row(channel, channel.answers, channel.backs, state, word)


def steps(channel: Channel) -> list[Step]:
    """What keeps a channel safe, undone things first, each with where it is mended."""
    change = reverse("channel_change", args=[channel.pk])
    connect = reverse("channel_connect", args=[channel.pk])
    edit = {"do": _("Mend"), "url": change, "needs": "edit"}
    again = {"do": _("Connect"), "url": connect, "needs": "connect"}
    first, second = channel.answers, channel.backs
    second_one = edit | {"url": reverse("channel_second", args=[channel.pk])}
    found = []
    if first is None:
        found.append(
            Step(False, _("Nobody answers for it"), _("It has no owner, and its unit no lead."), **edit)
        )
    elif second is None:
        found.append(
            Step(False, _("It hangs on one person"), _("Only %(name)s.") % {"name": first.name}, **second_one)
        )
    else:
        said = _("Two people: %(one)s, %(other)s") % {"one": first.name, "other": second.name}
        found.append(Step(True, said))
    found.append(
        {
            Channel.SecondFactor.ON: Step(True, _("Second factor is on")),
            Channel.SecondFactor.OFF: Step(False, _("Second factor is off"), **edit),
        }.get(channel.second_factor)  # type: ignore[call-overload]
        or Step(False, _("Nobody has said whether the second factor is on"), **edit)
    )
    if can_connect(channel.platform_id):
        if channel.health == Channel.Health.HEALTHY:
            found.append(Step(True, _("Connected, and posts can leave")))
        elif channel.health == Channel.Health.UNCONNECTED:
            found.append(
                Step(False, _("Not connected"), _("Nothing can be published on it from here."), **again)
            )
        else:
            found.append(Step(False, str(channel.get_health_display()), channel.problem, **again))
    return sorted(found, key=lambda step: step.done)


def exported(by: Actor, scope: Unit | None, params: Mapping[str, list[str]]) -> QuerySet[Any]:
    """The rows of the CSV: the same channels as the list."""
    rows = visible(by, scope).select_related("unit", "platform", "owner", "deputy")
    asked = any(params.get(name) for name in ("list", "state"))
    return rows if asked else rows.exclude(state="retired")


def platforms() -> list[Platform]:
    """The catalogue."""
    return list(Platform.objects.order_by("name"))


def choosable() -> list[Platform]:
    """The platforms on which a new channel can be: those that have not ended and that we do not leave."""
    return [platform for platform in platforms() if not over(platform)]


def over(platform: Platform) -> str:
    """Why no new channel can be there, in the reader's language; empty where one can."""
    known = catalogue().get(platform.slug)
    if known is not None and known.ended:
        return _("%(platform)s ended in %(year)s.") % {"platform": platform, "year": known.ended}
    if platform.stage == "leaving":
        return _("We are leaving %(platform)s.") % {"platform": platform}
    return ""
