"""Gathers what is known of every channel, and says what a look at all of them changes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Q

from tabard.kernel.actor import Actor
from tabard.life import worth_rules as rules
from tabard.life.models import FollowerCount, Worth
from tabard.publishing.models import Delivery
from tabard.register.models import Channel, Finding
from tabard.register.platforms import platforms
from tabard.register.silence import silence
from tabard.safety.queries import score

ON_ITS_WAY_OUT = ("retiring", "retired")
READ = (
    *("pk", "unit_id", "platform_id", "purpose", "audience", "languages", "followers", "last_activity_at"),
    *("health", "answers_id", "unattested_at", "state"),
)
KEPT = ("verdict", "points", "reasons", "figures", "usual")
Rows = Sequence[Mapping[str, Any]]


@dataclass
class Changed:
    """What is new or another than it was, and followers that are counted otherwise."""

    new: list[Worth] = field(default_factory=list)
    other: list[Worth] = field(default_factory=list)
    counts: list[FollowerCount] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.new or self.other or self.counts)


def changed(by: Actor, now: datetime) -> Changed:
    """Look at every channel that is not on its way out. A fixed number of queries; nothing is written."""
    rows = list(Channel.objects.exclude(state__in=ON_ITS_WAY_OUT).order_by("pk").values(*READ))
    there = {worth.channel_id: worth for worth in Worth.objects.all()}
    counts, made = _counted(), Changed()
    figures = _figures(by, rows, there, counts, now)
    usual = _usual(rows, figures)
    found = _facts(rows, figures, usual, now)
    for row in rows:
        pk = row["pk"]
        worth, is_new = there.get(pk) or Worth(channel_id=pk), pk not in there
        before = [getattr(worth, name) for name in KEPT]
        worth.verdict, worth.points, worth.reasons = rules.weighed(found[pk])
        worth.figures, worth.usual = dict(figures[pk]), dict(usual[row["platform_id"]])
        if is_new:
            made.new.append(worth)
        elif before != [getattr(worth, name) for name in KEPT]:
            made.other.append(worth)
        if row["followers"] is not None and [n for _day, n in counts[pk][-1:]] != [row["followers"]]:
            made.counts.append(FollowerCount(channel_id=pk, day=now.date(), followers=row["followers"]))
    return made


def facts_of(worth: Worth, today: date) -> rules.Facts:
    """What is kept of one channel, to look anew at what people have entered."""
    return rules.Facts({}, worth.figures, worth.usual, today)


def _counted() -> dict[int, list[tuple[date, int]]]:
    found: dict[int, list[tuple[date, int]]] = defaultdict(list)
    for pk, day, followers in FollowerCount.objects.order_by("day").values_list(
        "channel", "day", "followers"
    ):
        found[pk].append((day, followers))
    return found


def _figures(
    by: Actor,
    rows: Rows,
    there: Mapping[int, Worth],
    counts: Mapping[int, list[tuple[date, int]]],
    now: datetime,
) -> dict[int, dict[str, Any]]:
    """By channel what is known in figures; what nobody knows is left out."""
    out, today = _sent(now), now.date()
    scored = score.scored(by, None).select_related(None).only("pk")
    safe = {channel.pk: score.score_of(channel) for channel in scored}
    found = {}
    for row in rows:
        pk, sent, worth = row["pk"], out.get(row["pk"]), there.get(row["pk"])
        last = max(filter(None, (row["last_activity_at"], sent and sent["last"])), default=None)
        every: dict[str, Any] = {
            "active_on": last.date().isoformat() if last else None,
            "followers": row["followers"],
            "safety": safe.get(pk),
            "hours": worth.hours if worth else None,
            "cost": worth.cost if worth else None,
            **rules.growth(counts.get(pk, ()), row["followers"], today),
        }
        if sent or row["health"] != Channel.Health.UNCONNECTED:
            every["posts"] = round((sent["sent"] if sent else 0) * 30 / rules.PERIOD, 1)
        if sent and sent["ended"] >= rules.ENDED:
            every["failed"] = round(100 * sent["failed"] / sent["ended"])
        found[pk] = {name: value for name, value in every.items() if value is not None}
    return found


def _sent(now: datetime) -> dict[int, dict[str, Any]]:
    """By channel: its last post, and how many were sent and failed in the period."""
    lately = Q(due_at__gte=now - timedelta(days=rules.PERIOD), due_at__lte=now)
    gone = Q(state__in=("sent", "removing", "removed"))
    rows = Delivery.objects.order_by().values("channel")
    return {
        row["channel"]: row
        for row in rows.annotate(
            last=Max("sent_at"),
            sent=Count("pk", filter=lately & gone),
            failed=Count("pk", filter=lately & Q(state="failed")),
            ended=Count("pk", filter=lately & (gone | Q(state="failed"))),
        )
    }


def _usual(rows: Rows, figures: Mapping[int, Mapping[str, Any]]) -> dict[str, dict[str, float]]:
    """By platform what is usual there."""
    apart: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        if row["state"] != "proposed":
            apart[row["platform_id"]].append(figures[row["pk"]])
        else:
            apart.setdefault(row["platform_id"], [])
    return {platform: rules.usual(each) for platform, each in apart.items()}


def _facts(
    rows: Rows,
    figures: Mapping[int, Mapping[str, Any]],
    usual: Mapping[str, Mapping[str, Any]],
    now: datetime,
) -> dict[int, rules.Facts]:
    said, twice, alone = silence(), _twice(), _alone(rows)
    return {
        row["pk"]: rules.Facts(
            row,
            figures[row["pk"]],
            usual[row["platform_id"]],
            now.date(),
            said.after(row).days,
            _flags(row, twice),
            alone.get(row["pk"], ()),
        )
        for row in rows
    }


def _twice() -> set[int]:
    """Channels of which the register has found that they are there twice, and nobody has said otherwise."""
    rows = Finding.objects.filter(kind=Finding.Kind.DUPLICATE, state="open").values_list("channel", "others")
    return {pk for first, others in rows for pk in (first, *others)}


def _flags(row: Mapping[str, Any], twice: set[int]) -> frozenset[str]:
    known = platforms().get(row["platform_id"])
    there = {
        "ended": bool(known and known.ended),
        "twice": row["pk"] in twice,
        "nobody": row["answers_id"] is None,
        "no_purpose": not row["purpose"],
        "no_audience": not row["audience"],
        "broken": row["health"] in {Channel.Health.FAILING, Channel.Health.REVOKED},
        "unattested": row["unattested_at"] is not None,
    }
    return frozenset(name for name, holds in there.items() if holds)


def _alone(rows: Rows) -> dict[int, tuple[str, ...]]:
    """By channel the languages that no other one of its unit speaks; nothing where it is all the unit has
    in any language, for then nothing is known of it either way."""
    speak: dict[tuple[int, str], list[int]] = defaultdict(list)
    of_unit: dict[int, int] = defaultdict(int)
    for row in rows:
        of_unit[row["unit_id"]] += 1
        for language in row["languages"]:
            speak[row["unit_id"], language].append(row["pk"])
    found: dict[int, tuple[str, ...]] = {}
    for (unit, language), pks in sorted(speak.items()):
        if len(pks) == 1 and of_unit[unit] > 1:
            found[pks[0]] = (*found.get(pks[0], ()), language)
    return found
