"""Digests of what was seen, and a case as a package that others can check without us."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from tabard.audit.chain import keys
from tabard.kernel import clock
from tabard.kernel.actor import Actor
from tabard.watch.models import Case, Evidence

TAKEN = ("address", "number", "page_sha256", "picture_sha256", "known", "taken_name")


def _plain(value: Any) -> bytes:
    """One way to write it: JSON with sorted names and nothing between."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def sha256(data: bytes) -> str:
    """Of bytes; nothing for none."""
    return hashlib.sha256(data).hexdigest() if data else ""


def print_of(one: Evidence) -> str:
    """SHA-256 over everything that was kept at that moment, the digests of page and picture among it."""
    return sha256(_plain({**{name: getattr(one, name) for name in TAKEN}, "taken_at": _at(one.taken_at)}))


def print_of_all(prints: Iterable[str]) -> str:
    """SHA-256 over the digests of all evidence that was there when something was filed."""
    return sha256(_plain(list(prints)))


def fits(one: Evidence) -> bool:
    """Whether what is kept is still what was kept."""
    return fits_but_picture(one) and sha256(bytes(one.picture or b"")) == one.picture_sha256


def fits_but_picture(one: Evidence) -> bool:
    """The same without the picture, which is large, and whose digest is among what is looked at."""
    return sha256(one.page.encode()) == one.page_sha256 and print_of(one) == one.sha256


def _at(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="microseconds") if moment else None


def package(by: Actor, case: Case) -> bytes:
    """A ZIP of a case that `by` has been shown: evidence, letters, what happened, and a signed manifest."""
    files: dict[str, bytes] = {}
    evidence = [_evidence(number, one, files) for number, one in enumerate(case.evidence.all(), 1)]
    turns = [_turn(number, turn, files) for number, turn in enumerate(_turns(case), 1)]
    told = {**_case(case), "evidence": evidence, "filings": _filings(case), "turns": turns}
    files["case.json"] = json.dumps(told, ensure_ascii=False, indent=1).encode()
    manifest = {
        "case": case.pk,
        "files": {name: sha256(data) for name, data in files.items()},
        "made_at": clock.now().isoformat(timespec="seconds"),
        "made_by": by.name,
    }
    signed = json.dumps(manifest | keys.signed(_plain(manifest)), ensure_ascii=False, indent=1)
    sums = "".join(f"{sha256(data)}  {name}\n" for name, data in files.items())
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in {**files, "manifest.json": signed.encode(), "SHA256SUMS": sums.encode()}.items():
            packed.writestr(name, data)
    return made.getvalue()


def _case(case: Case) -> dict[str, Any]:
    sighting = case.sighting
    return {
        "case": case.pk,
        "platform": sighting.platform.name,
        "handle": sighting.handle,
        "address": sighting.url,
        "name": sighting.name,
        "passes_for": sighting.like.handle if sighting.like else None,
        "decision": sighting.decision,
        "unit": sighting.unit.name,
        "first_seen_at": _at(sighting.first_seen_at),
        "state": case.state,
        "opened_at": _at(case.opened_at),
        "closed_at": _at(case.closed_at),
        "returns": case.returns,
        "outcome": case.outcome or None,
        "words": case.words,
    }


def _evidence(number: int, one: Evidence, files: dict[str, bytes]) -> dict[str, Any]:
    begins = f"evidence/{number:03d}"
    names: dict[str, str | None] = {"page": None, "picture": None}
    if one.page:
        names["page"] = name = f"{begins}-page.txt"
        files[name] = one.page.encode()
    if one.picture:
        names["picture"] = name = f"{begins}-picture.{one.form}"
        files[name] = bytes(one.picture)
    kept = {name: getattr(one, name) for name in (*TAKEN, "sha256")}
    return {**kept, "taken_at": _at(one.taken_at), "files": names, "fits": fits(one)}


def _filings(case: Case) -> list[dict[str, Any]]:
    return [
        {
            "filing": each.pk,
            "route": each.route,
            "reference": each.reference,
            "state": each.state,
            "answer": each.answer or None,
            "filed_at": _at(each.filed_at),
            "filed_by": each.filed_by.name if each.filed_by else None,
            "evidence_sha256": each.proven,
            "answered_at": _at(each.answered_at),
            "ended_at": _at(each.ended_at),
        }
        for each in case.filings.select_related("filed_by")
    ]


def _turns(case: Case) -> Iterable[Any]:
    return case.turns.select_related("by")


def _turn(number: int, turn: Any, files: dict[str, bytes]) -> dict[str, Any]:
    name = f"letters/{number:03d}-{turn.kind}.txt" if turn.words else None
    if name:
        files[name] = turn.words.encode()
    who = turn.by.name if turn.by else None
    known = {"kind": turn.kind, "answer": turn.answer or None, "filing": turn.filing_id}
    return {**known, "by": who, "at": _at(turn.at), "file": name}
