"""Reading what keeps the log: holds, exports, streams, and the log itself as a thing to act upon."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from django.core.files.storage import default_storage
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from tabard.audit.chain import keys
from tabard.audit.chain.sealing import chain
from tabard.audit.kept import STREAMS, open_first
from tabard.audit.models import Chain, Export, LegalHold, Stream
from tabard.kernel import permissions
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Missing
from tabard.kernel.query import Page

M = TypeVar("M", bound=Model)


def log(by: Actor) -> Chain:
    """The log as a whole; actions judge who may do what to it."""
    found = chain()
    if not permissions.may(by, "audit.see", None):
        raise Missing(_("There is no such thing, or it is not yours to see."))
    return found


def _visible(by: Actor, rows: QuerySet[M], permission: str) -> QuerySet[M]:
    found: QuerySet[M] = permissions.reach(by, permission).narrow(rows, unit="unit_id")
    return found


def _one(rows: QuerySet[M], pk: int) -> M:
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Missing(_("There is no such thing, or it is not yours to see."))
    return found


def holds(by: Actor) -> QuerySet[LegalHold]:
    """Legal holds."""
    return open_first(_visible(by, LegalHold.objects.all(), "audit.keep"))


def legal_hold(by: Actor, pk: int) -> LegalHold:
    """One legal hold."""
    return _one(_visible(by, LegalHold.objects.all(), "audit.keep"), pk)


def exports(by: Actor) -> QuerySet[Export]:
    """Files that were asked for."""
    return _visible(by, Export.objects.all(), "audit.export")


def export(by: Actor, pk: int) -> Export:
    """One file's state and manifest."""
    return _one(_visible(by, Export.objects.all(), "audit.export"), pk)


def export_file(by: Actor, pk: int) -> tuple[str, Any]:
    """The name of a finished file, and the file."""
    found = export(by, pk)
    if not found.file:
        raise Missing(_("The file is not ready, or was deleted after a week."))
    return str(found.manifest["file"]), default_storage.open(found.file)


def streams(by: Actor) -> QuerySet[Stream]:
    """Streams."""
    return open_first(_visible(by, Stream.objects.all(), "audit.keep"))


def stream_page(by: Actor, params: Mapping[str, list[str]]) -> Page[Stream]:
    """A page of them; webhooks with the `secret` their messages are signed with."""
    page = STREAMS.page(by, streams(by), params)
    for each in page.rows:
        each.secret = keys.stream_secret(each.pk) if each.kind == "webhook" else ""  # type: ignore[attr-defined]
    return page


def stream(by: Actor, pk: int) -> Stream:
    """One stream."""
    return _one(_visible(by, Stream.objects.all(), "audit.keep"), pk)
