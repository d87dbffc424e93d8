"""Rows of which a page draws many, and each has many parts: a post on a calendar, a need of Today.

They are plain functions, because a month has nearly two hundred and a template would be felt.
"""

from __future__ import annotations

from datetime import datetime, tzinfo
from html import escape
from typing import Any

from django import template
from django.utils import timezone
from django.utils.safestring import SafeString

from tabard.kernel.today import Need
from tabard.web.components.kept import address
from tabard.web.components.small import arms, glyph, wash
from tabard.web.components.times import due

register = template.Library()
# A post that will go out as planned needs no picture of how it stands.
AS_PLANNED = {"scheduled", "handed_over"}


@register.simple_tag
def entries(rows: list[Any], now: datetime) -> SafeString:
    """`{% entries day.rows now %}`: each post with its unit's arms, hour and title, in the unit's wash; pale
    once it is past. `rows` are `posts.queries.PostRow`.
    """
    zone = timezone.get_current_timezone()
    return SafeString("".join(_entry(row, now, zone) for row in rows))


def _entry(row: Any, now: datetime, zone: tzinfo) -> str:
    post, unit = row.post, row.post.unit
    hour, title, name = f"{post.due_at.astimezone(zone):%H:%M}", escape(post.title), escape(unit.name)
    look = "past" if post.due_at < now else wash(unit)
    stands = "" if row.state in AS_PLANNED else glyph(row.state, 12)
    return (
        f'<a class="entry {row.state} {look}" href="{address("post", post.pk)}"'
        f' title="{hour} {title}, {name}">{arms(unit, 14, hidden=True)}<span class="hour">{hour}</span>'
        f'<span class="title" dir="auto">{title}</span>{stands}</a>'
    )


@register.simple_tag
def today_row(need: Need, primary: bool = False) -> SafeString:
    """`{% today_row need %}`: one `kernel.today.Need`, with its one next action."""
    shield, home, picture = "<span></span>", "", ""
    if need.unit:
        shield = arms(need.unit, 20)
        name = f"{arms(need.unit, 16, hidden=True)}<span>{escape(need.unit.name)}</span>"
        home = f'<span class="unit named">{name}</span>'
    if need.picture:
        source = escape(need.picture)
        picture = f'<img class="picture" src="{source}" alt="" width="40" height="40" loading="lazy">'
    said = f'<b dir="auto">{escape(str(need.title))}</b><small dir="auto">{escape(str(need.why))}</small>'
    look = "btn primary" if primary else "btn"
    return SafeString(
        f'<li class="today-row">{glyph(need.state)}{shield}<div class="what">{said}</div>{picture}'
        f'{due(need.due)}{home}<a class="{look}" href="{escape(need.url)}">{escape(str(need.do))}</a></li>'
    )
