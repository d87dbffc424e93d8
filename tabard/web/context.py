"""What every page needs to draw its frame: rail, theme, keys, line, languages."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from tabard.access import drafts
from tabard.kernel import permissions
from tabard.web import queries
from tabard.web import rail as rails
from tabard.web.rail import address
from tabard.web.shapes import RailEntry

THEMES = {"light", "dark"}


def shell(request: HttpRequest) -> dict[str, Any]:
    """The frame of the page that is asked for, found only when a template uses it."""
    person: Any = getattr(request, "user", None)
    known = bool(person and person.is_authenticated)
    theme = person.theme if known else request.COOKIES.get(settings.THEME_COOKIE_NAME, "")
    return {
        "theme": theme if theme in THEMES else "",
        "keys_off": known and not person.single_keys,
        "shell": Shell(request),
    }


class Shell(rails.Frame):
    """Looked up piece by piece, because parts are drawn without a frame."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @cached_property
    def rail(self) -> list[RailEntry]:  # type: ignore[override]  # looked up when it is drawn
        counts = getattr(self.request, "rail_counts", {})
        return rails.rail(self.request.path, counts() if callable(counts) else counts)

    @cached_property
    def organisation(self) -> Any:
        return queries.organisation()

    @property
    def find(self) -> str:
        return address("find")

    @cached_property
    def may_edit_sources(self) -> bool:
        actor = getattr(self.request, "actor", None)
        return bool(actor and permissions.may(actor, "sources.edit", None))

    @property
    def vault(self) -> str:
        return address("credentials")

    @cached_property
    def may_see_vault(self) -> bool:
        actor = getattr(self.request, "actor", None)
        return bool(actor and permissions.may(actor, "vault.see", None))

    @property
    def sources(self) -> list[Any]:
        """Who else may say who somebody is: offered at the door."""
        return queries.sources()

    @property
    def kept_under(self) -> str:
        """The key under which the browser seals what is typed and not saved."""
        return drafts.key_for(self.request.user)

    @cached_property
    def recovery_left(self) -> int:
        return queries.codes_left(self.request.user)

    @property
    def languages(self) -> list[tuple[str, str]]:
        return [(code, str(name)) for code, name in _own_names()]

    @property
    def live_url(self) -> str:
        return str(getattr(settings, "LIVE_URL", ""))

    @property
    def doors(self) -> list[dict[str, str]]:
        """What the face menu leads to about oneself; only what exists."""
        found = [
            (_("Sessions"), address("access_sessions", "sessions", "usersessions_list"), "screen"),
            (_("Second factor"), address("mfa_index"), "shield"),
            (_("Password"), address("account_change_password"), "lock"),
            (_("API tokens"), address("access_tokens", "tokens", "api_tokens"), "code"),
        ]
        return [{"name": name, "url": url, "icon": icon} for name, url, icon in found if url]


def _own_names() -> list[tuple[str, str]]:
    """Languages in their own words, so that everybody finds theirs."""
    return [(code, get_language_info(code)["name_local"].capitalize()) for code, _name in settings.LANGUAGES]
