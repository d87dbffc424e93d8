"""What the page of components shows: invented words in English, Bulgarian and Arabic, and one of
everything.
"""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from django import forms
from django.utils import timezone

from tabard.kernel.arms import differ, draw
from tabard.kernel.query import Active, Choice, Page
from tabard.kernel.today import Need
from tabard.web.shapes import Happened, Link
from tabard.web.states import STATES

UNITS = (
    "Region North", "Brightoat", "Harvest & Hearth", "Nordics", "Germany", "Benelux", "Bulgaria", "Careers",
    "Newsroom", "Japan", "Tideline", "Solana Citrus",
)  # fmt: skip
TEAMS = ("Graduates", "Plants", "Offices", "Alumni", "Events")

WORDS: dict[str, dict[str, str]] = json.loads(Path(__file__).with_name("sheet.json").read_text())


class Example(forms.Form):
    """A field of each kind, one of them wrong."""

    handle = forms.CharField()
    ends = forms.CharField()
    role = forms.ChoiceField(choices=[("creator", "Creator"), ("approver", "Approver")])
    deputy = forms.BooleanField(required=False)
    text = forms.CharField(widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}))

    def __init__(self, words: dict[str, str], prefix: str) -> None:
        ends = {
            f"{prefix}-handle": "brightoat.nordics",
            f"{prefix}-ends": "31 Dec 2028",
            f"{prefix}-role": "creator",
        }
        super().__init__(
            {**ends, f"{prefix}-text": words["written"], f"{prefix}-deputy": "on"}, prefix=prefix
        )
        for name, word in (
            ("handle", "handle"),
            ("ends", "ends"),
            ("role", "role"),
            ("deputy", "tick"),
            ("text", "text"),
        ):
            self.fields[name].label = words[word]
        self.fields["handle"].help_text = words["handle_hint"]
        self.add_error("ends", words["ends_wrong"])


def arms() -> tuple[list[Any], list[Any]]:
    """Twelve units with arms of their own, and five teams of one of them."""
    units: list[Any] = []
    for name in UNITS:
        units.append(SimpleNamespace(name=name, arms=str(draw(name, [unit.arms for unit in units]).arms)))
    parent = units[7]
    teams: list[Any] = []
    for name in TEAMS:
        drawn = differ(name, parent.arms, [team.arms for team in teams])
        teams.append(SimpleNamespace(name=name, arms=str(drawn.arms)))
    return units, teams


def column(language: str, theme: str, rtl: bool = False) -> dict[str, Any]:
    """One copy of the sheet: its words, and everything that needs values."""
    words, prefix = WORDS[language], f"{language}-{theme}"
    units, teams = arms()
    return {
        **{"words": words, "prefix": prefix, "language": language, "theme": theme, "rtl": rtl},
        **{"units": units, "five": units[:5], "teams": teams, "states": list(STATES)},
        "form": Example(words, prefix),
        "rows": _rows(units),
        "page": _page(words),
        "choices": {"platform": [Choice("bluesky", "Bluesky"), Choice("mastodon", "Mastodon")]},
        "needs": _needs(words, units),
        "happened": _happened(words),
        "tabs": [Link(words["all"], "#", True, 304), Link(words["work"], "#", False, 41)],
        "views": [Link(words["month"], "#", True), Link(words["week"], "#"), Link(words["list"], "#")],
        "line": [94.1, 94.5, 94.3, 94.9, 95.2, 95.0, 95.7, 96.1, 96.4],
    }


def _rows(units: list[Any]) -> list[dict[str, Any]]:
    names = ("unit", "mark", "name", "owner", "state", "score", "line", "count")
    values = (
        (units[10], "x", "meridianeesti", "", "no_owner", 19, [9, 9, 7, 7, 5, 5], "1.9 k"),
        (units[4], "linkedin", "Meridian Deutschland", "Jonas Becker", "warn", 52, [5, 6, 6, 8, 9], "58 k"),
        (units[6], "facebook", "Меридиан България", "Радост Илиева", "healthy", 88, [3, 4, 4, 5, 9], "75 k"),
    )
    return [{"pk": i, **dict(zip(names, row, strict=True))} for i, row in enumerate(values, 1)]


def _page(words: dict[str, str]) -> Page[Any]:
    active = [Active("status", words["status"], "active", words["active"])]
    return Page([], "older", None, 304, False, "safety", "", active)


def _needs(words: dict[str, str], units: list[Any]) -> list[Need]:
    late, soon = timezone.now() - timedelta(minutes=34), timezone.now() + timedelta(minutes=40)
    return [
        Need("now", "failed", words["need"], words["need_why"], words["need_do"], "#", units[1], late),
        Need("now", "warn", words["need2"], words["need2_why"], words["need2_do"], "#", units[4], soon),
    ]


def _happened(words: dict[str, str]) -> list[Happened]:
    now = timezone.now() - timedelta(hours=1)
    return [
        Happened("sent", words["confirmed"], now),
        Happened("warn", words["wait"], now - timedelta(seconds=2)),
        Happened("scheduled", words["left"], now - timedelta(seconds=4)),
        Happened("approved", words["yes"], now - timedelta(days=1)),
    ]


def examples() -> dict[str, Any]:
    """Everything the page of components needs."""
    return {
        "columns": [
            column("en", "light"),
            column("en", "dark"),
            column("bg", "light"),
            column("ar", "dark", True),
        ]
    }
