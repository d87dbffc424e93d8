"""What is read of sites that are asked for names: their definition, how they stand, what they said."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tabard.kernel import clock
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Missing
from tabard.org.models import Unit
from tabard.watch.askable import definitions, is_on
from tabard.watch.asked_words import said, told
from tabard.watch.asking import place_of
from tabard.watch.models import Asked, AskedHost, AskedSite, AskedUnit
from tabard.watch.sites.definitions import Signs, Site
from tabard.watch.sites.loading import Fault
from tabard.watch.sites.pacing import PATIENCE, Host

SHOWN = 100  # answers on a page


@dataclass
class SiteThere:
    """A site with its definition and how it stands; `row` is empty where nobody has switched it on yet."""

    site: Site
    row: AskedSite
    host: Host
    counts: dict[str, int] = field(default_factory=dict)
    channels: int = 0

    @property
    def used(self) -> int:
        """Requests of today."""
        return self.row.used if self.row.day == clock.today() else 0

    @property
    def asked(self) -> int:
        """Names that it was asked for."""
        return sum(self.counts.values())

    @property
    def stood(self) -> str:
        """How the last self-check went."""
        return self.row.get_stood_display() or _("Not checked yet")

    @property
    def why(self) -> str:
        """Why it did not pass."""
        return said(self.row.why, self.row.more)

    @property
    def robots(self) -> str:
        """unread, allowed, forbidden or unknown."""
        if self.host.robots is None:
            return "unread"
        if self.host.robots.rules is None:
            return "unknown"
        return "allowed" if self.host.robots.allows(self.site.address(self.site.known[0])) else "forbidden"

    @property
    def robots_says(self) -> str:
        """The same as a sentence, with the pause that it asks for."""
        told = ROBOTS[self.robots]()
        pause = round(self.host.robots.delay) if self.host.robots else 0
        wants = ngettext("It wants %(n)s second between requests.",
                         "It wants %(n)s seconds between requests.", pause) % {"n": pause}  # fmt: skip
        return f"{told} {wants}" if pause else told

    @property
    def alone_until(self) -> datetime | None:
        """Until when it is left alone, where that is for longer than a moment."""
        until = self.host.until
        return until if until and (until - clock.now()).total_seconds() > PATIENCE else None

    @property
    def signs(self) -> list[tuple[str, list[str]]]:
        """By what its answers are known."""
        return [(_("Somebody is there"), _signs(self.site.exists)),
                (_("Nobody is there"), _signs(self.site.absent))]  # fmt: skip


ROBOTS = {
    "unread": lambda: _("Not read yet."),
    "unknown": lambda: _("It cannot be read at present, so that nothing may be asked."),
    "allowed": lambda: _("It allows what we ask for."),
    "forbidden": lambda: _("It forbids what we ask for."),
}


def _signs(signs: Signs) -> list[str]:
    found = [", ".join(str(each) for each in sorted(signs.status))] if signs.status else []
    found += [f"“{each}”" for each in (*signs.text, *signs.some)]
    found += [f"{path or '.'}: {value!r}" for path, value in signs.json]
    return [*found, *([f"→ {signs.redirect}"] if signs.redirect else [])]


def sites(by: Actor) -> list[SiteThere]:
    """Every site that can be asked, those that are first. Their number is that of their definitions."""
    known, _faults = definitions()
    rows = {row.site: row for row in AskedSite.objects.select_related("switched_by")}
    hosts = {
        row.host: row for row in AskedHost.objects.filter(host__in={place_of(s) for s in known.values()})
    }
    counts: dict[int, Counter[str]] = {}
    for row, answer, n in (
        Asked.objects.visible_to(by).filter(counts=True).values_list("site", "answer").annotate(Count("pk"))
    ):
        counts.setdefault(row, Counter())[answer] = n
    of = dict(Asked.objects.visible_to(by).values_list("site").annotate(Count("channel", distinct=True)))
    found = []
    for key, site in known.items():
        row = rows.get(key) or AskedSite(site=key)
        host = hosts.get(place_of(site))
        there = SiteThere(site, row, Host.of(host.known) if host else Host())
        there.counts, there.channels = dict(counts.get(row.pk, {})), of.get(row.pk, 0)
        found.append(there)
    return sorted(found, key=lambda each: (not each.row.on, each.site.name.casefold()))


def site(by: Actor, key: str) -> SiteThere:
    """One of them. `Missing` where there is no such definition."""
    for each in sites(by):
        if each.site.key == key:
            return each
    raise Missing(_("There is no such site."))


def faults() -> list[Fault]:
    """What is wrong with the definitions of this installation."""
    return definitions()[1]


def answers(by: Actor, scope: Unit | None, key: str = "") -> list[Asked]:
    """The latest answers, each with why as `says`."""
    rows = Asked.objects.visible_to(by).exclude(answer="")
    if key:
        rows = rows.filter(site__site=key)
    if scope is not None:
        rows = rows.filter(channel__unit__path__startswith=scope.path)
    return told(rows.select_related("site", "channel__unit", "sighting")[:SHOWN])


@dataclass(frozen=True)
class Switch:
    """What holds for a unit: on or off, who said so here, if anybody did."""

    unit: Unit
    on: bool
    here: AskedUnit | None


def switch(unit: Unit) -> Switch:
    """Whether names of a unit's channels are asked for."""
    here = AskedUnit.objects.filter(unit=unit).select_related("set_by").first()
    return Switch(unit, is_on(unit), here)


def switches(by: Actor) -> list[AskedUnit]:
    """Units that `by` may see and where somebody has said something, from the top down."""
    rows = AskedUnit.objects.filter(unit__in=Unit.objects.visible_to(by)).select_related("unit", "set_by")
    return list(rows.order_by("unit__path")[:500])
