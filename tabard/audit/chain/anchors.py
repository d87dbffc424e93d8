"""Leaving the head of the chain outside the database, where its superuser does not reach.

A place is used where its setting is there. What was left can be read back from the folder and from S3; from
mail a person gives it (`tabard audit verify --head`); a time stamp proves itself.
"""

from __future__ import annotations

from django.conf import settings

from tabard.audit.chain.notes import Head, Note, Place
from tabard.audit.chain.outside import Folder, Mail, Objects, Stamps
from tabard.audit.chain.report import Report
from tabard.audit.chain.sealing import chain
from tabard.audit.models import Anchor, Seal
from tabard.kernel import clock


def places() -> list[Place]:
    """Those that settings name."""
    found: list[Place] = []
    if settings.AUDIT_ANCHOR_FOLDER:
        found.append(Folder(settings.AUDIT_ANCHOR_FOLDER))
    if settings.AUDIT_ANCHOR_S3:
        found.append(Objects(settings.AUDIT_ANCHOR_S3, settings.AUDIT_ANCHOR_S3_DAYS))
    if settings.AUDIT_ANCHOR_TSA:
        found.append(Stamps(settings.AUDIT_ANCHOR_TSA, settings.AUDIT_ANCHOR_TSA_ROOTS))
    if settings.AUDIT_ANCHOR_MAIL:
        found.append(Mail(settings.AUDIT_ANCHOR_MAIL))
    return found


def leave_head() -> list[Anchor]:
    """Leave the newest head at every place that does not have it yet; failures are kept to be seen."""
    seal = Seal.objects.defer("leaves").first()
    if seal is None:
        return []
    note = note_of(seal)
    there = set(seal.anchors.filter(trouble="").values_list("where", flat=True))
    made = []
    for place in places():
        if place.name in there:
            continue
        reference, proof, trouble = "", b"", ""
        try:
            reference, proof = place.leave(note)
        except OSError as error:
            trouble = str(error)[:500] or type(error).__name__
        made.append(
            Anchor.objects.create(
                seal=seal,
                where=place.name,
                at=clock.now(),
                reference=reference[:500],
                proof=proof,
                trouble=trouble,
            )
        )
    return made


def note_of(seal: Seal) -> Note:
    """What is to be left about a seal."""
    return Note(
        chain().mark.hex, seal.number, seal.last_id, bytes(seal.digest).hex(), seal.sealed_at.isoformat()
    )


def heads(report: Report) -> list[Head]:
    """Everything that can be read back; a place that does not answer is noted in the report."""
    found: list[Head] = []
    mark = chain().mark.hex
    for place in places():
        try:
            found += place.heads(mark)
        except OSError as error:
            report.notes.append(f"{place.name} could not be asked: {error}")
    return found
