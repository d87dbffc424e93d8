"""Which column of a file is which field: by the names that lists use, or as somebody said by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.kernel import text
from tabard.kernel.errors import Invalid

CHANNELS, UNITS = "channels", "units"

# field: (label, names that lists use for it)
KNOWN: dict[str, dict[str, tuple[str | Promise, tuple[str, ...]]]] = {
    CHANNELS: {
        "reference": (gettext_lazy("Reference"), ("reference", "ref", "external id", "key", "channel id")),
        "platform": (gettext_lazy("Platform"), ("platform", "network", "site", "channel type", "service")),
        "handle": (
            gettext_lazy("Handle"),
            ("handle", "username", "user name", "screen name", "account", "account name", "profile", "@"),
        ),
        "url": (
            gettext_lazy("Link"),
            ("url", "link", "profile url", "address", "account url", "service url", "href", "web address"),
        ),
        "remote_id": (gettext_lazy("Platform id"), ("platform id", "remote id", "account id", "profile id")),
        "unit": (
            gettext_lazy("Unit"),
            (
                "unit",
                "organisation",
                "organization",
                "department",
                "district",
                "team",
                "agency",
                "brand",
                "owner unit",
                "bioguide",
                "unit reference",
                "unit id",
                "business unit",
            ),
        ),
        "name": (gettext_lazy("Name"), ("name", "display name", "title", "channel", "page name", "label")),
        "purpose": (
            gettext_lazy("Purpose"),
            ("purpose", "description", "short description", "about", "notes"),
        ),
        "audience": (gettext_lazy("Audience"), ("audience", "target group", "public")),
        "languages": (gettext_lazy("Languages"), ("languages", "language", "lang", "locale")),
        "owner": (
            gettext_lazy("Owner"),
            ("owner", "owner email", "owner e-mail", "responsible", "contact", "accountable", "lead"),
        ),
        "deputy": (gettext_lazy("Deputy"), ("deputy", "deputy email", "backup", "stand-in", "second owner")),
        "state": (gettext_lazy("State"), ("state", "status")),
        "second_factor": (
            gettext_lazy("Second factor"),
            ("second factor", "2fa", "mfa", "two factor", "two-factor"),
        ),
        "admins": (gettext_lazy("Admins"), ("admins", "administrators", "page admins")),
        "recovery_email": (
            gettext_lazy("Recovery e-mail"),
            ("recovery email", "recovery e-mail", "registered email", "account email"),
        ),
        "recovery_owner": (gettext_lazy("Read by"), ("recovery owner", "recovery e-mail owner")),
        "business_manager": (
            gettext_lazy("Business manager"),
            ("business manager", "business manager account", "business account"),
        ),
        "followers": (gettext_lazy("Followers"), ("followers", "fans", "subscribers", "follower count")),
        "last_activity_at": (
            gettext_lazy("Last post"),
            ("last activity", "last activity at", "last post", "last posted", "last active"),
        ),
    },
    UNITS: {
        "reference": (
            gettext_lazy("Reference"),
            ("reference", "ref", "id", "unit id", "key", "code", "bioguide", "cost centre", "cost center"),
        ),
        "name": (gettext_lazy("Name"), ("name", "unit", "title", "unit name", "department")),
        "parent": (
            gettext_lazy("Unit above"),
            ("parent", "parent unit", "parent reference", "parent id", "belongs to", "reports to"),
        ),
        "level1": (gettext_lazy("First level"), ("level 1", "level1", "region", "chamber", "division")),
        "level2": (gettext_lazy("Second level"), ("level 2", "level2", "country", "state")),
        "level3": (gettext_lazy("Third level"), ("level 3", "level3", "district unit")),
        "kind": (gettext_lazy("Kind"), ("kind", "type", "unit type", "unit kind")),
        "lead": (gettext_lazy("Lead"), ("lead", "lead email", "head", "manager", "leader")),
        "deputy": (gettext_lazy("Deputy"), ("deputy", "deputy email", "backup")),
        "zone": (gettext_lazy("Time zone"), ("zone", "time zone", "timezone", "tz")),
    },
}

# What words of a column stand for, where a list abbreviates.
WORDS = {"chamber": {"rep": "House of Representatives", "sen": "Senate"}}


@dataclass(frozen=True)
class Columns:
    """`fields` maps a field to the column it is read from. `by_hand`: somebody said so; it is remembered."""

    kind: str
    fields: dict[str, str]
    by_hand: bool = False

    def as_data(self, headers: list[str]) -> dict[str, Any]:
        return {"kind": self.kind, "map": self.fields, "by_hand": self.by_hand, "headers": headers}

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Columns:
        return cls(data["kind"], dict(data["map"]), bool(data.get("by_hand")))

    def values(self, cells: Mapping[str, str]) -> dict[str, str]:
        """The cells of a row by field; empty ones are left out, because they say nothing."""
        found = {}
        for field, header in self.fields.items():
            value = cells.get(header, "").strip()
            value = WORDS.get(_plain(header), {}).get(value, value)
            # An exported cell that would be run as a formula begins with an apostrophe.
            value = value[1:] if value[:1] == "'" and value[1:2] in {"=", "+", "-", "@"} else value
            if value:
                found[field] = value
        return found


def guess(headers: list[str], kind: str = "") -> Columns:
    """What the names of the columns say. `Invalid` where it cannot be told what the file lists."""
    channels, units = matched(headers, CHANNELS), matched(headers, UNITS)
    if kind not in KNOWN:
        kind = CHANNELS if _speaks_of_channels(channels) else UNITS if _speaks_of_units(units) else ""
    if not kind:
        said = _(
            "No column names a channel (a link, or a handle with its platform) or a unit. "
            "Columns found: %(names)s."
        )
        raise Invalid({"file": [said % {"names": ", ".join(h for h in headers if h)[:200]}]})
    return Columns(kind, channels if kind == CHANNELS else units)


def checked(kind: str, fields: Mapping[str, str], headers: list[str]) -> Columns:
    """Columns as somebody chose them. `Invalid` where they do not say enough."""
    if kind not in KNOWN:
        raise Invalid({"kind": [_("Say whether the file lists channels or units.")]})
    kept = {field: header for field, header in fields.items() if field in KNOWN[kind] and header in headers}
    if kind == CHANNELS and not _speaks_of_channels(kept):
        raise Invalid({"columns": [_("Choose the column of the link, or those of platform and handle.")]})
    if kind == UNITS and "name" not in kept:
        raise Invalid({"columns": [_("Choose the column of the name.")]})
    return Columns(kind, kept, by_hand=True)


def _speaks_of_channels(fields: Mapping[str, str]) -> bool:
    return "url" in fields or {"platform", "handle"} <= set(fields)


def _speaks_of_units(fields: Mapping[str, str]) -> bool:
    return "name" in fields and bool({"reference", "parent", "level1", "kind", "lead"} & set(fields))


def matched(headers: list[str], kind: str) -> dict[str, str]:
    """Which column holds which field, as far as their names say."""
    by_name = {_plain(h): h for h in reversed(headers) if h}
    found: dict[str, str] = {}
    for field, (_label, names) in KNOWN[kind].items():
        header = next((by_name[n] for name in names if (n := _plain(name)) in by_name), None)
        if header is not None and header not in found.values():
            found[field] = header
    return found


@lru_cache(4096)
def _plain(name: str) -> str:
    return "".join(c for c in text.folded(name) if c.isalnum() or c == "@")
