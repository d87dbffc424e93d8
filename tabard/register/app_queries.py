"""The apps of this installation on platforms, as a page and the API show them. No secret leaves here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext as _

from tabard.access.vault import Sealed
from tabard.connectors.card import App, Card
from tabard.kernel import scope
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Missing
from tabard.kernel.permissions import demand
from tabard.org.tree import root
from tabard.register.models import Channel, Platform, PlatformApp
from tabard.register.platform_apps import cards_with_apps, opened_app


@dataclass(frozen=True)
class AppThere:
    """A platform that needs an app: whether one is entered, since when, by whom, and what hangs on it.

    `values` are those that are no secrets; `sealed`: what is stored does not open here any more.
    """

    platform: str
    name: str
    asks: App
    channels: int
    connected: int
    is_set: bool = False
    sealed: bool = False
    set_at: datetime | None = None
    set_by: str = ""
    was: str = ""
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def fields(self) -> list[dict[str, Any]]:
        """What is asked for, with what stands there; whether a secret is kept, never which."""
        return [
            {
                "field": each,
                "value": self.values.get(each.name, each.default),
                "kept": each.kind == "secret" and self.is_set and not self.sealed,
            }
            for each in self.asks.fields
        ]

    @property
    def steps(self) -> list[str]:
        """What to do there, one thing each, in the reader's language."""
        return [gettext(each) for each in self.asks.steps]

    @property
    def review(self) -> str:
        """What the platform wants to see first, in the reader's language."""
        return gettext(self.asks.review) if self.asks.review else ""

    @property
    def back(self) -> str:
        """Where the platform must send people back to; empty where it need not know."""
        return back() if self.asks.redirect else ""

    @property
    def events(self) -> str:
        """Where the platform tells by itself what happens; empty where it does not."""
        return _outside(reverse("hook", args=[self.platform])) if self.asks.webhook else ""


def back() -> str:
    """The one address to which platforms send people back, in whatever scope somebody set out."""
    return _outside(reverse("channel_connected"))


def _outside(path: str) -> str:
    return settings.PUBLIC_URL + scope.split(path)[1]


def apps(by: Actor) -> list[AppThere]:
    """Every platform that needs one, by name. Only for whoever may enter them."""
    demand(by, "platforms.apps", root(by))
    there = {app.pk: app for app in PlatformApp.objects.select_related("set_by")}
    alive = Channel.objects.exclude(state="retired").order_by().values_list("platform")
    counts = {slug: n for slug, *n in alive.annotate(Count("pk"), Count("connection"))}
    cards = cards_with_apps()
    names = dict(Platform.objects.filter(pk__in=[card.name for card in cards]).values_list("pk", "name"))
    return [
        _there(card, there.get(card.name), *counts.get(card.name, (0, 0)))
        for card in cards
        if card.name in names
    ]


def app(by: Actor, platform: str) -> AppThere:
    """One of them."""
    for found in apps(by):
        if found.platform == platform:
            return found
    raise Missing(_("There is no such platform, or no app is needed there."))


def _there(card: Card, kept: PlatformApp | None, channels: int, connected: int) -> AppThere:
    assert card.app is not None
    common: dict[str, Any] = {"platform": card.name, "name": card.label, "asks": card.app}
    common |= {"channels": channels, "connected": connected}
    if kept is None:
        return AppThere(**common)
    try:
        values, sealed = opened_app(card.name, kept.secret), False
    except Sealed:
        values, sealed = {}, True
    secret = {each.name for each in card.app.fields if each.kind == "secret"}
    return AppThere(
        **common,
        is_set=True,
        sealed=sealed,
        set_at=kept.set_at,
        set_by=kept.set_by.name if kept.set_by else "",
        was=kept.form_values()["app"],
        values={name: value for name, value in values.items() if name not in secret},
    )
