"""What an attestation of the register asks about each channel, and what its answers do."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.attestation.kinds import Asked, Outcome, Thing
from tabard.attestation.models import Item, Sheet
from tabard.attestation.rules import differences
from tabard.kernel import clock, permissions, text
from tabard.kernel.actions import note
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Invalid
from tabard.kernel.events import emit
from tabard.kernel.opened import Opened
from tabard.kernel.place import Place
from tabard.org.models import Unit
from tabard.org.queries import person_named
from tabard.register.actions.channels import PEOPLE, add_channel, change_channel
from tabard.register.actions.doubts import attest, doubt
from tabard.register.events import ChannelsUnattested
from tabard.register.models import Channel, Doubt, Platform
from tabard.register.queries import STATES

CHANNEL = "register.channel"
WITH = ("unit", "platform", "owner", "deputy", "recovery_owner")
# What can be asked about: what is only proposed is nobody's yet.
IN_USE = ("active", "dormant", "retiring")
WORDS = {
    "handle": gettext_lazy("Handle"),
    "url": gettext_lazy("Link"),
    "name": gettext_lazy("Name"),
    "state": gettext_lazy("State"),
    "unit": gettext_lazy("Unit"),
    "owner": gettext_lazy("Owner"),
    "deputy": gettext_lazy("Deputy"),
    "purpose": gettext_lazy("Purpose"),
    "audience": gettext_lazy("Audience"),
    "languages": gettext_lazy("Languages"),
    "second_factor": gettext_lazy("Second factor"),
    "admins": gettext_lazy("Admins on the platform"),
    "recovery_email": gettext_lazy("Recovery e-mail"),
    "recovery_owner": gettext_lazy("Who reads the recovery e-mail"),
    "business_manager": gettext_lazy("Business manager"),
}
# What can be corrected on a sheet.
FIELDS = (
    "handle",
    "name",
    "purpose",
    "audience",
    "languages",
    "owner",
    "deputy",
    "admins",
    "recovery_email",
    "recovery_owner",
    "business_manager",
    "second_factor",
)
PASSING = frozenset({"platform", "platform_slug", "followers", "last_activity_at", "attested_at"})


def ask(unit: Unit, scope: Mapping[str, Any]) -> Iterable[Asked]:
    """Every channel in use in `unit` and below, or those of a platform, a purpose or a state."""
    rows = Channel.objects.filter(unit__path__startswith=unit.path, state__in=IN_USE)
    if platform := scope.get("platform"):
        rows = rows.filter(platform=platform)
    if state := scope.get("state"):
        rows = rows.filter(state=state)
    for word in text.name(scope.get("purpose", "")).split():
        rows = rows.filter(purpose__icontains=word)
    for channel in rows.select_related(*WITH).order_by("handle", "pk"):
        yield asked(channel)


def asked(channel: Channel) -> Asked:
    """One channel as it stands now."""
    return Asked(channel.unit_id, (CHANNEL, channel.pk), f"{channel} · {channel.platform}", facts(channel))


def facts(channel: Channel) -> dict[str, Any]:
    """What is known of a channel, as plain values."""
    names = ("handle", "url", "name", "state", "purpose", "audience", "languages", "second_factor", "admins")
    found = {name: getattr(channel, name) for name in (*names, "recovery_email", "business_manager")}
    people = {name: getattr(channel, name) for name in PEOPLE}
    moments = {name: getattr(channel, name) for name in ("last_activity_at", "attested_at")}
    return {
        **found,
        **{name: person.name if person else "" for name, person in people.items()},
        **{name: at.isoformat(timespec="seconds") if at else "" for name, at in moments.items()},
        "platform": channel.platform.name,
        "platform_slug": channel.platform_id,
        "unit": channel.unit.name,
        "followers": channel.followers,
    }


def over(things: Sequence[Thing]) -> set[Thing]:
    """Those that were retired since they were asked about."""
    ids = [pk for _name, pk in things]
    here = Channel.objects.filter(pk__in=ids).exclude(state="retired").values_list("pk", flat=True)
    return set(things) - {(CHANNEL, pk) for pk in here}


def act(by: Actor, item: Item, choice: str, given: Mapping[str, Any]) -> Outcome:
    """Correct it by one's own rights; or write down, as whoever is asked may, that it is not ours."""
    if choice == "disown":
        doubt(by, Doubt.Kind.DISOWNED, [(item.thing_id, item, given["words"])])
        return Outcome(_("It stands among the doubts until somebody has decided."))
    channel = Channel.objects.select_related(*WITH).get(pk=item.thing_id)
    before = facts(channel)
    said = {name: value for name, value in given.items() if name != "words"}
    opened = Opened(said, channel.form_values())
    if not opened.mine:
        raise Invalid({"": [_("Change something, or keep it as it is.")]})
    known: dict[str, Any] = dict(opened.mine)
    for name in known.keys() & set(PEOPLE):
        known[name] = person_named(by, known[name], name)
    change_channel(by, channel, was=opened.base, **known)
    changed = differences(before, facts(Channel.objects.select_related(*WITH).get(pk=channel.pk)), PASSING)
    names = ", ".join(str(WORDS[name]) for name in changed if name in WORDS)
    return Outcome(_("Corrected: %(what)s.") % {"what": names}, changed)


def shows(item: Item) -> dict[str, str]:
    """What the form of a correction shows: the channel as it is now."""
    values = Channel.objects.select_related(*WITH).get(pk=item.thing_id).form_values()
    now = {name: values[name] for name in FIELDS}
    return now | {"was": json.dumps(now)}


def signed(by: Actor, sheet: Sheet) -> None:
    """Whoever signs puts their name to every channel that was kept or corrected."""
    ours = sheet.items.filter(choice__in=("keep", "correct"), thing=CHANNEL)
    note(channels=attest(by, ours.values_list("thing_id", flat=True)))


def lapse(by: Actor, items: Sequence[Item], consequence: str) -> dict[int, str]:
    """What nobody answered: a doubt for each, and what else the policy says."""
    ids = doubt(by, Doubt.Kind.UNANSWERED, ((item.thing_id, item, "") for item in items))
    said = _("Nobody answered. It stands among the doubts until somebody has decided.")
    if consequence in {"mark", "hold"}:
        Channel.objects.filter(pk__in=ids, unattested_at=None).update(unattested_at=clock.now())
        said = _("Nobody answered. It is not attested.")
    if consequence == "hold":
        said = _("Nobody answered. It is not attested, and nothing is published on it.")
    if ids and consequence != "find":
        emit(by, ChannelsUnattested(ids, held=consequence == "hold"))
    return {item.pk: said for item in items}


def add(by: Actor, sheet: Sheet, given: Mapping[str, Any]) -> Asked:
    """A channel nobody asked about goes into the register as a proposal, for those who may add to decide."""
    known = {name: given[name] for name in ("name", "purpose") if given.get(name)}
    proposing = Actor("job", by.name, by.via, allowed=frozenset({"channels.edit"}), origin="attestation")
    made = add_channel(
        proposing,
        sheet.unit,
        handle=given.get("handle", ""),
        platform=given.get("platform", ""),
        state="proposed",
        **known,
    )
    return asked(Channel.objects.select_related(*WITH).get(pk=made.pk))


def added(by: Actor, item: Item) -> None:
    """What was proposed waits among the doubts."""
    doubt(by, Doubt.Kind.PROPOSED, [(item.thing_id, item, item.note)])


def told(scope: Mapping[str, Any]) -> str:
    """What a round is narrowed to, in words."""
    named = Platform.objects.filter(pk=scope.get("platform", "")).values_list("name", flat=True).first()
    state = STATES.get(scope.get("state", ""), "")
    return " · ".join(str(part) for part in (named or "", scope.get("purpose", ""), state) if part)


def platform(value: Any, zone: str) -> str:
    """A platform of the catalogue by its slug; empty: any."""
    if value and not Platform.objects.filter(pk=str(value)).exists():
        raise ValueError(_("There is no such platform."))
    return str(value or "")


def state(value: Any, zone: str) -> str:
    """A state a channel in use can be in; empty: any."""
    if value and value not in IN_USE:
        raise ValueError(_("Choose a state of channels in use."))
    return str(value or "")


def words(value: Any, zone: str) -> str:
    """What a form or a program says about a field of a channel, as text."""
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    return str(value if value is not None else "")[:5000]


def context() -> dict[str, Any]:
    """For the forms: platforms, states and what a second factor can be."""
    return {
        "platforms": list(Platform.objects.order_by("name")),
        "states": [(name, label) for name, label in STATES.items() if name in IN_USE],
        "second_factors": Channel.SecondFactor.choices,
        "correctable": [(name, WORDS[name]) for name in FIELDS if name != "second_factor"],
    }


def shape(by: Actor, item: Any, known: Mapping[str, Any]) -> None:
    """A correction is made with one's own rights: who has none there reads why."""
    reason = _may_correct(by, item)
    item.choices = [(choice, reason if choice.name == "correct" else "") for choice, _why in item.choices]
    item.state_word = STATES.get(item.facts.get("state", ""), "")


def _may_correct(by: Actor, item: Any) -> str:
    place = item.sheet.place()
    answer = permissions.may(by, "channels.edit", Place(place.unit_id, place.unit_path, item.thing_id))
    return "" if answer else answer.reason or _("You may not do this here.")
