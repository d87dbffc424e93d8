"""The register by API."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Field, File, Form, Router, Schema, Status
from ninja.files import UploadedFile

from tabard.kernel.drift import ByItself
from tabard.kernel.endpoint import Listed, endpoint, listed, query
from tabard.org.queries import person_named
from tabard.org.queries import unit as unit_of
from tabard.register import actions, connecting, import_queries, jobs, queries

router = Router(tags=["Register"])


class PlatformOut(Schema):
    slug: str
    name: str
    mark: str


class ChannelOut(Schema):
    """A channel. `answers_id` and `backs_id` are who answers for it, the unit's lead and deputy included."""

    id: int
    platform: str
    handle: str
    url: str
    remote_id: str
    former_handles: list[str]
    name: str
    unit_id: int
    state: str
    owner_id: int | None
    deputy_id: int | None
    answers_id: int | None
    backs_id: int | None
    purpose: str
    audience: str
    languages: list[str]
    business_manager: str
    recovery_email: str
    recovery_owner_id: int | None
    second_factor: str
    admins: list[str]
    reference: str
    followers: ByItself[int | None]
    last_activity_at: ByItself[datetime | None]
    health: ByItself[str]
    problem: ByItself[str]
    attested_at: datetime | None
    attested_by_id: int | None
    unattested_at: datetime | None
    created_at: datetime

    @staticmethod
    def resolve_platform(found: Any) -> str:
        return str(found.platform_id)


class Known(Schema):
    """What may be said of a channel; what is left out stays as it is. People are ids, e-mails or names."""

    name: str | None = None
    purpose: str | None = None
    audience: str | None = None
    languages: list[str] | None = None
    business_manager: str | None = None
    recovery_email: str | None = None
    second_factor: str | None = None
    admins: list[str] | None = None
    reference: str | None = None
    owner: str | int | None = None
    deputy: str | int | None = None
    recovery_owner: str | int | None = None


class ChannelIn(Known):
    """`handle` is a link, or a handle with its `platform`."""

    unit_id: int
    handle: str
    platform: str = ""
    state: str = "active"


class ChannelChange(Known):
    handle: str | None = None


class Place(Schema):
    unit_id: int


class Life(Schema):
    state: str
    why: str = ""


class Key(Schema):
    """`kind` is one of the ways the platform offers, `fields` what it asks for. Never shown again."""

    kind: str = ""
    fields: dict[str, str]


def _given(by: Any, body: Known) -> dict[str, Any]:
    """The fields that were sent; people looked up."""
    given = body.dict(exclude_unset=True)
    for name in ("owner", "deputy", "recovery_owner"):
        if name in given:
            given[name] = person_named(by, str(given[name] or ""), name)
    return {k: v for k, v in given.items() if v is not None or k in {"owner", "deputy", "recovery_owner"}}


@endpoint(router, "GET", "/platforms", may="channels.see", response=list[PlatformOut])
def platforms(request: Any) -> Any:
    """The catalogue of platforms."""
    return queries.platforms()


@endpoint(router, "GET", "/channels", may="channels.see", response=Listed[ChannelOut])
def channels(
    request: Any,
    q: str = "",
    list: str = "",
    platform: str = "",
    state: str = "",
    health: str = "",
    unit_id: int | None = None,
    within: int | None = None,
    owner_id: int | None = None,
    reference: str = "",
    sort: str = "",
    after: str = "",
    size: int = 50,
) -> Any:
    """Channels. `list` is work, no_owner, one_person, failing, unconnected, dormant or retired;
    `within` a unit with all below it. Retired ones are left out unless `list` or `state` asks for them."""
    scope = unit_of(request.actor, within) if within is not None else None
    asked = query(
        q=q, list=list, platform=platform, state=state, health=health, unit=unit_id, owner=owner_id,
        reference=reference, sort=sort, after=after, size=size,
    )  # fmt: skip
    return listed(queries.channels(request.actor, scope, asked))


@endpoint(router, "POST", "/channels", may="channels.edit", does="channel.add", response={201: ChannelOut})
def add(request: Any, body: ChannelIn) -> Status[Any]:
    """Put a channel into the register."""
    given = _given(request.actor, body)
    place = unit_of(request.actor, given.pop("unit_id"))
    made = actions.add_channel(request.actor, place, **given)
    return Status(201, queries.channel(request.actor, made.pk))


@endpoint(router, "GET", "/channels/{int:channel_id}", may="channels.see", response=ChannelOut)
def channel(request: Any, channel_id: int) -> Any:
    """One channel."""
    return queries.channel(request.actor, channel_id)


@endpoint(
    router,
    "PATCH",
    "/channels/{int:channel_id}",
    may="channels.edit",
    does="channel.change",
    response=ChannelOut,
)
def change(request: Any, channel_id: int, body: ChannelChange) -> Any:
    """Change what is known of a channel."""
    found = queries.channel(request.actor, channel_id)
    actions.change_channel(request.actor, found, **_given(request.actor, body))
    return queries.channel(request.actor, channel_id)


@endpoint(
    router,
    "PUT",
    "/channels/{int:channel_id}/unit",
    may="channels.edit",
    does="channel.move",
    response=ChannelOut,
)
def move(request: Any, channel_id: int, body: Place) -> Any:
    """Give a channel to another unit."""
    found = queries.channel(request.actor, channel_id)
    actions.move_channel(request.actor, found, unit=unit_of(request.actor, body.unit_id))
    return queries.channel(request.actor, channel_id)


@endpoint(
    router,
    "PUT",
    "/channels/{int:channel_id}/state",
    may="channels.edit",
    does="channel.set_state",
    response=ChannelOut,
)
def state(request: Any, channel_id: int, body: Life) -> Any:
    """Move a channel in its life: proposed, active, dormant, retiring, retired."""
    found = queries.channel(request.actor, channel_id)
    actions.set_state(request.actor, found, state=body.state, why=body.why)
    return queries.channel(request.actor, channel_id)


@endpoint(
    router,
    "PUT",
    "/channels/{int:channel_id}/connection",
    may="channels.connect",
    does="channel.connect",
    response=ChannelOut,
)
def connect(request: Any, channel_id: int, body: Key) -> Any:
    """Connect a channel with a key. The platform is asked first whose it is."""
    found = queries.channel(request.actor, channel_id)
    connecting.connect_with(request.actor, found, body.kind, body.fields)
    return queries.channel(request.actor, channel_id)


@endpoint(
    router,
    "POST",
    "/channels/{int:channel_id}/connection/check",
    may="channels.connect",
    does=("channel.check", "channel.check_failed"),
    response=ChannelOut,
)
def check(request: Any, channel_id: int) -> Any:
    """Ask the platform whether the key still works."""
    connecting.check(request.actor, queries.channel(request.actor, channel_id))
    return queries.channel(request.actor, channel_id)


@endpoint(
    router,
    "DELETE",
    "/channels/{int:channel_id}/connection",
    may="channels.connect",
    does="channel.disconnect",
    response={204: None},
)
def disconnect(request: Any, channel_id: int) -> Status[Any]:
    """Forget the key of a channel."""
    actions.disconnect(request.actor, queries.channel(request.actor, channel_id))
    return Status(204, None)


@endpoint(
    router,
    "DELETE",
    "/channels/{int:channel_id}/access-left",
    may="channels.connect",
    does="channel.ended_there",
    response={204: None},
)
def ended_there(request: Any, channel_id: int) -> Status[Any]:
    """Say that somebody ended on the platform the access that Tabard could not end there."""
    actions.ended_there(request.actor, queries.channel(request.actor, channel_id))
    return Status(204, None)


class ImportOut(Schema):
    """An import. `state`: checking, checked, writing, done or failed; `counts` by outcome."""

    id: int
    unit_id: int
    name: str
    kind: str
    columns: dict[str, str]
    state: str
    rows: int
    rows_done: ByItself[int]
    counts: ByItself[dict[str, int]]
    problem: str
    started_at: datetime
    ended_at: datetime | None

    @staticmethod
    def resolve_kind(found: Any) -> str:
        return str(found.columns["kind"])

    @staticmethod
    def resolve_columns(found: Any) -> dict[str, str]:
        return dict(found.columns["map"])


class RowOut(Schema):
    """What becomes of one row: new, changed, same or refused, and why."""

    row: int
    outcome: str
    label: str
    changes: dict[str, list[Any]]
    why: list[str]


class ColumnsIn(Schema):
    """`fields` maps a field to the column of the file that it is read from."""

    kind: str
    fields: dict[str, str]
    sheet: str = Field("", description="Of an Excel file another one; its columns are found out anew.")


@endpoint(router, "GET", "/imports", may="channels.import", response=Listed[ImportOut])
def imports(
    request: Any, q: str = "", state: str = "", refused: str = "", after: str = "", size: int = 50
) -> Any:
    """Imports, the newest first. `refused=yes`: those with rows that were refused."""
    asked = query(q=q, state=state, refused=refused, after=after, size=size)
    return listed(import_queries.page(request.actor, None, asked))


@endpoint(
    router,
    "POST",
    "/imports",
    may="channels.import",
    does=("import.start", "import.check", "import.fail"),
    response={202: ImportOut},
)
def bring(
    request: Any,
    file: File[UploadedFile],
    unit_id: Form[int],
    kind: Form[str] = "",
    sheet: Form[str] = "",
) -> Status[Any]:
    """Bring a list: `multipart/form-data` with `file` and `unit_id`. It is checked; nothing changes yet.

    `sheet`: of an Excel file another one than the first.
    """
    place = unit_of(request.actor, unit_id)
    said = {"name": file.name or "", "kind": kind, "sheet": sheet}
    made = actions.start_import(request.actor, place, data=file.read(), **said)
    jobs.check_import.defer(import_id=made.pk)
    return Status(202, made)


@endpoint(router, "GET", "/imports/{int:import_id}", may="channels.import", response=ImportOut)
def brought(request: Any, import_id: int) -> Any:
    """How far an import is."""
    return import_queries.brought(request.actor, import_id)


@endpoint(router, "GET", "/imports/{int:import_id}/rows", may="channels.import", response=list[RowOut])
def rows(request: Any, import_id: int, outcome: str = "", after: int = 0, size: int = 200) -> Any:
    """What becomes of the rows; the last `row` goes into the next call as `after`."""
    found = import_queries.brought(request.actor, import_id)
    return import_queries.results(found, outcome, after, min(max(size, 1), 1000))


@endpoint(
    router,
    "PUT",
    "/imports/{int:import_id}/columns",
    may="channels.import",
    does="import.columns",
    response={202: ImportOut},
)
def columns(request: Any, import_id: int, body: ColumnsIn) -> Status[Any]:
    """Say which column is which; the file is checked again."""
    found = import_queries.brought(request.actor, import_id)
    changed = actions.set_columns(request.actor, found, **body.dict())
    jobs.check_import.defer(import_id=import_id)
    return Status(202, changed)


@endpoint(
    router,
    "PUT",
    "/imports/{int:import_id}/written",
    may="channels.import",
    does=("import.begin", "import.write", "import.fail"),
    response={202: ImportOut},
)
def write(request: Any, import_id: int) -> Status[Any]:
    """Write what was checked: every row that fits, together."""
    changed = actions.begin_import(request.actor, import_queries.brought(request.actor, import_id))
    jobs.write_import.defer(import_id=import_id)
    return Status(202, changed)
