"""Exports and streams, by API."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django.http import FileResponse
from ninja import Router, Schema, Status

from tabard.audit import actions
from tabard.audit.kept import EXPORTS
from tabard.audit.queries import keeping
from tabard.kernel.drift import ByItself
from tabard.kernel.endpoint import Listed, endpoint, listed, query

router = Router(tags=["Audit"])


class AuditExportOut(Schema):
    id: int
    form: str
    params: dict[str, Any]
    made_at: datetime
    made_by: str
    done: ByItself[int]
    total: ByItself[int]
    finished_at: ByItself[datetime | None]
    trouble: ByItself[str]
    manifest: ByItself[dict[str, Any]]


class AuditOnly(Schema):
    q: str = ""
    action: list[str] = []
    person: list[int] = []
    kind: list[str] = []
    thing: list[int] = []
    channel: list[int] = []
    since: str = ""
    until: str = ""


class AuditExportMake(Schema):
    form: Literal["jsonl", "csv"]
    only: AuditOnly = AuditOnly()


class AuditStreamOut(Schema):
    id: int
    name: str
    kind: str
    address: str
    cursor: ByItself[int]
    made_at: datetime
    sent_at: ByItself[datetime | None]
    failures: ByItself[int]
    trouble: ByItself[str]
    ended_at: datetime | None


class AuditStreamMake(Schema):
    name: str
    kind: Literal["webhook", "syslog"]
    address: str
    whole: bool = False


@endpoint(router, "GET", "/audit/exports", may="audit.export", response=Listed[AuditExportOut])
def exports(
    request: Any, q: str = "", state: str = "", form: str = "", after: str = "", size: int = 50
) -> Any:
    """Files that were asked for, the newest first. `state`: `ready`, `making`, `failed` or `deleted`."""
    asked = query(q=q, state=state, form=form, after=after, size=size)
    return listed(EXPORTS.page(request.actor, keeping.exports(request.actor), asked))


@endpoint(
    router, "POST", "/audit/exports", may="audit.export", does="audit.export", response={202: AuditExportOut}
)
def make_export(request: Any, body: AuditExportMake) -> Any:
    """Have a file made, of what `only` leaves."""
    given = {n: v if isinstance(v, list) else [v] for n, v in body.only.dict().items()}
    params = {name: [str(v) for v in values if v != ""] for name, values in given.items()}
    log = keeping.log(request.actor)
    asked = {name: values for name, values in params.items() if values}
    return Status(202, actions.export(request.actor, log, form=body.form, params=asked))


@endpoint(router, "GET", "/audit/exports/{int:export_id}", may="audit.export", response=AuditExportOut)
def export(request: Any, export_id: int) -> Any:
    """How far a file is, and its manifest."""
    return keeping.export(request.actor, export_id)


@endpoint(router, "GET", "/audit/exports/{int:export_id}/file", may="audit.export")
def export_file(request: Any, export_id: int) -> Any:
    """The file itself, for a week."""
    name, opened = keeping.export_file(request.actor, export_id)
    return FileResponse(opened, as_attachment=True, filename=name, content_type="application/octet-stream")


@endpoint(router, "GET", "/audit/streams", may="audit.keep", response=Listed[AuditStreamOut])
def streams(
    request: Any,
    q: str = "",
    state: str = "",
    kind: str = "",
    sort: str = "",
    after: str = "",
    size: int = 50,
) -> Any:
    """Where entries go, and how far each has come. `state`: `running`, `failing` or `ended`."""
    asked = query(q=q, state=state, kind=kind, sort=sort, after=after, size=size)
    return listed(keeping.stream_page(request.actor, asked))


@endpoint(
    router, "POST", "/audit/streams", may="audit.keep", does="audit.stream", response={201: AuditStreamOut}
)
def make_stream(request: Any, body: AuditStreamMake) -> Any:
    """Send entries on as they are sealed."""
    return Status(201, actions.stream(request.actor, keeping.log(request.actor), **body.dict()))


@endpoint(
    router,
    "POST",
    "/audit/streams/{int:stream_id}/end",
    may="audit.keep",
    does="audit.end_stream",
    response=AuditStreamOut,
)
def end_stream(request: Any, stream_id: int) -> Any:
    """Nothing more is sent there."""
    return actions.end_stream(request.actor, keeping.stream(request.actor, stream_id))
