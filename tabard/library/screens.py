"""The library: files of the scope, added, described, and shown to those who may see them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tabard.kernel.errors import Invalid, Missing
from tabard.kernel.opened import Opened
from tabard.kernel.ranged import ranged
from tabard.kernel.screen import done, download, draw, is_part, list_of, params, screen
from tabard.library import actions, queries
from tabard.org.queries import place_for


def index(request: Any) -> HttpResponse:
    page = queries.assets(request.actor, request.scope, params(request))
    return draw(request, "library/index.html", _shown(request, page), part="library/_rows.html")


def _shown(request: Any, page: Any, wrong: list[str] | None = None) -> dict[str, Any]:
    drawn = list_of(request, queries.ASSETS, page, "library_csv")
    return {**drawn, "largest": settings.LARGEST_FILE, "wrong": wrong or []}


def export(request: Any) -> Any:
    rows = queries.visible(request.actor, request.scope)
    return download(queries.ASSETS.csv(rows, params(request)), "library.csv")


def add(request: Any) -> HttpResponse:
    """Keep each of the files that were chosen; those that cannot be kept are named with the reason."""
    unit = place_for(request.actor, request.scope, "library.add")
    wrong, kept = [], 0
    for file in request.FILES.getlist("files"):
        try:
            actions.add_asset(request.actor, unit, name=file.name or "", data=file)
            kept += 1
        except Invalid as error:
            wrong.append(f"{file.name}: {error.reason}")
    if wrong and is_part(request):
        return HttpResponse("\n".join(wrong), status=422, content_type="text/plain; charset=utf-8")
    if wrong:
        page = queries.assets(request.actor, request.scope, {})
        return draw(request, "library/index.html", _shown(request, page, wrong), status=422)
    said = ngettext("%(n)s file added.", "%(n)s files added.", kept) % {"n": kept}
    return done(request, request.path.removesuffix("new/"), said)


def asset(request: Any, asset_id: int) -> HttpResponse:
    found = queries.asset(request.actor, asset_id)
    wrong: dict[str, list[str]] = {}
    form = Opened(request.POST, found.form_values())
    if request.method == "POST":
        try:
            actions.change_asset(request.actor, found, **form.mine, was=form.base)
            return done(request, request.path, _("Saved."))
        except Invalid as error:
            wrong = form.refused(error)
    shown = {
        "asset": found,
        "kind": queries.KINDS.get(found.kind, found.kind),
        "hidden": [queries.HIDDEN[each] for each in found.hidden if each in queries.HIDDEN],
        "form": form,
        "wrong": wrong,
    }
    return draw(request, "library/asset.html", shown, status=422 if wrong else 200)


def picture(request: Any, asset_id: int, size: str) -> HttpResponse | StreamingHttpResponse:
    """The file itself or a part of it, or its small picture, for those who may see it."""
    found = queries.asset(request.actor, asset_id)
    small = size == "small" and found.thumbnail
    try:
        if small:
            there = found.thumbnail
            response = ranged(request, there.name, "image/jpeg", there.size, f"{found.sha256}-small")
        else:
            response = ranged(request, found.file.name, found.mime, found.size, found.sha256)
    except FileNotFoundError as error:
        raise Missing(_("This file is not where files are kept.")) from error
    response["Cache-Control"] = "private, max-age=86400"
    return response


urlpatterns = [
    screen("library/", index, may="library.see", name="library"),
    screen("library/csv/", export, may="library.see", name="library_csv", page=False),
    screen("library/new/", add, may="library.add", name="library_add", does="asset.add", page=False),
    screen("library/<int:asset_id>/", asset, may="library.see", name="asset", does="asset.change"),
    screen("library/<int:asset_id>/<slug:size>/", picture, may="library.see", name="picture", page=False),
]
