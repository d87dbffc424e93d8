"""Components of a word's size: icon, arms, badge, mark, face, button."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django import template
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tabard.kernel.arms import parse
from tabard.web import arms_svg, built, icons
from tabard.web.states import shown

register = template.Library()

# Two letters for each platform: no logos needed, none missing.
MARKS = {
    "bluesky": "Bs", "facebook": "Fb", "google": "Gb", "instagram": "Ig", "linkedin": "Li", "mastodon": "Ma",
    "pinterest": "Pi", "practice": "Pr", "reddit": "Re", "telegram": "Te", "threads": "Th", "tiktok": "Tt",
    "x": "X", "youtube": "Yt",
}  # fmt: skip


@register.filter
def lines(words: Iterable[Any]) -> SafeString:
    """`{{ rights|lines }}`: each as an item of a list; rows that say the same are drawn once."""
    return _lines(tuple(str(word) for word in words))


@lru_cache(maxsize=1024)
def _lines(words: tuple[str, ...]) -> SafeString:
    return format_html_join("", "<li>{}</li>", ((word,) for word in words))


@register.simple_tag
def icon(name: str, size: int = 16, label: str = "") -> SafeString:
    """`{% icon "plus" %}`; `label=` where no word stands beside it."""
    return icons.svg(name, size, str(label))


@register.simple_tag
def arms(unit: Any, size: int = 20, hidden: bool = False) -> SafeString:
    """`{% arms unit 20 %}`: the shield of a unit, or of its written arms. `hidden=True` beside the
    unit's name.
    """
    text = unit if isinstance(unit, str) else getattr(unit, "arms", "")
    if not text:
        return SafeString("")
    label = "" if hidden or isinstance(unit, str) else _("Arms of %(name)s") % {"name": unit.name}
    try:
        return arms_svg.svg(str(text), int(size), label)
    except ValueError:
        return SafeString("")


@register.simple_tag
def wash(unit: Any) -> str:
    """`class="entry {% wash unit %}"`: the pale wash of a unit's colour, for what belongs to it."""
    try:
        return f"wash-{parse(str(unit.arms)).colour}"
    except ValueError:
        return ""


@register.simple_tag
def named(unit: Any, size: int = 16, url: str = "") -> SafeString:
    """`{% named unit 16 %}`: the shield and the name of a unit, as a link where `url` is given."""
    name = format_html('<a href="{}">{}</a>', url, unit.name) if url else unit.name
    return format_html('<span class="named">{}<span>{}</span></span>', arms(unit, size, hidden=True), name)


@register.simple_tag
def badge(state: str, word: str = "") -> SafeString:
    """`{% badge "sent" %}`, `{% badge "bad" _("No owner") %}`: the glyph of a state and its word."""
    return _badge(state, str(word), get_language())


@register.simple_tag
def glyph(state: str, size: int = 16, label: str | None = None) -> SafeString:
    """`{% glyph "sent" %}`: the shape alone, which says its word to screen readers; `label=""` keeps it
    silent.
    """
    return _glyph(state, size, label, get_language())


@lru_cache(maxsize=1024, typed=True)
def _badge(state: str, word: str, language: str | None) -> SafeString:
    """One badge of a language, kept: every row of a list has one of a few."""
    how = shown(state)
    picture = icons.svg(how.glyph, 12)
    return format_html('<span class="badge {}">{}<span>{}</span></span>', how.tone, picture, word or how.word)


@lru_cache(maxsize=1024, typed=True)
def _glyph(state: str, size: int, label: str | None, language: str | None) -> SafeString:
    how = shown(state)
    said = str(how.word) if label is None else label
    return format_html('<span class="glyph {}">{}</span>', how.tone, icons.svg(how.glyph, size, said))


@register.simple_tag
def mark(platform: str) -> SafeString:
    """`{% mark "instagram" %}`: two letters for a platform."""
    return _mark(str(platform))


@lru_cache(maxsize=256, typed=True)
def _mark(platform: str) -> SafeString:
    return format_html(
        '<span class="mark-of" role="img" aria-label="{0}" title="{0}">{1}</span>',
        platform.capitalize(),
        MARKS.get(platform.lower()) or platform[:2].capitalize(),
    )


@register.simple_tag
def face(person: Any, size: int = 24, here: bool = False, hidden: bool = False) -> SafeString:
    """`{% face person 32 %}`: the initials of a person or name; `here=True` rings one who is present."""
    return _face(str(getattr(person, "name", None) or person or ""), size, here, hidden)


@lru_cache(maxsize=4096)
def _face(name: str, size: int, here: bool, hidden: bool) -> SafeString:
    words = [word for word in name.replace("&", " ").split() if word[:1].isalnum()]
    initials = (
        "".join(word[0] for word in ([words[0], words[-1]] if len(words) > 1 else words)).upper() or "–"
    )
    said = (
        SafeString('aria-hidden="true"')
        if hidden
        else format_html('role="img" aria-label="{0}" title="{0}"', name)
    )
    return format_html('<span class="face s{}{}" {}>{}</span>', size, " here" if here else "", said, initials)


@register.simple_tag
def button(word: str, **given: Any) -> SafeString:
    """`{% button _("Ask for approval") kind="primary" icon="posts" key="C" hx_post=url %}`.

    kind: "" (neutral), primary, danger, "danger filled", bare; size: small, large, whole. With `href` it
    is a link. `only=True` shows the icon alone and says the word. `why=` makes it unavailable and says
    why. Every other name is an attribute, `_` for `-`: `name`, `value`, `form`, `type`, `hx_get`,
    `data_confirm`, `popovertarget`.
    """
    only, key, why = given.pop("only", False), given.pop("key", ""), str(given.pop("why", "") or "")
    picture = given.pop("icon", "")
    kinds = [given.pop("kind", ""), given.pop("size", ""), "only" if only else ""]
    attributes: dict[str, Any] = {"class": " ".join(["btn", *filter(None, kinds)])}
    tag = "a" if given.get("href") and not why else "button"
    if tag == "button":
        attributes["type"] = given.pop(
            "type", "submit" if given.get("name") or given.get("form") else "button"
        )
    if why:
        attributes |= {"aria-disabled": "true", "title": why, "type": "button"}
        given = {name: value for name, value in given.items() if name in {"id", "class"}}
    attributes |= {
        name.strip("_").replace("_", "-"): value for name, value in given.items() if value not in (None, "")
    }
    drawn = icons.svg(picture) if picture else ""
    text = format_html('<span class="sr">{}</span>', word) if only else word
    reason = format_html('<span class="sr">. {}</span>', why) if why else ""
    pressed = format_html(" <kbd>{}</kbd>", key) if key else ""
    inside = format_html("{}{}{}{}", drawn, text, reason, pressed)
    if only:
        attributes.setdefault("title", word)
    return format_html("<{0}{1}>{2}</{0}>", SafeString(tag), flatatt(attributes), inside)


@register.simple_tag
def styles() -> SafeString:
    """The style sheet alone, for pages without any script."""
    parts = [format_html('<link rel="stylesheet" href="{}">', url) for url in built.styles()]
    return SafeString("".join(parts))


@register.simple_tag
def assets() -> SafeString:
    """The style sheet and the script of every page, with a hint to fetch the letters early."""
    parts = [format_html('<link rel="stylesheet" href="{}">', url) for url in built.styles()]
    if built.font():
        hint = '<link rel="preload" as="font" type="font/woff2" crossorigin href="{}">'
        parts.append(format_html(hint, built.font()))
    if built.script():
        parts.append(format_html('<script type="module" src="{}"></script>', built.script()))
    return mark_safe("\n".join(parts))  # noqa: S308 - each part is escaped
