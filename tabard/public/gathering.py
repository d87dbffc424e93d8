"""What the next edition says: the channels that are public by decision or by policy, and nothing else."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import F

from tabard.org.models import Policy, Unit
from tabard.org.rules import combined
from tabard.public.canonical import canonical
from tabard.public.models import Disowned, Edition, Publication, Showing
from tabard.register.models import Channel

MATTER = "public_channels"
OURS = ("active", "dormant", "retiring")
ADDRESS = "/official/"


@dataclass
class Content:
    """What an edition says; `known` and `profiles` as in `Edition`."""

    body: dict[str, Any]
    known: dict[str, dict[str, str]] = field(default_factory=dict)
    profiles: dict[str, str] = field(default_factory=dict)

    @property
    def says(self) -> str:
        return hashlib.sha256(canonical([self.body, self.profiles])).hexdigest()


def address(path: str = "") -> str:
    """An address below the public register. From the settings alone, never from what a visitor sent."""
    return settings.PUBLIC_URL.rstrip("/") + ADDRESS + path


def allowed() -> dict[int, bool]:
    """By unit, whether its channels are public where nothing was decided about them. Two queries."""
    said = dict(Policy.objects.filter(matter=MATTER).values_list("unit", "value"))
    found = {}
    for pk, path in Unit.objects.values_list("pk", "path"):
        above = [int(part) for part in path.split("/") if part]
        words = [(MATTER, said[unit], unit == above[0]) for unit in above if unit in said]
        found[pk] = bool(combined(words)[MATTER])
    return found


def is_public(state: str, shown: str | None, *, by_policy: bool) -> bool:
    """Whether a channel in this state is listed as ours."""
    if state not in OURS or shown == Showing.Shown.NO:
        return False
    return shown == Showing.Shown.YES or by_policy


def gather(now: datetime, publication: Publication, before: Edition | None) -> Content:
    """Everything that is public at `now`. Six queries, whatever the number of channels."""
    root = Unit.objects.get(parent=None)
    told = before.known if before else {}
    found = Content(
        {
            "organisation": root.name,
            "arms": root.arms,
            "address": address(),
            "contact": publication.contact,
            "channels": [],
            "former": [],
        }
    )
    by_policy, today = allowed(), now.date().isoformat()
    for row in _rows():
        _put(found, row, told.get(str(row["pk"]), {}), today, by_policy=by_policy.get(row["unit_id"], False))
    alive = Disowned.objects.filter(ended_at=None).order_by("canonical")
    found.profiles = dict(alive.values_list("canonical", "kind"))
    return found


def _rows() -> Any:
    rows = Channel.objects.exclude(state="proposed").order_by("platform__name", "handle", "pk")
    names = ("pk", "state", "platform_id", "handle", "name", "url", "remote_id", "languages", "unit_id")
    return rows.values(
        *names,
        platform_name=F("platform__name"),
        unit_name=F("unit__name"),
        unit_slug=F("unit__slug"),
        unit_arms=F("unit__arms"),
        shown=F("showing__shown"),
        lasting=F("showing__lasting"),
    )


def _put(
    found: Content, row: dict[str, Any], told: Mapping[str, str], today: str, *, by_policy: bool
) -> None:
    told = {name: value for name, value in told.items() if name == "since"} if row["state"] in OURS else told
    if is_public(row["state"], row["shown"], by_policy=by_policy):
        kept = {"since": told.get("since", today)}
        found.body["channels"].append({**_said(row), **kept})
    elif row["state"] == "retired" and row["lasting"] and row["shown"] != Showing.Shown.NO and told:
        # Only what was public before can be said to have been ours.
        kept = {"since": told["since"], "until": told.get("until", today)}
        found.body["former"].append({**_said(row), **kept})
    else:
        return
    found.known[str(row["pk"])] = kept


def _said(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "platform": row["platform_id"],
        "platform_name": row["platform_name"],
        "handle": row["handle"],
        "name": row["name"] or row["handle"],
        "url": row["url"] if row["url"].startswith(("https://", "http://")) else "",
        "id": row["remote_id"],
        "languages": row["languages"],
        "unit": row["unit_name"],
        "unit_slug": row["unit_slug"],
        "arms": row["unit_arms"],
    }
