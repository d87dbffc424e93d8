"""The library: pictures of the scope, added, described, and shown to those who may see them."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, HttpResponse
from django.utils.translation import gettext as _

from tabard.kernel.errors import Invalid, Missing
from tabard.kernel.opened import Opened
from tabard.kernel.screen import done, download, draw, params, screen
from tabard.library import actions, queries
from tabard.org.queries import place_for


def index(request: Any) -> HttpResponse:
    page = queries.assets(request.actor, request.scope, params(request))
    return draw(request, "library/index.html", {"page": page}, part="library/_rows.html")


def export(request: Any) -> Any:
    rows = queries.visible(request.actor, request.scope)
    return download(queries.ASSETS.csv(rows, params(request)), "library.csv")


def add(request: Any) -> HttpResponse:
    """Keep each of the files that were chosen; those that cannot be kept are named with the reason."""
    unit = place_for(request.actor, request.scope, "library.add")
    wrong, kept = [], 0
    for file in request.FILES.getlist("files"):
        try:
            actions.add_asset(request.actor, unit, name=file.name or "", data=file.read())
            kept += 1
        except Invalid as error:
            wrong.append(f"{file.name}: {error.reason}")
    if wrong:
        page = queries.assets(request.actor, request.scope, {})
        return draw(request, "library/index.html", {"page": page, "wrong": wrong}, status=422)
    return done(request, request.path.removesuffix("new/"), _("%(n)s pictures added.") % {"n": kept})


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
    shown = {"asset": found, "form": form, "wrong": wrong}
    return draw(request, "library/asset.html", shown, status=422 if wrong else 200)


def picture(request: Any, asset_id: int, size: str) -> FileResponse:
    """The file itself, only for those who may see it; never run as anything but a picture."""
    found = queries.asset(request.actor, asset_id)
    small = size == "small" and found.thumbnail
    try:
        response = FileResponse((found.thumbnail if small else found.file).open("rb"))
    except FileNotFoundError as error:
        raise Missing(_("The file of this picture is not where files are kept.")) from error
    response["Content-Type"] = "image/jpeg" if small else found.mime
    response["Cache-Control"] = "private, max-age=86400"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


urlpatterns = [
    screen("library/", index, may="library.see", name="library"),
    screen("library/csv/", export, may="library.see", name="library_csv", page=False),
    screen("library/new/", add, may="library.add", name="library_add", does="asset.add", page=False),
    screen("library/<int:asset_id>/", asset, may="library.see", name="asset", does="asset.change"),
    screen("library/<int:asset_id>/<slug:size>/", picture, may="library.see", name="picture", page=False),
]
