"""The apps of this organisation on platforms, by API."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Field, Router, Schema

from tabard.kernel.endpoint import endpoint
from tabard.org.tree import root
from tabard.register import actions, app_queries

router = Router(tags=["Register"])


class PlatformAppOut(Schema):
    """A platform on which people sign in through an app. What is secret is never told."""

    platform: str
    name: str
    is_set: bool
    sealed: bool = Field(description="What is stored does not open with the keys of this set-up.")
    set_at: datetime | None
    set_by: str
    channels: int
    connected: int
    console: str = Field(description="Where an app is made there.")
    steps: list[str]
    review: str = Field(description="What the platform wants to see first; empty if nothing.")
    back: str = Field(description="The address to be entered there, to which people are sent back.")
    events: str = Field(description="The address to be entered there for events; empty if it sends none.")
    asks: list[str] = Field(description="The names of the fields.")
    values: dict[str, str] = Field(description="Of the fields that are no secrets.")

    @staticmethod
    def resolve_console(found: Any) -> str:
        return str(found.asks.console)

    @staticmethod
    def resolve_steps(found: Any) -> list[str]:
        return list(found.steps)

    @staticmethod
    def resolve_review(found: Any) -> str:
        return str(found.review)

    @staticmethod
    def resolve_asks(found: Any) -> list[str]:
        return [each.name for each in found.asks.fields]


class PlatformAppIn(Schema):
    """`fields` by name; a secret that is left out stays as it is."""

    platform: str
    fields: dict[str, str]


class PlatformAppGone(Schema):
    platform: str


@endpoint(router, "GET", "/platform-apps", may="platforms.apps", response=list[PlatformAppOut])
def platform_apps(request: Any) -> Any:
    """Every platform that needs an app of the organisation, and whether one is entered."""
    return app_queries.apps(request.actor)


@endpoint(
    router, "POST", "/platform-apps", may="platforms.apps", does="platform.app_set", response=PlatformAppOut
)
def set_app(request: Any, body: PlatformAppIn) -> Any:
    """Enter the app, or change what was entered."""
    actions.set_app(request.actor, root(request.actor), **body.dict())
    return app_queries.app(request.actor, body.platform)


@endpoint(
    router,
    "POST",
    "/platform-apps/taken-away",
    may="platforms.apps",
    does="platform.app_drop",
    response=PlatformAppOut,
)
def drop_app(request: Any, body: PlatformAppGone) -> Any:
    """Forget the app. Nobody can sign in there, and no access is renewed, until one is entered again."""
    actions.drop_app(request.actor, root(request.actor), platform=body.platform)
    return app_queries.app(request.actor, body.platform)
