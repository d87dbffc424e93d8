"""The list of channels with its panel, and one channel as a page."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from tabard.kernel import text
from tabard.kernel.errors import Missing
from tabard.kernel.screen import download, draw, params, why_not
from tabard.register import queries
from tabard.register.connecting import ways
from tabard.register.granted import not_allowed
from tabard.register.history import history
from tabard.register.shapes import Tab


def index(request: Any) -> HttpResponse:
    """The register of the scope; `?open=12` shows one channel beside it."""
    page = queries.channels(request.actor, request.scope, params(request))
    shown = {
        "page": page,
        "rows": [queries.row(c) for c in page.rows],
        "tabs": _tabs(request),
        "choices": queries.CHANNELS.choices(request.actor),
        "labels": {f.name: f.label for f in queries.CHANNELS.filters},
        "csv": reverse("register_csv"),
        **_panel(request),
    }
    return draw(request, "register/index.html", shown, part="register/_list.html")


def _tabs(request: Any) -> list[Tab]:
    counts = queries.counts(request.actor, request.scope)
    here = request.GET.get("list", "")
    tabs = [Tab(_("All"), reverse("register"), not here, counts["all"])]
    for name, label in queries.LISTS.items():
        if counts[name] or here == name:
            tabs.append(Tab(str(label), f"{reverse('register')}?list={name}", here == name, counts[name]))
    return tabs


def _panel(request: Any) -> dict[str, Any]:
    """What stands beside the list: nothing unless a channel is open and may be seen."""
    wanted = request.GET.get("open", "")
    query = request.GET.copy()
    for name in ("open", "tab"):
        query.pop(name, None)
    closed = f"{request.path}?{query.urlencode()}"
    if (number := text.number(wanted)) is None:
        return {"closed": closed, "query": query.urlencode()}
    try:
        found = queries.channel(request.actor, number)
    except Missing:
        return {"closed": closed, "query": query.urlencode()}
    shown = one(request, found, f"{closed}&open={found.pk}&tab=")
    return {"closed": closed, "query": query.urlencode(), **shown}


def one(request: Any, channel: Any, address: str) -> dict[str, Any]:
    """What is drawn of one channel; `address` leads to its tabs."""
    tab = request.GET.get("tab", "") if request.GET.get("tab") in {"access", "history"} else "about"
    kept = getattr(channel, "connection", None)
    tabs = [
        Tab(_("About"), f"{address}about", tab == "about"),
        Tab(_("Access"), f"{address}access", tab == "access"),
    ]
    tabs += above(channel.pk)
    if not why_not(request, "audit.see", channel):
        tabs.append(Tab(_("History"), f"{address}history", tab == "history"))
    return {
        "channel": channel,
        "row": queries.row(channel),
        "answers": channel.answers,
        "backs": channel.backs,
        "kept": kept,
        "ways": ways(channel.platform_id),
        "tab": tab,
        "channel_tabs": tabs,
        "steps": queries.steps(channel),
        "not_allowed": not_allowed(channel, kept) if tab == "access" else [],
        "left_there": queries.left_there(channel) if tab == "access" else [],
        "lines": history(request.actor, channel) if tab == "history" else [],
        "why_not_edit": why_not(request, "channels.edit", channel),
        "why_not_connect": why_not(request, "channels.connect", channel),
    }


def above(channel_id: int) -> list[Tab]:
    """The tabs that apps above have of a channel."""
    found = (
        (_("Safety"), page_of("channel_safety", channel_id)),
        (_("Posts"), posts_of(channel_id)),
        (_("Public"), page_of("channel_public", channel_id)),
        (_("Needed?"), page_of("channel_needed", channel_id)),
    )
    return [Tab(word, url) for word, url in found if url]


def posts_of(channel_id: int) -> str:
    """Where its posts are listed, by an app above."""
    try:
        return f"{reverse('posts')}?channel={channel_id}"
    except NoReverseMatch:
        return ""


def page_of(name: str, channel_id: int) -> str:
    """Where an app above says more of it: how safe it is, whether it is public, whether it is needed."""
    try:
        return reverse(name, args=[channel_id])
    except NoReverseMatch:
        return ""


def channel(request: Any, channel_id: int) -> HttpResponse:
    found = queries.channel(request.actor, channel_id)
    shown = one(request, found, f"{reverse('channel', args=[channel_id])}?tab=")
    return draw(request, "register/channel.html", shown, part="register/_channel.html")


def export(request: Any) -> Any:
    rows = queries.exported(request.actor, request.scope, params(request))
    return download(queries.CHANNELS.csv(rows, params(request)), "register.csv")
