"""Files of entries with a manifest that lets somebody else check them."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.core.files import File
from django.core.files.storage import default_storage
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import override

from tabard.audit.chain import encoding, keys
from tabard.audit.chain.sealing import chain
from tabard.audit.lists import LOG, said
from tabard.audit.models import Entry, Export, Seal
from tabard.kernel import clock, permissions
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Denied

KEPT = timedelta(days=7)
STEP = 5_000  # entries between two signs of progress


def write(export_id: int) -> None:
    """Write the file and its manifest; begun anew if a worker died over it."""
    made = Export.objects.get(pk=export_id)
    if made.finished_at:
        return
    try:
        with override("en"):
            _still_may(made)
            _write(made)
    except Denied as refused:
        Export.objects.filter(pk=made.pk).update(trouble=str(refused)[:500])
    except OSError as error:
        Export.objects.filter(pk=made.pk).update(trouble=str(error)[:500])
        raise


def _write(made: Export) -> None:
    rows = LOG.narrow(Entry.objects.filter(at__lte=made.made_at), made.params)
    made.total = rows.count()
    made.save(update_fields=["total"])
    digest = hashlib.sha256()
    with tempfile.TemporaryFile() as file:
        first, last, count = 0, 0, 0
        lines = _csv(rows) if made.form == "csv" else _json(rows)
        for pk, line in lines:
            data = line.encode()
            digest.update(data)
            file.write(data)
            if pk:
                first, last, count = first or pk, pk, count + 1
                if count % STEP == 0:
                    Export.objects.filter(pk=made.pk).update(done=count)
        _still_may(made)  # many entries take minutes
        file.seek(0)
        name = f"audit-{made.made_at:%Y%m%d}-{made.pk}.{made.form}"
        made.file = default_storage.save(f"audit/{name}", File(file))
    made.done, made.finished_at, made.trouble = count, clock.now(), ""
    made.manifest = _manifest(made, name, {"first": first, "last": last}, digest.hexdigest())
    made.save()


def _still_may(made: Export) -> None:
    """Whoever asked may have left since, or may not take the log along any more."""
    if made.asker is None:
        return
    asker = Actor("person", made.made_by, "job", person_id=made.asker)
    if not permissions.may(asker, "audit.export", made.place()):
        said = _("%(person)s, who asked for it, may not export the audit log any more.")
        raise Denied(said % {"person": made.made_by})


def _json(rows: QuerySet[Entry]) -> Iterator[tuple[int, str]]:
    for entry in rows.order_by("pk").iterator(2000):
        yield entry.pk, json.dumps(plain(entry), ensure_ascii=False) + "\n"


def _csv(rows: QuerySet[Entry]) -> Iterator[tuple[int, str]]:
    """As the list's own CSV, whose cells no spreadsheet takes for formulas."""
    yield 0, LOG.csv_head()
    for entry in rows.order_by("pk").iterator(2000):
        yield entry.pk, LOG.csv_line(entry)


def plain(entry: Entry) -> dict[str, Any]:
    """An entry for other programs."""
    return {
        "id": entry.pk,
        "at": entry.at.isoformat(),
        "said": said(entry),
        "actor_kind": entry.actor_kind,
        "actor_name": entry.actor_name,
        "person_id": entry.person_id,
        "via": entry.via,
        "origin": entry.origin,
        "action": entry.action,
        "kind": entry.kind,
        "thing_id": entry.thing_id,
        "label": entry.label,
        "unit_id": entry.unit_id,
        "channel_id": entry.channel_id,
        "before": entry.before,
        "after": entry.after,
        "notes": entry.notes,
        "erased": entry.erased_in is not None,
    }


def _manifest(made: Export, name: str, ids: dict[str, int], digest: str) -> dict[str, Any]:
    """What the file is, which seals cover it, and a signature over all of that."""
    log = chain()
    seals = Seal.objects.filter(last_id__gte=ids["first"], first_id__lte=ids["last"]).defer("leaves")
    told: dict[str, Any] = {
        "log": log.mark.hex,
        "organisation": log.name,
        "encoding": encoding.VERSION,
        "file": name,
        "sha256": digest,
        "entries": made.done,
        "first_entry": ids["first"],
        "last_entry": ids["last"],
        "filter": made.params,
        "asked_at": made.made_at.isoformat(),
        "asked_by": made.made_by,
        "seals": [
            {"batch": s.number, "last_entry": s.last_id, "head": bytes(s.digest).hex()}
            for s in seals.order_by("number")
        ],
    }
    signed = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return {**told, **keys.signed(signed.encode())}


def forget_old() -> None:
    """Delete files after a week: they hold what erasure could not reach."""
    for old in Export.objects.filter(finished_at__lt=clock.now() - KEPT).exclude(file=""):
        default_storage.delete(old.file)
        old.file = ""
        old.save(update_fields=["file"])
