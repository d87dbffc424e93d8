"""Components that go round other things: dialog, menu, empty state, notice, section."""

from __future__ import annotations

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

from tabard.web import icons
from tabard.web.components.small import glyph

register = template.Library()


@register.simple_block_tag
def dialog(content: str, id: str, title: str, wide: bool = False, open: bool = False) -> str:
    """`{% dialog "retire" _("Retire this channel?") %} ... {% enddialog %}`, opened by
    `data-opens="retire"`.

    What it holds: `<div class="body">` with what happens, to what, in whose name, and what can be
    undone; then `<div class="acts end">` with the safe button left.
    """
    return render_to_string(
        "ui/dialog.html", {"content": content, "id": id, "title": title, "wide": wide, "open": open}
    )


@register.simple_block_tag
def menu(content: str, id: str, word: str, icon: str = "more", kind: str = "bare", only: bool = True) -> str:
    """`{% menu "more-12" _("More") %}<a class="item" href="...">...</a>{% endmenu %}`: a button with a
    list under it.
    """
    context = {"content": content, "id": id, "word": word, "icon": icon, "kind": kind, "only": only}
    return render_to_string("ui/menu.html", context)


@register.simple_block_tag
def empty(content: str, icon: str, title: str) -> SafeString:
    """`{% empty "register" _("No channels yet") %}<p>...</p><div class="acts">...</div>{% endempty %}`."""
    return format_html(
        '<div class="empty">{}<h2>{}</h2>{}</div>', icons.svg(icon, 28), title, SafeString(content)
    )


@register.simple_block_tag
def notice(content: str, tone: str = "warn") -> SafeString:
    """`{% notice "warn" %}Nobody covers Saturday.{% endnotice %}`: something to know beside what it is
    about.
    """
    inside = SafeString(content)
    return format_html('<div class="notice {}">{}<div>{}</div></div>', tone, glyph(tone), inside)


@register.simple_block_tag
def section(content: str, title: str, note: str = "") -> SafeString:
    """`{% section _("On duty") %} ... {% endsection %}`: a titled block of a page or side panel."""
    beside = format_html('<span class="quiet small">{}</span>', note) if note else ""
    return format_html(
        '<section class="section"><header><h2>{}</h2>{}</header>{}</section>',
        title,
        beside,
        SafeString(content),
    )
