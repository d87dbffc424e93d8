"""What does not fit about entries of the register, on plain values: found with reasons, never guessed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from tabard.register import duplicates
from tabard.register.platforms import platforms
from tabard.register.rules import Unresolved, resolve, same
from tabard.register.silence import Silence

DUPLICATE, DORMANT, NOBODY = "duplicate", "dormant", "nobody"
ONE_PERSON, INCOMPLETE, CONTRADICTORY = "one_person", "incomplete", "contradictory"
# Reasons, as they are kept: a key of this and what stands in the sentence.
REASONS = {
    "same_channel": _("These entries are the same channel."),
    "same_purpose": _("They have one purpose, in the same unit, on the same platform and in one language."),
    "nearly_one": _("Their handles differ only in marks; unit, platform and language are the same."),
    "silent": _("Nothing has been posted since %(day)s."),
    "silent_by_default": _("Silent after days: %(days)s. No policy says otherwise."),
    "silent_by_policy": _("Silent after days: %(days)s. The policy of %(unit)s."),
    "silent_by_line": _("Silent after days: %(days)s. The policy of %(unit)s for “%(words)s”."),
    "nobody": _("It has no owner, and its unit has no lead."),
    "one_person": _("Only one person answers for it."),
    "no_purpose": _("Nobody has said what it is for."),
    "no_audience": _("Nobody has said for whom it is."),
    "no_languages": _("Its languages are missing."),
    "no_second_factor": _("It is not known whether the second factor is on."),
    "no_recovery": _("Its recovery address is missing."),
    "link_elsewhere": _("Its link leads to %(platform)s."),
    "link_another": _("Its link leads to another profile, %(handle)s."),
    "ended": _("%(platform)s ended in %(year)s."),
    "owner_left": _("Its owner has left."),
    "deputy_left": _("Its deputy has left."),
}
# Reasons that say what was measured by, and are no facts of the channel.
MEASURES = frozenset({"silent_by_default", "silent_by_policy", "silent_by_line"})
_SAME = {
    duplicates.SPELT_APART: "same_channel",
    duplicates.SAME_PURPOSE: "same_purpose",
    duplicates.NEARLY_ONE: "nearly_one",
}
Reason = tuple[str, dict[str, str]]
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Found:
    """One finding. `channels` are ids, the first the one it stands at."""

    kind: str
    channels: tuple[int, ...]
    reasons: tuple[Reason, ...] = field(default=())

    @property
    def key(self) -> str:
        """What tells it from others of its kind."""
        return ",".join(map(str, sorted(self.channels)))[:300]

    @property
    def digest(self) -> str:
        """Its facts: a decision holds as long as they are the same, whoever sets what is measured by."""
        facts = [reason for reason in self.reasons if reason[0] not in MEASURES]
        return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def found(rows: Sequence[Row], now: datetime, silence: Silence) -> list[Found]:
    """Everything about channels that are not retired. `silence`: after how long."""
    every = [*_duplicates(rows)]
    for row in rows:
        for kind, look in LOOKS.items():
            if reasons := tuple(look(row, now, silence)):
                every.append(Found(kind, (row["pk"],), reasons))
    return every


def _duplicates(rows: Sequence[Row]) -> Iterator[Found]:
    entries = [
        duplicates.entry(
            {
                "id": str(row["pk"]),
                "platform": row["platform_id"],
                "url": row["url"] or row["handle"],
                "unit": str(row["unit_id"]),
                "language": ",".join(sorted(row["languages"])),
                "purpose": row["purpose"],
            },
            row["pk"],
        )
        for row in rows
    ]
    for group in duplicates.groups(entries):
        ids = tuple(sorted(int(each.key) for each in group.entries))
        yield Found(DUPLICATE, ids, tuple((_SAME.get(why, "same_channel"), {}) for why in group.reasons))


def _silent(row: Row, now: datetime, silence: Silence) -> Iterator[Reason]:
    """Only where its last post is known: what was never read is not silent."""
    last = row["last_activity_at"]
    if row["state"] != "active" or not last:
        return
    after = silence.after(row)
    if last < now - timedelta(days=after.days):
        yield "silent", {"day": last.date().isoformat()}
        yield after.reason


def _nobody(row: Row, now: datetime, silence: Silence) -> Iterator[Reason]:
    if row["answers_id"] is None:
        yield "nobody", {}


def _one_person(row: Row, now: datetime, silence: Silence) -> Iterator[Reason]:
    if row["answers_id"] is not None and row["backs_id"] is None:
        yield "one_person", {"person": str(row["answers_id"])}


def _incomplete(row: Row, now: datetime, silence: Silence) -> Iterator[Reason]:
    if row["state"] == "retiring":
        return
    for name in ("purpose", "audience", "languages"):
        if not row[name]:
            yield f"no_{name}", {}
    if row["second_factor"] == "unknown":
        yield "no_second_factor", {}
    if not row["recovery_email"] and row["recovery_owner_id"] is None:
        yield "no_recovery", {}


def _contradictory(row: Row, now: datetime, silence: Silence) -> Iterator[Reason]:
    known = platforms().get(row["platform_id"])
    if known is not None and known.ended:
        yield "ended", {"platform": known.name, "year": str(known.ended)}
    yield from _link(row)
    for who in ("owner", "deputy"):
        if row[f"{who}__is_active"] is False:
            yield f"{who}_left", {"person": str(row[f"{who}_id"])}


def _link(row: Row) -> Iterator[Reason]:
    if not row["url"]:
        return
    try:
        meant = resolve(row["url"])
    except Unresolved:
        return  # an address that says nothing contradicts nothing
    if meant.platform != row["platform_id"]:
        yield "link_elsewhere", {"platform": platforms()[meant.platform].name}
    elif not same(meant.handle, row["handle"]) and (meant.remote_id or "-") != row["remote_id"]:
        yield "link_another", {"handle": meant.handle}


LOOKS: dict[str, Callable[[Row, datetime, Silence], Iterator[Reason]]] = {
    DORMANT: _silent,
    NOBODY: _nobody,
    ONE_PERSON: _one_person,
    INCOMPLETE: _incomplete,
    CONTRADICTORY: _contradictory,
}
