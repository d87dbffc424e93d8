"""Components that show figures and change: score, bar, line, progress, difference, timeline, Today."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

register = template.Library()


def _tone(share: float) -> str:
    return "ok" if share >= 0.8 else "warn" if share >= 0.5 else "bad"


def _bar(share: float, tone: str, aim: float | None = None) -> SafeString:
    """A bar in SVG, because widths in style attributes are not allowed to a page that is safe."""
    target = SafeString("")
    if aim:
        target = format_html(
            '<rect class="aim" x="{}%" y="-2" width="2" height="10"/>', f"{aim * 100 - 0.4:.1f}"
        )
    return format_html(
        '<svg class="bar-of {}" aria-hidden="true"><rect class="bed" width="100%" height="100%" rx="3"/>'
        '<rect class="fill" width="{}%" height="100%" rx="3"/>{}</svg>',
        tone,
        f"{min(max(share, 0.0), 1.0) * 100:.1f}",
        target,
    )


@register.simple_tag
def score(value: int | None, of: int = 100) -> SafeString:
    """`{% score 52 %}`: a bar of 32 x 4 and the figure."""
    if value is None:
        return format_html('<span class="quiet">{}</span>', _("not yet"))
    return format_html('<span class="score">{}{}</span>', _bar(value / of, _tone(value / of)), value)


@register.inclusion_tag("ui/stat.html")
def stat(label: str, value: str, share: float, target: float | None = None, **said: Any) -> dict[str, Any]:
    """`{% stat _("Answered in time") "96.4%" 0.964 target=0.95 note=_("Target 95%") more="+1.2" %}`.

    `tone=` overrules green above the target and amber below; `big=True` is for the one figure that matters.
    """
    tone = said.get("tone") or ("ok" if target is None or share >= target else "warn")
    return {"label": label, "value": value, "bar": _bar(share, tone, target), **said, "tone": tone}


@register.simple_tag
def sparkline(
    values: Sequence[float], label: str = "", target: float | None = None, wide: bool = False
) -> SafeString:
    """`{% sparkline row.followers _("Followers, 6 months") %}`: a line of a row of figures; `wide=True`
    for panels.
    """
    figures = [float(value) for value in values]
    if len(figures) < 2:
        return SafeString("")
    width, height = (400, 64) if wide else (56, 16)
    edge = [*figures, target] if target is not None else figures
    low, high = min(edge), max(edge)
    span = (high - low) or 1.0

    def down(value: float) -> float:
        return 1 + (height - 2) * (1 - (value - low) / span) if high > low else height / 2

    step = width / (len(figures) - 1)
    line = "L".join(f"{i * step:.1f} {down(value):.1f}" for i, value in enumerate(figures))
    aim = (
        format_html('<path class="aim" d="M0 {0}H{1}"/>', f"{down(target):.1f}", width)
        if target is not None
        else ""
    )
    said = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    return format_html(
        '<svg class="spark{}" {} viewBox="0 0 {} {}" preserveAspectRatio="none">{}<path d="M{}"/></svg>',
        " wide" if wide else "", said, width, height, aim, line,
    )  # fmt: skip


@register.inclusion_tag("ui/progress.html")
def progress(
    label: str, done: int, total: int, failed: int = 0, live: str = "", url: str = ""
) -> dict[str, Any]:
    """`{% progress _("Import") 412 1000 failed=3 %}`: what, how far, what failed so far."""
    return {"label": label, "done": done, "total": total, "failed": failed, "live": live, "url": url}


@register.inclusion_tag("ui/timeline.html")
def timeline(items: Iterable[Any]) -> dict[str, Any]:
    """`{% timeline items %}`: items have `state`, `text`, `at` and may have `note` and `url`
    (`shapes.Happened`).
    """
    return {"items": list(items)}


@register.simple_tag
def diff(before: str, after: str) -> SafeString:
    """`{% diff old.text new.text %}`: word by word, what went underlined in and what was struck out."""
    old, new = (re.findall(r"\s+|\w+|[^\w\s]", text or "") for text in (before, after))
    drawn: list[tuple[str, str, str]] = []
    for step, i, j, k, m in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if step == "equal":
            drawn.append(("span", "".join(old[i:j]), "span"))
            continue
        drawn += [("del", "".join(old[i:j]), "del")] if j > i else []
        drawn += [("ins", "".join(new[k:m]), "ins")] if m > k else []
    inside = format_html_join(
        "", "<{}>{}</{}>", ((SafeString(a), text, SafeString(b)) for a, text, b in drawn)
    )
    return format_html('<div class="diff" dir="auto">{}</div>', inside)


@register.simple_tag
def skeleton(lines: int = 3) -> SafeString:
    """`{% skeleton 5 %}`: grey lines while a part is being fetched."""
    spans = SafeString("<span></span>" * int(lines))
    return format_html('<div class="waits" role="status"><b class="sr">{}</b>{}</div>', _("Loading"), spans)
