"""Accounts that look like the demo company's: found, judged, decided about, and worked off as cases."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

import yaml

from tabard.kernel import clock
from tabard.org.models import Person, Unit
from tabard.org.people import actor_of
from tabard.watch import actions
from tabard.watch.models import Case, Filing, Sighting
from tabard.watch.routes import routes_for

DECIDES = "Ingrid Solheim"
Row = Mapping[str, Any]


def write(people: Mapping[str, Person], whole: Unit) -> None:
    """Through the actions that people use, in the order in which it happened."""
    said = yaml.safe_load((Path(__file__).parent / "watch.yaml").read_text())
    now = clock.now()
    _find(people, whole, said["found"])
    steps = [(step, case) for case in said["cases"] for step in case["done"]]
    for step, case in sorted(steps, key=lambda each: -each[0]["day"]):
        with clock.at(now - timedelta(days=step["day"])):
            _act(people[case["owner"]], Sighting.objects.get(handle=case["handle"]), step)
    for row in said["again"]:
        with clock.at(now - timedelta(days=row["days"])):
            _tip(people[row["by"]], whole, Sighting.objects.get(handle=row["handle"]).platform_id, row)


def _find(people: Mapping[str, Person], whole: Unit, found: list[Row]) -> None:
    """What one person came upon on one day at once; what was decided about it, some hours later."""
    now = clock.now()

    def of(row: Row) -> tuple[int, str, str]:
        return -row["days"], row["by"], row["source"]

    for (days, by, source), group in groupby(sorted(found, key=of), key=of):
        rows = list(group)
        with clock.at(now + timedelta(days=days)):
            if source == "tip":
                for row in rows:
                    _tip(people[by], whole, row["platform"], row)
            else:
                actions.record(actor_of(people[by], "screen"), people[by].unit, rows=rows, source=source)
        with clock.at(now + timedelta(days=days, hours=5)):
            _decide(people[DECIDES], rows)


def _tip(who: Person, whole: Unit, platform: str, row: Row) -> None:
    words = "" if "decision" in row else row["words"]
    actions.tip(actor_of(who, "screen"), whole, profile=row["handle"], platform=platform, words=words)


def _decide(who: Person, rows: list[Row]) -> None:
    for row in rows:
        found = Sighting.objects.get(platform=row["platform"], handle=row["handle"])
        if row["source"] == "tip":
            known = {"name": row["name"], "bio": row.get("bio", "")}
            found = actions.describe(actor_of(who, "screen"), found, **known)
        if "decision" in row:
            actions.decide(actor_of(who, "screen"), found, decision=row["decision"], words=row["words"])


def _act(owner: Person, sighting: Sighting, step: Row) -> None:
    """One step of a case, by whoever sees to it."""
    by, what = actor_of(owner, "screen"), step["do"]
    given = {name: value for name, value in step.items() if name not in {"day", "do"}}
    if what == "open":
        actions.open_case(by, sighting, owner=owner, language="en")
        return
    case = Case.objects.get(sighting=sighting)
    if what == "file":
        ways = {way.kind: way.code for way in routes_for(sighting.platform_id)}
        actions.file_case(by, case, **{**given, "route": ways[step["route"]]})
    elif what in {"follow", "answer"}:
        way = Filing.objects.get(case=case, ended_at=None)
        act = actions.follow_up if what == "follow" else actions.note_answer
        act(by, case, filing=way, **given)
    else:
        acts: dict[str, Any] = {
            "prove": actions.prove,
            "close": actions.close_case,
            "look": actions.look_again,
        }
        acts[what](by, case, **given)
