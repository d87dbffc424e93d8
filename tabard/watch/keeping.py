"""How sightings are kept: one for each account, judged when something new is known of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Q
from django.db.models.functions import Lower

from tabard.kernel import clock, text
from tabard.kernel.actions import step
from tabard.kernel.actor import Actor
from tabard.org.models import Unit
from tabard.register.models import Channel
from tabard.watch.judging import judged, register
from tabard.watch.learning import taught
from tabard.watch.models import Report, Sighting
from tabard.watch.reading import Read

Identity = tuple[str, str]
FACTS = ("name", "bio", "site", "avatar")
JUDGED = ("like", "unit", "score", "rank", "label", "reasons", "family", "search")


@dataclass(frozen=True)
class Kept:
    """By identity: channels of ours, sightings as they were before, and as they are now."""

    ours: frozenset[Identity]
    before: Mapping[Identity, Sighting]
    known: Mapping[Identity, Sighting]


@step
def keep(unit: Unit, rows: Iterable[Read], source: str) -> Kept:
    """Make sightings of rows that are none yet, and add to the others what was not known of them.

    The first of several rows of one account counts. The number of questions does not depend on the rows.
    """
    named: dict[Identity, Read] = {}
    for row in rows:
        if not row.why:
            named.setdefault(row.identity, row)
    ours = _ours(named)
    wanted = {identity: row for identity, row in named.items() if identity not in ours}
    before = _there(wanted)
    now = clock.now()
    fresh = [_new(unit, row, source, now) for key, row in wanted.items() if key not in before]
    more = [sighting for key, sighting in before.items() if add(sighting, wanted[key])]
    judge([*fresh, *(sighting for sighting in more if not sighting.decision)])
    # Somebody else may be recording the same account at this moment: then theirs is the one.
    Sighting.objects.bulk_create(fresh, batch_size=1000, ignore_conflicts=True)
    Sighting.objects.bulk_update(more, [*FACTS, *JUDGED], batch_size=500)
    return Kept(ours, before, _there(wanted))


def _ours(named: Mapping[Identity, Any]) -> frozenset[Identity]:
    rows = Channel.objects.exclude(state="retired").annotate(small=Lower("handle"))
    found = rows.filter(platform__in={p for p, _h in named}, small__in={h for _p, h in named})
    return frozenset(found.values_list("platform_id", "small")) & named.keys()


def _there(named: Mapping[Identity, Any]) -> dict[Identity, Sighting]:
    rows = Sighting.objects.filter(platform__in={p for p, _h in named}, identity__in={h for _p, h in named})
    found = {(s.platform_id, s.identity): s for s in rows}
    return {identity: found[identity] for identity in named if identity in found}


def _new(unit: Unit, row: Read, source: str, now: datetime) -> Sighting:
    return Sighting(
        platform_id=row.platform, handle=row.handle, identity=row.identity[1], url=row.url, unit=unit,
        source=source, first_seen_at=now, last_seen_at=now, name=row.name, bio=row.bio, site=row.site,
        avatar=row.avatar,
    )  # fmt: skip


def add(sighting: Sighting, row: Read) -> bool:
    """Fill in what was not known before; whether anything was. What somebody has written stays."""
    new = {name: getattr(row, name) for name in FACTS if getattr(row, name) and not getattr(sighting, name)}
    for name, value in new.items():
        setattr(sighting, name, value)
    return bool(new)


def judge(sightings: Sequence[Sighting]) -> None:
    """Put on sightings what they are like. Not saved; the unit stays where nothing is alike."""
    if not sightings:
        return
    known = register()
    for sighting in sightings:
        row = {name: getattr(sighting, name) for name in ("handle", "name", "bio", "avatar")}
        found = judged(known, {**row, "platform": sighting.platform_id, "url": sighting.site})
        sighting.like_id = found.like_id
        sighting.unit_id = found.unit_id or sighting.unit_id
        sighting.score, sighting.label, sighting.family = found.score, found.label, found.family
        sighting.reasons = found.reasons
        sighting.search = text.folded(sighting.handle, sighting.name)
    identities, families = ({getattr(s, name) for s in sightings} for name in ("identity", "family"))
    so_far = taught(Q(identity__in=identities) | Q(family__in=families))
    for sighting in sightings:
        sighting.rank = so_far.rank(sighting.identity, sighting.family, sighting.score)


@step
def report(by: Actor, sightings: Sequence[Sighting], source: str, words: str) -> None:
    """Somebody has told us of these: one report each, and when it was last seen."""
    now = clock.now()
    person = by.person_id
    Report.objects.bulk_create(
        [Report(sighting=s, source=source, person_id=person, note=words, at=now) for s in sightings],
        batch_size=1000,
    )
    rows = Sighting.objects.filter(pk__in=[s.pk for s in sightings])
    rows.update(reported=F("reported") + 1, last_seen_at=now)
