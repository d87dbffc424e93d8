"""Which sites can be asked, for which channels, and which name is next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Lower

from tabard.kernel import clock
from tabard.org.models import Unit
from tabard.org.policies import path_ids
from tabard.register.models import Channel
from tabard.register.platforms import platforms
from tabard.register.rules import Unresolved, resolve
from tabard.watch.models import Asked, AskedSite, AskedTurn, AskedUnit, Look, Sighting
from tabard.watch.permute import permutations_of
from tabard.watch.sites import loading
from tabard.watch.sites.definitions import Site
from tabard.watch.sites.loading import Fault

NAMES = 50  # of a channel that a site is asked for: the likeliest
LOOKED_THROUGH = 100  # channels in search of the next name; the rest has its turn in the next run
# After so many days a name is asked for once more.
AGAIN = {"does-not-exist": timedelta(days=90), "could-not-tell": timedelta(days=7)}


Definitions = tuple[dict[str, Site], list[Fault]]


def definitions() -> Definitions:
    """Every definition by its key, ours and the installation's own, and what is wrong with the latter."""
    return _definitions(settings.SITES, tuple(settings.PRIVATE_HOSTS))


@cache
def _definitions(folder: str, private: tuple[str, ...]) -> Definitions:
    sites, faults = loading.read(loading.BUILT_IN, private)
    known = {site.key: site for site in sites}
    if folder:
        more, wrong = loading.read(Path(folder), private)
        twice = [Fault(folder, s.key, "site", "A built-in one has this key.") for s in more if s.key in known]
        faults += [*wrong, *twice]
        known = {**{site.key: site for site in more}, **known}
    return known, faults


@dataclass(frozen=True)
class Next:
    """One name to be asked for, because it could pass for `channel`."""

    channel: Channel
    name: str
    url: str
    identity: str


def is_on(unit: Unit) -> bool:
    """Whether names of a unit's channels are asked for: the nearest word counts; nothing said is no."""
    said = dict(AskedUnit.objects.filter(unit__in=path_ids(unit)).values_list("unit", "on"))
    return next((said[pk] for pk in reversed(path_ids(unit)) if pk in said), False)


def _within_units() -> Q:
    """Channels of units that are switched on. The later of two words is the nearer one."""
    found = Q(pk__in=[])
    for path, on in AskedUnit.objects.order_by("unit__path").values_list("unit__path", "on"):
        below = Q(unit__path__startswith=path)
        found = found | below if on else found & ~below
    return found


def next_name(asked: AskedSite, site: Site) -> Next | None:
    """The likeliest unknown name of the channel that has waited longest. Notes whose turn it was."""
    turned = AskedTurn.objects.filter(site=asked, channel=OuterRef("pk")).values("at")[:1]
    rows = Channel.objects.exclude(state="retired").filter(_within_units())
    if site.platform in platforms():
        rows = rows.filter(platform=site.platform)
    rows = rows.annotate(turned=Subquery(turned)).order_by(F("turned").asc(nulls_first=True), "pk")
    for channel in rows.select_related("unit")[:LOOKED_THROUGH]:
        AskedTurn.objects.update_or_create(site=asked, channel=channel, defaults={"at": clock.now()})
        for found in _left(asked, site, channel):
            return found
    return None


def _left(asked: AskedSite, site: Site, channel: Channel) -> Iterator[Next]:
    """Names that could pass for a channel, without those that are known already."""
    names = [name for name in _names(site, channel) if site.alphabet.allows(name)]
    fresh = Q(again_on=None) | Q(again_on__gt=clock.today())
    done = set(Asked.objects.filter(fresh, site=asked, name__in=names).values_list("name", flat=True))
    meant = {name: _identity(site, name) for name in names if name not in done}
    known = _known(channel, set(meant.values()))
    for name, (_platform, identity) in meant.items():
        if identity not in known:
            yield Next(channel, name, site.url(name), identity)


def _known(channel: Channel, meant: set[tuple[str, str]]) -> set[str]:
    """Those of these that are seen already, that somebody has looked for, or that are our own."""
    identities = {identity for _platform, identity in meant}
    there = {"platform__in": {platform for platform, _identity in meant}}
    seen = Sighting.objects.filter(identity__in=identities, **there).values_list("identity", flat=True)
    looked = Look.objects.filter(channel=channel, identity__in=identities).exclude(answer="unsure")
    ours = Channel.objects.filter(**there).exclude(state="retired").annotate(small=Lower("handle"))
    own = ours.filter(small__in=identities).values_list("small", flat=True)
    return {*seen, *looked.values_list("identity", flat=True), *own}


def _names(site: Site, channel: Channel) -> list[str]:
    own, _host = apart(channel)
    made = permutations_of(own, site.platform or channel.platform_id, NAMES - 1)
    return [own, *(each.handle for each in made)]


def _identity(site: Site, name: str) -> tuple[str, str]:
    """Its platform, where that is one of the register, and its handle as it is compared there."""
    try:
        meant = resolve(site.url(name))
    except Unresolved:
        return "", name.casefold()
    return meant.platform, meant.handle.casefold()


def apart(channel: Channel) -> tuple[str, str]:
    """The name that people choose, and what the platform puts after it."""
    known = platforms().get(channel.platform_id)
    if known and known.federated:
        name, at, server = channel.handle.partition("@")
        return name, at + server
    end = f".{known.host_is_handle}" if known and known.host_is_handle else ""
    if end and channel.handle.endswith(end):
        return channel.handle.removesuffix(end), end
    return channel.handle, ""
