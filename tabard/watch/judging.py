"""Sightings compared with the register: one, those of a file, or all that nobody has decided about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from tabard.register.models import Channel
from tabard.watch.faces import face
from tabard.watch.reasons import SENTENCES
from tabard.watch.scoring import UNRELATED, Judge, Verdict

NOWHERE = Path("/nonexistent")  # pictures are known by their PDQ alone


@dataclass(frozen=True)
class Register:
    """The register as candidates are compared with it: a judge, and the channel at each of its places."""

    print: str
    judge: Judge
    ids: Sequence[int]
    units: Sequence[int]

    def verdict(self, row: Mapping[str, str]) -> Verdict:
        """What a row of `platform,handle,name,bio,url,avatar` is like."""
        return self.judge.judge(face(row, NOWHERE))


COLUMNS = ("platform", "handle", "name", "bio", "url", "avatar")
KNOWN = ("platform_id", "handle", "name", "portrait__bio", "portrait__site", "portrait__avatar")

_known: Register | None = None
# What of a channel is compared, so that it is seen when any of it changes. Three thousand take 10 ms.
_PRINT = """
SELECT md5(coalesce(string_agg(concat_ws(
    '|', c.id, c.unit_id, c.platform_id, c.handle, c.name, p.bio, p.site, p.avatar), ';' ORDER BY c.id), ''))
FROM register_channel AS c LEFT JOIN watch_portrait AS p ON p.channel_id = c.id WHERE c.state <> 'retired'
"""


def register() -> Register:
    """The register as it is now; made anew only when it has changed since the last time."""
    global _known
    with connection.cursor() as cursor:
        cursor.execute(_PRINT)
        ((print_,),) = cursor.fetchall()
    if _known is None or _known.print != print_:
        _known = _read(print_)
    return _known


def _read(print_: str) -> Register:
    rows = Channel.objects.exclude(state="retired").order_by("pk")
    read = list(rows.values_list("pk", "unit_id", *KNOWN))
    faces = [face(dict(zip(COLUMNS, map(_text, row[2:]), strict=True)), NOWHERE) for row in read]
    return Register(print_, Judge(faces), [row[0] for row in read], [row[1] for row in read])


def _text(value: str | None) -> str:
    return value or ""


@dataclass(frozen=True)
class Judged:
    """A verdict as it is kept with a sighting. `unit_id` is None where nothing is alike."""

    like_id: int | None
    unit_id: int | None
    score: float
    label: str
    reasons: list[tuple[str, dict[str, str]]]
    family: str
    itself: bool


def judged(known: Register, row: Mapping[str, str]) -> Judged:
    """What is kept of a comparison."""
    found = known.verdict(row)
    if found.official is None:
        return Judged(None, None, 0.0, UNRELATED, [], "", False)
    place = found.official
    reasons = [(each.code, dict(each.facts)) for each in found.reasons]
    return Judged(
        known.ids[place], known.units[place], found.score, found.label, reasons, found.family, found.itself
    )


def said(reasons: Iterable[Sequence[Any]]) -> list[str]:
    """Kept reasons in the reader's language."""
    return [_(SENTENCES[code]) % facts for code, facts in reasons if code in SENTENCES]
