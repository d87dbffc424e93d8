"""Draws the pages: templates, the reader's language, times as people say them, and text with its links."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse

from .network import Network
from .switches import Rules
from .words import language_of, translate

HERE = Path(__file__).parent
_PARTS = re.compile(
    r"(?P<address>https?://[^\s<>\"]*[^\s<>\".,;:!?)\]])|(?<![\w/])@(?P<name>[A-Za-z0-9][A-Za-z0-9_.-]*[A-Za-z0-9])"
    r"|(?<!\w)#(?P<tag>\w+)"
)
_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; form-action 'self'; frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Vary": "Accept-Language",
    "Cache-Control": "no-store",
}

environment = Environment(
    loader=FileSystemLoader(HERE / "templates"), autoescape=True, trim_blocks=True, lstrip_blocks=True
)


def linked(text: str) -> Markup:
    """The text, safe to show, with its addresses, names and hashtags as links."""
    out, at = Markup(), 0
    for found in _PARTS.finditer(text):
        out += escape(text[at : found.start()])
        out += _link(found)
        at = found.end()
    return out + escape(text[at:])


def _link(found: re.Match[str]) -> Markup:
    shown = found.group()
    if address := found["address"]:
        short = re.sub(r"^https?://(www\.)?", "", address)
        short = short if len(short) <= 40 else short[:39] + "…"
        return Markup('<a href="{}" rel="nofollow noreferrer">{}</a>').format(address, short)
    if name := found["name"]:
        return Markup('<a href="/@{}">{}</a>').format(name.lower(), shown)
    return Markup('<a href="/search?q=%23{}">{}</a>').format(found["tag"], shown)


environment.filters["linked"] = linked


class Words:
    """What templates call to speak the reader's language."""

    def __init__(self, language: str, now: float) -> None:
        self.language = language
        self.now = now

    def __call__(self, sentence: str, **values: Any) -> str:
        """The sentence in the reader's language, filled in."""
        said = translate(self.language, sentence)
        return said % values if values else said

    def many(self, n: int, one: str, more: str) -> str:
        return self(one if n == 1 else more, n=n)

    def ago(self, at: float) -> str:
        """How long ago, shortly: now, 5 min, 3 h, 2 d, then the date."""
        seconds = max(self.now - at, 0)
        if seconds < 60:
            return self("now")
        if seconds < 3600:
            return self("%(n)s min", n=int(seconds // 60))
        if seconds < 86_400:
            return self("%(n)s h", n=int(seconds // 3600))
        if seconds < 7 * 86_400:
            return self("%(n)s d", n=int(seconds // 86_400))
        return datetime.fromtimestamp(at, UTC).strftime("%d.%m.%Y" if self.language == "bg" else "%-d %b %Y")


def weather(rules: Rules, _: Words) -> list[str]:
    """What is switched on, one short phrase each."""
    found = [
        (rules.slow, _("slow, %(n)s s a call", n=f"{rules.slow:g}")),
        (rules.lost_before, _("%(n)s of calls lost before", n=f"{rules.lost_before:.0%}")),
        (rules.lost_after, _("%(n)s of answers lost", n=f"{rules.lost_after:.0%}")),
        (rules.down, _("down")),
        (rules.revoked, _("tokens revoked")),
        (rules.refuse, _("posts refused")),
        (rules.keys == "honoured", _("keys honoured")),
        (rules.keys == "ignored", _("keys ignored")),
        (rules.admins == "untold", _("administrators not told")),
        (rules.pace != 1, _("time runs %(n)s times as fast", n=f"{rules.pace:g}")),
    ]
    if rules.limit:
        found.append((True, _("at most %(n)s in %(s)s s", n=rules.limit.n, s=f"{rules.limit.seconds:g}")))
    return [phrase for on, phrase in found if on]


def words_for(request: Request) -> Words:
    net: Network = request.app.state.network
    return Words(language_of(request.headers.get("accept-language", "")), net.clock())


def page(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A page from a template, in the language of the one who asks."""
    net: Network = request.app.state.network
    _ = words_for(request)
    channels = net.store.rows("SELECT handle, name FROM channel ORDER BY last_at DESC, handle LIMIT 8")
    body = environment.get_template(template).render(
        _=_,
        net=net,
        path=request.url.path,
        channels=channels,
        weather=weather(net.switches.of(None), _),
        **values,
    )
    return HTMLResponse(body, status, _HEADERS)
