"""Sites that are asked for names, by API."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from ninja import Field, Router, Schema

from tabard.kernel.drift import ByItself
from tabard.kernel.endpoint import endpoint
from tabard.org.queries import unit as unit_of
from tabard.org.tree import root
from tabard.watch import actions, site_queries
from tabard.watch.site_queries import SiteThere

router = Router(tags=["Watch"])


class NameSiteOut(Schema):
    """A site that can be asked for names. `stood`: passed, failed, unsure, or nothing yet."""

    site: str
    name: str
    platform: str
    profile: str
    asks: str
    known: list[str] = Field(description="Names that somebody has there, by which it is checked.")
    minute: int = Field(description="Requests a minute, at most.")
    day: int = Field(description="Requests a day, at most.")
    source: str
    seen: str
    on: bool
    switched_at: datetime | None
    used: ByItself[int] = Field(description="Requests of today.")
    stood: ByItself[str]
    stood_at: ByItself[datetime | None]
    why: ByItself[str]
    robots: ByItself[str] = Field(description="unread, allowed, forbidden or unknown.")
    alone_until: ByItself[datetime | None]
    counts: ByItself[dict[str, int]] = Field(description="Names by answer, of channels you may see.")


class NameAnswerOut(Schema):
    """What one site said of one name. `answer`: exists, does-not-exist or could-not-tell, with `why`."""

    id: int
    site: str
    channel_id: int
    name: str
    url: str
    answer: str
    why: str
    says: str
    at: datetime
    counts: bool = Field(description="Whether the site still told the truth afterwards.")
    sighting_id: int | None

    @staticmethod
    def resolve_site(found: Any) -> str:
        return str(found.site.site)


class SiteSwitchIn(Schema):
    site: str
    on: bool


class UnitSwitchIn(Schema):
    """`on` as on, off, or above: what holds for the unit above it."""

    unit_id: int
    on: Literal["on", "off", "above"]


class UnitSwitchOut(Schema):
    """Whether names of channels of a unit are asked for. `here`: whether it is said of this unit itself."""

    unit_id: int
    on: bool
    here: bool


def _out(there: SiteThere) -> dict[str, Any]:
    site, row = there.site, there.row
    said = {name: site.said.get(name, "") for name in ("source", "seen")}
    known = {name: getattr(site, name) for name in ("name", "platform", "profile", "asks", "minute", "day")}
    stands = {name: getattr(row, name) for name in ("on", "switched_at", "stood", "stood_at")}
    more = {name: getattr(there, name) for name in ("used", "why", "robots", "alone_until", "counts")}
    return {"site": site.key, "known": list(site.known), **said, **known, **stands, **more}


@endpoint(router, "GET", "/name-sites", may="watch.see", response=list[NameSiteOut])
def name_sites(request: Any) -> Any:
    """Every site that can be asked for names, and how it stands."""
    return [_out(each) for each in site_queries.sites(request.actor)]


@endpoint(
    router,
    "POST",
    "/name-sites",
    may="policies.set",
    does=("site.switch", "site.count"),
    response=NameSiteOut,
)
def switch_site(request: Any, body: SiteSwitchIn) -> Any:
    """Switch asking a site on or off."""
    actions.switch_site(request.actor, root(request.actor), site=body.site, on=body.on)
    return _out(site_queries.site(request.actor, body.site))


@endpoint(router, "GET", "/name-sites/answers", may="watch.see", response=list[NameAnswerOut])
def answers(request: Any, site: str = "") -> Any:
    """The latest hundred answers, of all sites or of one."""
    return site_queries.answers(request.actor, None, site)


@endpoint(router, "POST", "/name-sites/units", may="policies.set", does="site.unit", response=UnitSwitchOut)
def switch_unit(request: Any, body: UnitSwitchIn) -> Any:
    """Say whether sites are asked for names of a unit's channels."""
    unit = unit_of(request.actor, body.unit_id)
    actions.switch_asking(request.actor, unit, on={"on": True, "off": False}.get(body.on))
    there = site_queries.switch(unit)
    return {"unit_id": unit.pk, "on": there.on, "here": there.here is not None}
