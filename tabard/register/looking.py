"""Looking through the register for what does not fit, and what that changes in the findings there are."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tabard.register import finding_rules as rules
from tabard.register.models import Channel, Finding
from tabard.register.silence import silence

READ = (
    *(
        "pk",
        "unit_id",
        "platform_id",
        "handle",
        "url",
        "remote_id",
        "state",
        "purpose",
        "audience",
        "languages",
    ),
    *("second_factor", "recovery_email", "recovery_owner_id", "last_activity_at", "owner_id", "deputy_id"),
    *("owner__is_active", "deputy__is_active"),
    *("answers_id", "backs_id"),
)


@dataclass
class Changed:
    """What a look through the register changes: findings that are new, changed in their facts, or over."""

    new: list[Finding] = field(default_factory=list)
    other: list[Finding] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.new or self.other)


def changed(now: datetime) -> Changed:
    """What has come, gone, or has other facts than it had. Five queries; nothing is written."""
    rows = Channel.objects.exclude(state="retired").order_by("pk").values(*READ)
    found = {(each.kind, each.key): each for each in rules.found(list(rows), now, silence())}
    there = {(each.kind, each.key): each for each in Finding.objects.all()}
    made = Changed()
    for key, each in found.items():
        if (row := there.get(key)) is None:
            made.new.append(_new(each, now))
        elif _brought_up(row, each, now):
            made.other.append(row)
    for key, row in there.items():
        if key not in found and row.state != "gone":
            row.state = "gone"
            made.other.append(row)
    return made


def _new(each: rules.Found, now: datetime) -> Finding:
    first, *others = each.channels
    row = Finding(channel_id=first, others=others, kind=each.kind, key=each.key, found_at=now)
    row.reasons, row.digest = [list(reason) for reason in each.reasons], each.digest
    return row


def _brought_up(row: Finding, each: rules.Found, now: datetime) -> bool:
    """Whether the row is another now. What was decided stays decided while the facts are the same."""
    reasons = [list(reason) for reason in each.reasons]
    before: tuple[Any, ...] = (row.state, row.digest, row.reasons)
    over = row.until is not None and row.until <= now.date()
    if row.digest != each.digest or over:
        row.state, row.reason, row.until, row.digest = "open", "", None, each.digest
    elif row.state == "gone":
        row.state = "kept" if row.reason else "open"
    if row.state == "open" and before[:2] != (row.state, row.digest):
        row.found_at = now
    row.reasons = reasons
    return before != (row.state, row.digest, row.reasons)
