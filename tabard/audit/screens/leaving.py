"""Exports and streams."""

from __future__ import annotations

import json
from typing import Any

from django.http import FileResponse, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from tabard.audit import actions
from tabard.audit.lists import LOG
from tabard.audit.queries import keeping
from tabard.audit.screens.given import number
from tabard.kernel.errors import Invalid
from tabard.kernel.screen import done, draw, screen

NARROWING = [f.name for f in LOG.filters] + ["q"]


def exports(request: Any) -> HttpResponse:
    wrong: dict[str, list[str]] = {}
    asked = request.POST if request.method == "POST" else request.GET
    params = {name: values for name in NARROWING if (values := [v for v in asked.getlist(name) if v])}
    if request.method == "POST":
        try:
            log = keeping.log(request.actor)
            actions.export(request.actor, log, form=request.POST.get("form", ""), params=params)
            return done(request, reverse("audit_exports"), _("The file is being made."))
        except Invalid as error:
            wrong = error.fields
    shown = {"exports": keeping.exports(request.actor), "params": params, "wrong": wrong}
    return draw(
        request, "audit/exports.html", shown, part="audit/_exports.html", status=422 if wrong else 200
    )


def file(request: Any, export_id: int) -> FileResponse:
    name, opened = keeping.export_file(request.actor, export_id)
    return FileResponse(opened, as_attachment=True, filename=name, content_type="application/octet-stream")


def manifest(request: Any, export_id: int) -> HttpResponse:
    found = keeping.export(request.actor, export_id)
    response = HttpResponse(
        json.dumps(found.manifest, indent=1, ensure_ascii=False), content_type="application/json"
    )
    response["Content-Disposition"] = f'attachment; filename="audit-{found.pk}.manifest.json"'
    return response


def streams(request: Any) -> HttpResponse:
    wrong: dict[str, list[str]] = {}
    if request.method == "POST":
        try:
            return done(request, reverse("audit_streams"), _change(request))
        except Invalid as error:
            wrong = error.fields
    shown = {"streams": keeping.streams(request.actor), "wrong": wrong, "given": request.POST}
    return draw(request, "audit/streams.html", shown, status=422 if wrong else 200)


def _change(request: Any) -> str:
    if ended := number(request, "end"):
        actions.end_stream(request.actor, keeping.stream(request.actor, ended))
        return _("The stream has ended.")
    actions.stream(
        request.actor,
        keeping.log(request.actor),
        name=request.POST.get("name", ""),
        kind=request.POST.get("kind", ""),
        address=request.POST.get("address", ""),
        whole="whole" in request.POST,
    )
    return _("The stream begins within a minute.")


EXPORT = "audit/exports/<int:export_id>/"
urlpatterns = [
    screen("audit/exports/", exports, may="audit.export", name="audit_exports", does="audit.export"),
    screen(EXPORT + "file/", file, may="audit.export", name="audit_export_file", page=False),
    screen(EXPORT + "manifest/", manifest, may="audit.export", name="audit_export_manifest", page=False),
    screen(
        "audit/streams/",
        streams,
        may="audit.keep",
        name="audit_streams",
        does=("audit.stream", "audit.end_stream"),
    ),
]
