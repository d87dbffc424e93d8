"""The evidence of a round: what was asked, answered, done and signed, for people and for machines."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet

from tabard.attestation import rules
from tabard.attestation.actions.sheets import answered
from tabard.attestation.models import Item, Round, Sheet
from tabard.attestation.queries import ITEMS, said, sheets_of
from tabard.audit.chain import keys
from tabard.kernel import clock
from tabard.kernel.actor import Actor


def evidence_rows(by: Actor, found: Round) -> QuerySet[Item]:
    """Every item of a round that `by` sees, by unit."""
    seen = Sheet.objects.visible_to(by).filter(round=found)
    rows: QuerySet[Item] = Item.objects.filter(sheet__in=seen.values("pk"))
    return rows.select_related("sheet__unit", "sheet__round__unit")


def evidence(by: Actor, found: Round, sheets: Sequence[Sheet] | None = None) -> dict[str, Any]:
    """Everything about a round, or some of its sheets, as plain values; each sheet says whether its
    fingerprint still fits."""
    shown = list(sheets_of(by, found).order_by("unit__path", "pk")) if sheets is None else sheets
    return _evidence(found, shown, _items(shown))


def _items(sheets: Sequence[Sheet]) -> dict[int, list[Item]]:
    """By sheet: its items, each with that sheet."""
    by_id = {s.pk: s for s in sheets}
    items: dict[int, list[Item]] = {pk: [] for pk in by_id}
    for each in Item.objects.filter(sheet__in=by_id).order_by("id").iterator(2000):
        each.sheet = by_id[each.sheet_id]
        items[each.sheet_id].append(each)
    return items


def _evidence(found: Round, shown: Sequence[Sheet], items: Mapping[int, list[Item]]) -> dict[str, Any]:
    return {
        "round": found.pk,
        "kind": found.kind,
        "unit": found.unit.name,
        "scope": found.scope,
        "state": found.state,
        "opened": found.opens_at.isoformat(),
        "due": found.due_at.isoformat(),
        "ended": found.ended_at.isoformat() if found.ended_at else None,
        "unanswered": found.unanswered,
        "begun_by": found.made_by.name if found.made_by else None,
        "sheets": [_sheet_out(s, items[s.pk]) for s in shown],
    }


def _sheet_out(found: Sheet, items: list[Item]) -> dict[str, Any]:
    kind = found.round.kind
    made = rules.signed(answered(i) for i in items)
    whole = all(rules.asked(kind, (i.thing, i.thing_id), i.title, i.facts) == i.fingerprint for i in items)
    return {
        "sheet": found.pk,
        "unit": found.unit.name,
        "asked": found.person.name if found.person else None,
        "state": found.state,
        "unanswered": found.unanswered,
        "gone": found.gone,
        "told": found.told,
        "signed_by": found.signed_name or None,
        "signed_at": found.signed_at.isoformat() if found.signed_at else None,
        "fingerprint": found.fingerprint,
        "fits": whole and made == found.fingerprint if found.fingerprint else None,
        "items": [_item_out(i) for i in items],
    }


def _item_out(item: Item) -> dict[str, Any]:
    return {
        "item": item.pk,
        "thing": item.thing,
        "thing_id": item.thing_id,
        "title": item.title,
        "asked": item.facts,
        "fingerprint": item.fingerprint,
        "last": item.last,
        "answer": item.choice,
        "said": said(item),
        "note": item.note,
        "given": item.given,
        "outcome": item.outcome,
        "answered_by": item.answered_name or None,
        "answered_at": item.answered_at.isoformat() if item.answered_at else None,
    }


def package(by: Actor, found: Round) -> bytes:
    """A ZIP of the evidence as JSON and CSV, with a manifest: the SHA-256 of both, signed by Ed25519."""
    name = f"review-{found.pk}"
    shown = list(sheets_of(by, found).order_by("unit__path", "pk"))
    items = _items(shown)
    told = json.dumps(_evidence(found, shown, items), ensure_ascii=False).encode()
    by_id = {item.pk: item for theirs in items.values() for item in theirs}
    order = Item.objects.filter(sheet__in=items).order_by(*ITEMS.sorts[0].whole).values_list("pk", flat=True)
    lines = "".join(ITEMS.csv_of(by_id[pk] for pk in order if pk in by_id)).encode()
    files = {f"{name}.json": told, f"{name}.csv": lines}
    manifest: dict[str, Any] = {
        "round": found.pk,
        "state": found.state,
        "files": {each: hashlib.sha256(data).hexdigest() for each, data in files.items()},
        "made_at": clock.now().isoformat(timespec="seconds"),
        "made_by": by.name,
    }
    over = json.dumps(manifest, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    signed = json.dumps(manifest | keys.signed(over.encode()), ensure_ascii=False, indent=1)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for each, data in {**files, "manifest.json": signed.encode()}.items():
            packed.writestr(each, data)
    return made.getvalue()
