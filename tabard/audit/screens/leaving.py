"""Exports and streams."""

from __future__ import annotations

import json
from typing import Any

from django.http import FileResponse, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from tabard.audit import actions
from tabard.audit.kept import EXPORTS, STREAMS
from tabard.audit.lists import LOG
from tabard.audit.queries import keeping
from tabard.audit.screens.given import number
from tabard.kernel.errors import Invalid
from tabard.kernel.screen import done, download, draw, list_of, screen
from tabard.kernel.screen import params as asked_for

NARROWING = [f.name for f in LOG.filters] + ["q"]


def exports(request: Any) -> HttpResponse:
    """`?only=` is what the log was narrowed by, as its address has it: what the next file is to hold."""
    wrong: dict[str, list[str]] = {}
    asked = request.POST if request.method == "POST" else QueryDict(request.GET.get("only", ""))
    params = {name: values for name in NARROWING if (values := [v for v in asked.getlist(name) if v])}
    if request.method == "POST":
        try:
            log = keeping.log(request.actor)
            actions.export(request.actor, log, form=request.POST.get("form", ""), params=params)
            return done(request, reverse("audit_exports"), _("The file is being made."))
        except Invalid as error:
            wrong = error.fields
    page = EXPORTS.page(request.actor, keeping.exports(request.actor), asked_for(request))
    shown = list_of(request, EXPORTS, page, "audit_exports_csv") | {"params": params, "wrong": wrong}
    part = None if wrong else "audit/_exports.html"
    return draw(request, "audit/exports.html", shown, part=part, status=422 if wrong else 200)


def exports_csv(request: Any) -> Any:
    return download(EXPORTS.csv(keeping.exports(request.actor), asked_for(request)), "audit-exports.csv")


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
    page = keeping.stream_page(request.actor, asked_for(request))
    shown = list_of(request, STREAMS, page, "audit_streams_csv") | {"wrong": wrong, "given": request.POST}
    part = None if wrong else "audit/_streams.html"
    return draw(request, "audit/streams.html", shown, part=part, status=422 if wrong else 200)


def streams_csv(request: Any) -> Any:
    return download(STREAMS.csv(keeping.streams(request.actor), asked_for(request)), "audit-streams.csv")


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
    screen("audit/exports/csv/", exports_csv, may="audit.export", name="audit_exports_csv", page=False),
    screen("audit/streams/csv/", streams_csv, may="audit.keep", name="audit_streams_csv", page=False),
    screen(
        "audit/streams/",
        streams,
        may="audit.keep",
        name="audit_streams",
        does=("audit.stream", "audit.end_stream"),
    ),
]
