"""Screens: a route cannot be made without saying who may open it, and parts go out like pages.

A view is `view(request, ...) -> HttpResponse`; `request.actor` is who asks, `request.scope` the unit
that is looked at (None: the whole organisation).
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render as django_render
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from tabard.kernel import permissions
from tabard.kernel.actor import Actor
from tabard.kernel.at_fields import at_fields
from tabard.kernel.errors import Denied
from tabard.kernel.query import Listing, Page

View = Callable[..., HttpResponse | StreamingHttpResponse]


class Request(HttpRequest):
    """What views get; middleware of `access` and `org` sets both."""

    actor: Actor
    scope: Any


def screen(
    route: str,
    view: View,
    *,
    may: str,
    name: str = "",
    does: str | Iterable[str] = (),
    page: bool = True,
    step_up: bool = False,
) -> URLPattern:
    """A route. `may`: the permission needed to open it, or PUBLIC or SIGNED_IN; `does`: the actions it calls.

    The route is the first gate only: the object is checked again by the query or action behind it.
    `page=False` marks parts and downloads, which need no place in the browser checks. `step_up=True` opens
    only to who has shown lately that it is them; actions ask for that by themselves.
    """

    @functools.wraps(view)
    def gate(request: Request, *args: Any, **kwargs: Any) -> HttpResponse | StreamingHttpResponse:
        if may != permissions.PUBLIC:
            if request.actor is None:
                return HttpResponseRedirect(
                    f"{reverse('account_login')}?{urlencode({'next': request.get_full_path()})}"
                )
            if may != permissions.SIGNED_IN:
                answer = permissions.may(request.actor, may, None)
                if not answer:
                    raise Denied(answer.reason)
            if step_up:
                permissions.demand_proof(request.actor)
        return view(request, *args, **kwargs)

    gate.may = may  # type: ignore[attr-defined]
    gate.does = (does,) if isinstance(does, str) else tuple(does)  # type: ignore[attr-defined]
    gate.page = page  # type: ignore[attr-defined]
    return path(route, gate, name=name or "")


def is_part(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of the page that is already open."""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-Boosted") != "true"


def draw(
    request: HttpRequest,
    page: str,
    context: dict[str, Any] | None = None,
    *,
    part: str | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page, or only its `part` when htmx asks for that; what is `wrong` is said at its fields."""
    template = part if part and is_part(request) else page
    response = django_render(request, template, context, status=status)
    wrong = (context or {}).get("wrong")
    if wrong and isinstance(wrong, Mapping):
        sent = {*request.POST, *request.GET}
        response.content = at_fields(response.content.decode(), wrong, sent)
    response["Vary"] = "HX-Request, Cookie, Accept-Language"
    return response


def parts(
    request: HttpRequest, *changed: tuple[str, dict[str, Any]], said: str = "", status: int = 200
) -> HttpResponse:
    """The parts a change has touched, each replacing itself out of band, and one toast.

    Every template here draws one element with an id and `hx-swap-oob="true"` where `oob` is set.
    """
    drawn = [render_to_string(template, {**context, "oob": True}, request) for template, context in changed]
    if said:
        drawn.append(render_to_string("ui/toast.html", {"said": said, "oob": True}, request))
    return HttpResponse("".join(drawn), status=status)


def done(request: HttpRequest, to: str, said: str = "") -> HttpResponse:
    """After a change that leads elsewhere: say it there, with and without script."""
    if said:
        messages.success(request, said)
    if is_part(request):
        return HttpResponse(status=204, headers={"HX-Redirect": to})
    return HttpResponseRedirect(to)


def params(request: HttpRequest) -> dict[str, list[str]]:
    """The address' query as `Listing` takes it."""
    return {name: request.GET.getlist(name) for name in request.GET}


def list_of(request: Any, listing: Listing[Any], page: Page[Any], csv: str, *of: int) -> dict[str, Any]:
    """What a list's page draws: its rows, what they can be narrowed by, and `csv`, the route of its file;
    `of`: the ids in that route."""
    return {
        "page": page,
        "choices": listing.choices(request.actor),
        "labels": {each.name: each.label for each in listing.filters},
        "csv": f"{reverse(csv, args=of)}?{request.GET.urlencode()}",
    }


def download(lines: Iterable[str], name: str) -> StreamingHttpResponse:
    """A CSV file that is written while it is read."""
    response = StreamingHttpResponse(
        (line.encode() for line in lines), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def why_not(request: Request, permission: str, thing: Any) -> str:
    """The reason to show on a disabled button; empty if `request.actor` may."""
    answer = permissions.may(request.actor, permission, thing.place())
    return "" if answer else answer.reason or _("You may not do this here.")
