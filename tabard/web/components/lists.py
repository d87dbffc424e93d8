"""Components of lists: filters in the address, heads that sort, the pager, tabs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import template
from django.http import QueryDict
from django.template import RequestContext
from django.utils.html import format_html
from django.utils.safestring import SafeString

from tabard.kernel.query import Page
from tabard.web.shapes import Link

register = template.Library()
PAGING = ("after", "before")


def _address(context: RequestContext, **changes: str | None) -> str:
    """The address of the page with some of its query changed, and always back on the first page."""
    query: QueryDict = context["request"].GET.copy()
    for name in (*PAGING, *changes):
        query.pop(name, None)
    for name, value in changes.items():
        if value:
            query[name] = value
    return "?" + query.urlencode()


@register.simple_tag(takes_context=True)
def sort_head(
    context: RequestContext, page: Page[Any], label: str, up: str, down: str = "", number: bool = False
) -> SafeString:
    """`{% sort_head page _("Safety") "safety" "-safety" number=True %}`: a head of a column that sorts
    the list.

    `up` and `down` are names of the list's sorts; a press turns from one to the other.
    """
    turned = bool(down) and page.sort == up
    state = {down: "descending", up: "ascending"}.get(page.sort, "")
    arrow = {"ascending": "↑", "descending": "↓"}.get(state, "")
    said = format_html(' aria-sort="{}"', state) if state else ""
    url = _address(context, sort=down if turned else up)
    css = SafeString(' class="num"') if number else ""
    return format_html(
        '<th scope="col"{}{}><a href="{}">{} <span aria-hidden="true">{}</span></a></th>',
        css,
        said,
        url,
        label,
        arrow,
    )


@register.inclusion_tag("ui/filters.html", takes_context=True)
def filters(
    context: RequestContext,
    page: Page[Any],
    choices: Mapping[str, Sequence[Any]] | None = None,
    labels: Mapping[str, str] | None = None,
    placeholder: str = "",
    csv: str = "",
    views: Iterable[Link] = (),
    save: str = "",
) -> dict[str, Any]:
    """`{% filters page choices labels placeholder=_("Handle, link, person") csv=url %}`: the bar above a
    list.

    `page` and `choices` are what `Listing.page()` and `Listing.choices()` give; `labels` names the filters.
    """
    request = context["request"]
    chosen = {name: set(request.GET.getlist(name)) for name in choices or {}}
    questions = [
        {
            "name": name,
            "label": (labels or {}).get(name, name.replace("_", " ").capitalize()),
            "options": [(o.value, o.label, str(o.value) in chosen[name]) for o in options],
        }
        for name, options in (choices or {}).items()
        if options
    ]
    chips = []
    for active in page.active:
        query = request.GET.copy()
        query.setlist(active.name, [v for v in query.getlist(active.name) if v != active.value])
        for name in PAGING:
            query.pop(name, None)
        chips.append({"name": f"{active.label}: {active.said}", "without": "?" + query.urlencode()})
    asked = {*chosen, "q", *PAGING}
    keep = [(name, value) for name, values in request.GET.lists() if name not in asked for value in values]
    kept = [(a.name, a.value) for a in page.active]
    return {
        "request": request,
        "query": page.search,
        "placeholder": placeholder,
        "questions": questions,
        "chips": chips,
        "keep": keep,
        "kept": kept,
        "clear": request.path,
        "csv": f"{csv.partition('?')[0]}?{request.GET.urlencode()}" if csv else "",
        "views": list(views),
        "save": save,
    }


@register.inclusion_tag("ui/pager.html", takes_context=True)
def pager(context: RequestContext, page: Page[Any]) -> dict[str, Any]:
    """`{% pager page %}`: newer and older, and how many there are."""
    return {
        "page": page,
        "older": _address(context, after=page.older) if page.older else "",
        "newer": _address(context, before=page.newer) if page.newer else "",
    }


@register.inclusion_tag("ui/tabs.html")
def tabs(links: Iterable[Link], label: str) -> dict[str, Any]:
    """`{% tabs links _("Lists of the register") %}`: links are `shapes.Link`."""
    return {"links": links, "label": label}


@register.inclusion_tag("ui/segmented.html")
def segmented(links: Iterable[Link], label: str) -> dict[str, Any]:
    """`{% segmented links _("View") %}`: a choice of a few ways to see the same thing."""
    return {"links": links, "label": label}


@register.simple_tag
def select_box(value: Any, label: str, name: str = "row") -> SafeString:
    """`{% select_box channel.pk channel.name %}`: the box at the start of a row, for acts on many."""
    return format_html(
        '<input type="checkbox" name="{}" value="{}" data-row aria-label="{}">', name, value, label
    )


@register.simple_tag
def select_all(label: str) -> SafeString:
    """The box in the head of a table that marks all rows shown; it only appears with script."""
    return format_html('<input type="checkbox" data-rows aria-label="{}" hidden>', label)
