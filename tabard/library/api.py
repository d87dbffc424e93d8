"""The library by API."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import File, Form, Router, Schema, Status
from ninja.files import UploadedFile

from tabard.kernel.endpoint import Listed, endpoint, listed, query
from tabard.library import actions, queries
from tabard.org.queries import unit as unit_of

router = Router(tags=["Library"])


class AssetOut(Schema):
    id: int
    name: str
    unit_id: int
    kind: str
    mime: str
    size: int
    width: int
    height: int
    seconds: float
    codec: str
    sound: str
    fps: float
    pages: int
    title: str
    hidden: list[str]
    alt: str
    sha256: str
    added_at: datetime


class AssetChange(Schema):
    name: str | None = None
    alt: str | None = None


@endpoint(router, "GET", "/assets", may="library.see", response=Listed[AssetOut])
def assets(request: Any, q: str = "", kind: str = "", sort: str = "", after: str = "", size: int = 50) -> Any:
    """Files of the library; `kind`: image, animation, video or document."""
    asked = query(q=q, kind=kind, sort=sort, after=after, size=size)
    return listed(queries.assets(request.actor, None, asked))


@endpoint(router, "POST", "/assets", may="library.add", does="asset.add", response={201: AssetOut})
def add(request: Any, file: File[UploadedFile], unit_id: Form[int], alt: Form[str] = "") -> Status[Any]:
    """Add a picture, video or document: `multipart/form-data` with `file` and `unit_id`."""
    unit = unit_of(request.actor, unit_id)
    return Status(201, actions.add_asset(request.actor, unit, name=file.name or "", data=file, alt=alt))


@endpoint(router, "GET", "/assets/{int:asset_id}", may="library.see", response=AssetOut)
def asset(request: Any, asset_id: int) -> Any:
    """One file of the library."""
    return queries.asset(request.actor, asset_id)


@endpoint(
    router, "PATCH", "/assets/{int:asset_id}", may="library.add", does="asset.change", response=AssetOut
)
def change(request: Any, asset_id: int, body: AssetChange) -> Any:
    """Name or describe a file."""
    return actions.change_asset(
        request.actor, queries.asset(request.actor, asset_id), name=body.name, alt=body.alt
    )
