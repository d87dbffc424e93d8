"""Times in the words one would use now, in the viewer's zone, with all of it on hover."""

from __future__ import annotations

from datetime import date, datetime, tzinfo
from functools import cache, lru_cache
from html import escape

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from tabard.kernel import clock

register = template.Library()


@register.simple_tag
def when(at: datetime | None, none: str = "") -> SafeString:
    """`{% when post.sent_at %}`: near times in words, far ones as a date; `none` where there is no time."""
    return conditional_escape(none) if at is None else _time(at, near(at))


@register.simple_tag
def due(at: datetime | None) -> SafeString:
    """`{% due need.due %}`: how long is left, or how late it is; red when late, amber within the hour."""
    if at is None:
        return SafeString("")
    return format_html('<span class="due {}">{}</span>', due_tone(at), _time(at, due_words(at)))


@register.filter(expects_localtime=True)
def hour(at: datetime) -> str:
    """`{{ post.due_at|hour }}`: 09:30, of the viewer's clock."""
    return f"{at:%H:%M}"


def _time(at: datetime, words: str) -> SafeString:
    zone = timezone.get_current_timezone()
    local = at.astimezone(zone)
    whole = f"{_date(local, 'l, j F Y')}, {local:%H:%M}, {_name(zone)}"
    return SafeString(f'<time datetime="{at.isoformat()}" title="{escape(whole)}">{escape(words)}</time>')


def near(at: datetime) -> str:
    """ "5 min ago", "in 40 min", "09:00", "yesterday, 17:20", "Thu, 06:00", "17 Nov", "17 Nov 2027"."""
    minutes = round((at - clock.now()).total_seconds() / 60)
    if minutes == 0:
        return _("now")
    if 0 < minutes < 60:
        return _in(minutes)
    if -60 < minutes < 0:
        return ngettext("%(n)s min ago", "%(n)s min ago", -minutes) % {"n": -minutes}
    return _day(at, "%(day)s")


def due_words(at: datetime) -> str:
    """ "34 min late", "in 40 min", "in 4 h 26 min", "by 15:00", "by tomorrow, 09:00", "by 1 Dec"."""
    minutes = round((at - clock.now()).total_seconds() / 60)
    if minutes < 0:
        return _late(-minutes)
    if minutes < 60:
        return _in(minutes)
    if minutes < 6 * 60:
        return _("in %(h)s h %(n)s min") % {"h": minutes // 60, "n": minutes % 60}
    return _day(at, _("by %(day)s"))


def due_tone(at: datetime) -> str:
    minutes = (at - clock.now()).total_seconds() / 60
    return "bad" if minutes < 0 else "warn" if minutes < 60 else ""


def _in(minutes: int) -> str:
    return ngettext("in %(n)s min", "in %(n)s min", minutes) % {"n": minutes}


def _late(minutes: int) -> str:
    if minutes < 60:
        return ngettext("%(n)s min late", "%(n)s min late", minutes) % {"n": minutes}
    if minutes < 24 * 60:
        return ngettext("%(n)s h late", "%(n)s h late", minutes // 60) % {"n": minutes // 60}
    days = minutes // (24 * 60)
    return ngettext("%(n)s day late", "%(n)s days late", days) % {"n": days}


def _day(at: datetime, sentence: str) -> str:
    """The clock of today, the day and clock of this week, the date of any other time."""
    zone = timezone.get_current_timezone()
    now, local = clock.now().astimezone(zone), at.astimezone(zone)
    days = (local.date() - now.date()).days
    if abs(days) >= 7:
        day = _date(local, "j M" if local.year == now.year else "j M Y")
    elif days == 0:
        day = f"{local:%H:%M}"
    elif days == -1:
        day = _("yesterday, %(at)s") % {"at": f"{local:%H:%M}"}
    elif days == 1:
        day = _("tomorrow, %(at)s") % {"at": f"{local:%H:%M}"}
    else:
        day = f"{_date(local, 'D')}, {local:%H:%M}"
    return sentence % {"day": day}


def _date(local: datetime, form: str) -> str:
    return _written(local.date(), form, get_language() or "")


@cache
def _name(zone: tzinfo) -> str:
    return zone.tzname(None) or str(zone)


@lru_cache(maxsize=4096)
def _written(day: date, form: str, language: str) -> str:
    """A day in words, kept: a list has the same few days again and again: a fifth of its time."""
    return date_format(day, form)
