"""The rail: one word per job, grouped; only words whose page exists are shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from tabard.web.shapes import RailEntry

SETTINGS_GROUP = 9

RAIL = [
    RailEntry(_("Today"), ("today",), "today", "t", 0),
    RailEntry(_("Calendar"), ("calendar", "calendar:index"), "calendar", "c", 0),
    RailEntry(_("Posts"), ("posts", "posts:index"), "posts", "p", 0),
    RailEntry(_("Inbox"), ("inbox", "inbox:index"), "inbox", "i", 0),
    RailEntry(_("Register"), ("register", "register:index"), "register", "r", 1),
    RailEntry(_("Watch"), ("watch", "watch:index"), "watch", "w", 1),
    RailEntry(_("Access"), ("access", "access:index"), "access", "a", 1),
    RailEntry(_("Library"), ("library", "library:index"), "library", "l", 2),
    RailEntry(_("Guide"), ("guide", "guide:index"), "guide", "g", 2),
    RailEntry(_("Crisis"), ("crisis", "crisis:index"), "crisis", "x", 3),
    RailEntry(_("Duty"), ("duty", "duty:index"), "duty", "d", 3),
    RailEntry(_("Insights"), ("insights", "insights:index"), "insights", "n", 4),
    RailEntry(_("Team"), ("team", "team:index"), "team", "m", 4),
    RailEntry(_("Settings"), ("settings", "settings:index"), "settings", "s", SETTINGS_GROUP),
]


def address(*routes: str) -> str:
    """The address of the first route that exists, or nothing."""
    for route in routes:
        try:
            return reverse(route)
        except NoReverseMatch:
            continue
    return ""


def address_of(route: str, pk: int) -> str:
    """The address of one thing, or nothing if it has no page."""
    try:
        return reverse(route, args=[pk])
    except NoReverseMatch:
        return ""


def rail(here: str, counts: Mapping[str, int]) -> list[RailEntry]:
    """The entries that exist, with the one that `here` (a path) belongs to marked, and their counts by
    route.
    """
    found = [replace(entry, url=address(*entry.routes)) for entry in RAIL]
    found = [entry for entry in found if entry.url]
    fits = [entry.url for entry in found if here == entry.url or here.startswith(entry.url)]
    current = max(fits, key=len, default="")
    top = {entry.url for entry in found if entry.routes[0] == "today"}
    if current in top and here != current:
        current = ""  # Today is the root of everything; only the page itself is meant
    return [
        replace(entry, count=counts.get(entry.routes[0]), current=entry.url == current) for entry in found
    ]


class Frame:
    """What of the frame follows from the entries of the rail, and from which pages exist."""

    def __init__(self, rail: list[RailEntry]) -> None:
        self.rail = rail

    @property
    def groups(self) -> list[list[RailEntry]]:
        """The entries in their blocks, empty blocks left out; Settings is always the last."""
        numbers = sorted({entry.group for entry in self.rail})
        return [[entry for entry in self.rail if entry.group == number] for number in numbers]

    @property
    def first(self) -> list[RailEntry]:
        """The bottom bar of a phone: the first four words."""
        return self.rail[:4]

    @property
    def rest(self) -> list[RailEntry]:
        return self.rail[4:]

    @property
    def home(self) -> str:
        return address("today") or "/"

    @property
    def scopes(self) -> str:
        return address("scope")

    @property
    def new_post(self) -> str:
        return address("new_post", "posts:new", "posts_new")
