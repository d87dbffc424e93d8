"""The app that an installation has on a platform: entered once, before anybody can sign in there."""

from __future__ import annotations

from typing import Any

from tabard.access.vault import unseal
from tabard.connectors.card import Card
from tabard.connectors.registry import cards
from tabard.register.models import PlatformApp


def purpose(platform: str) -> str:
    """What the values of an app are sealed for."""
    return f"platform app {platform}"


def cards_with_apps() -> list[Card]:
    """The platforms that Tabard speaks to and that need one, by name."""
    return sorted((card for card in cards() if card.app), key=lambda card: card.label.casefold())


def sealed_app(platform: str) -> str:
    """What is stored for a platform; empty if nothing is."""
    found = PlatformApp.objects.filter(pk=platform).values_list("secret", flat=True).first()
    return str(found or "")


def opened_app(platform: str, sealed: str | None) -> dict[str, Any]:
    """What was entered, by field, or nothing. `Sealed` if the key of this set-up does not open it."""
    return unseal(sealed or "", about=purpose(platform))


def app_of(platform: str) -> dict[str, Any]:
    """What connectors of a platform find in `Access.app`."""
    return opened_app(platform, sealed_app(platform))
