"""The pages outsiders see, drawn once for each edition, language and question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import get_language_info

from tabard.kernel import text
from tabard.public.answers import Answer
from tabard.public.reading import Listed, Snapshot, digest

SIZE = 100
LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)


@dataclass(frozen=True)
class Asked:
    """What is asked of the list; only what means something, so that other words make no other page."""

    language: str
    words: str = ""
    unit: str = ""
    platform: str = ""
    page: int = 1

    def query(self, **other: Any) -> str:
        """The address of the same question with something changed."""
        mine = {"q": self.words, "unit": self.unit, "platform": self.platform, "lang": self.language}
        return "?" + urlencode({name: value for name, value in {**mine, **other}.items() if value})


@dataclass(frozen=True)
class Drawn:
    body: bytes
    etag: str


def language(wanted: str, accepted: str) -> str:
    """The language of the page: asked for by name, or the first that the browser accepts."""
    if wanted in LANGUAGES:
        return wanted
    for each in accepted[:200].split(","):
        code = each.partition(";")[0].strip().casefold().partition("-")[0]
        if code in LANGUAGES:
            return code
    return settings.LANGUAGE_CODE


def asked(there: Snapshot, given: Mapping[str, str], spoken: str) -> Asked:
    """The question in its one form."""
    unit, platform = given.get("unit", ""), given.get("platform", "")
    return Asked(
        spoken,
        text.folded(given.get("q", ""))[:100].strip(),
        unit if unit in dict(units(there)) else "",
        platform if platform in dict(platforms(there)) else "",
        min(max(text.number(given.get("page", "")) or 1, 1), len(there.channels) // SIZE + 1),
    )


def units(there: Snapshot) -> list[tuple[str, str]]:
    """The units that have public channels, by name."""
    found: list[tuple[str, str]] = there.kept(
        ("units",), lambda: sorted({(c.unit_slug, c.unit) for c in there.channels}, key=_by_word)
    )
    return found


def platforms(there: Snapshot) -> list[tuple[str, str]]:
    """The platforms on which there are public channels, by name."""
    found: list[tuple[str, str]] = there.kept(
        ("platforms",), lambda: sorted({(c.platform, c.platform_name) for c in there.channels}, key=_by_word)
    )
    return found


def _by_word(pair: tuple[str, str]) -> tuple[str, str]:
    return text.folded(pair[1]), pair[0]


def found(rows: list[Listed], what: Asked) -> list[Listed]:
    """The channels that fit."""
    words = what.words.split()
    return [
        each
        for each in rows
        if (not what.unit or each.unit_slug == what.unit)
        and (not what.platform or each.platform == what.platform)
        and all(word.lstrip("@") in each.search for word in words)
    ]


def index(there: Snapshot, what: Asked, *, preview: bool = False) -> Drawn:
    """The public register."""
    return _once(there, ("index", what, preview), lambda: _index(there, what, preview=preview))


def _index(there: Snapshot, what: Asked, *, preview: bool) -> bytes:
    rows = found(there.channels, what)
    first = (what.page - 1) * SIZE
    shown = {
        "rows": rows[first : first + SIZE],
        "count": len(rows),
        "former": found(there.former, what) if what.page == 1 else [],
        "units": units(there),
        "platforms": platforms(there),
        "newer": what.query(page=what.page - 1) if what.page > 1 else "",
        "older": what.query(page=what.page + 1) if first + SIZE < len(rows) else "",
        "narrowed": bool(what.words or what.unit or what.platform),
        "preview": preview,
    }
    return _draw(there, "public/official.html", what, shown)


def check(there: Snapshot, what: Asked, said: Answer | None, given: str, *, badge: bool = False) -> Drawn:
    """The page that answers whether a profile is ours."""
    shown = {"said": said, "given": given, "platforms": platforms(there), "badge": badge}
    body = _draw(there, "public/check.html", what, shown)
    return Drawn(body, "")


def badge(there: Snapshot, what: Asked, listed: Listed, back: str) -> Drawn:
    """A small page for a frame on somebody else's site."""
    return Drawn(_draw(there, "public/badge.html", what, {"listed": listed, "back": back}), "")


def _draw(there: Snapshot, template: str, what: Asked, shown: dict[str, Any]) -> bytes:
    with translation.override(what.language):
        info = get_language_info(what.language)
        frame = {
            "there": there,
            "what": what,
            "bidi": info["bidi"],
            "languages": [(code, get_language_info(code)["name_local"]) for code in LANGUAGES],
            "other": {code: what.query(lang=code) for code in LANGUAGES},
        }
        return render_to_string(template, {**frame, **shown}).encode()


def _once(there: Snapshot, key: tuple[Any, ...], draw: Any) -> Drawn:
    def make() -> Drawn:
        body = draw()
        return Drawn(body, digest(body))

    drawn: Drawn = there.kept(key, make)
    return drawn
