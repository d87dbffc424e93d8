"""Letters to begin with: in the language of the case, filled in from what is known."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.utils.translation import override

from tabard.kernel.actor import Actor
from tabard.org.models import Unit
from tabard.watch.judging import said
from tabard.watch.models import Case, Filing
from tabard.watch.routes import OWNER, Route

# Which letter goes which way.
OF_KIND = {
    "owner": "owner",
    "impersonation": "report",
    "flagger": "report",
    "trademark": "trademark",
    "notice": "notice",
    "complaint": "complaint",
    "dispute": "complaint",
    "coordinator": "complaint",
    "authority": "authority",
    "court": "authority",
}
UNFILLED = "[["
UNKNOWN = "–"
# Reasons that help to judge, and that nobody would write to them.
AGAINST = {"alone", "apart", "shared"}


@cache
def _letters() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = yaml.safe_load(Path(__file__).with_name("letters.yaml").read_text())
    return found


def languages() -> dict[str, str]:
    """In which letters can be written: codes with what the languages call themselves."""
    names = dict(settings.LANGUAGES)
    return {code: str(names.get(code, code)) for code in _letters()}


def letter(by: Actor, case: Case, way: Route) -> str:
    """What could be sent this way."""
    return _filled(by, case, OF_KIND[way.kind])


def asking_after(by: Actor, filing: Filing) -> str:
    """What could be sent to ask how it stands."""
    case = filing.case
    number = _letters()[case.language]["reference"] % {"number": filing.reference}
    known = {
        "filed": f"{filing.filed_at:%Y-%m-%d}",
        "reference": number.rstrip("\n") if filing.reference else "",
    }
    return _filled(by, case, "again" if filing.route == OWNER else "after", **known)


def _filled(by: Actor, case: Case, form: str, **more: str) -> str:
    sighting = case.sighting
    kept = case.evidence.filter(taken_at__gte=case.since).order_by("-pk").first()
    with override(case.language):
        known: dict[str, Any] = {
            "organisation": Unit.objects.get(parent=None).name,
            "person": by.name,
            "url": (kept and kept.address) or sighting.url or sighting.handle,
            "handle": sighting.handle,
            "platform": sighting.platform.name,
            "official": (sighting.like.url or sighting.like.handle) if sighting.like else UNKNOWN,
            "reasons": " ".join(said(each for each in sighting.reasons if each[0] not in AGAINST)) or UNKNOWN,
            "first_seen": _moment(sighting.first_seen_at),
            "kept": _moment(kept.taken_at) if kept else UNKNOWN,
            "print": kept.sha256 if kept else UNKNOWN,
        }
    return (_letters()[case.language][form] % {**known, **more}).strip()


def _moment(at: Any) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
