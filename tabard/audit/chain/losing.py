"""The two permitted losses: a person's data with its salts, and whole batches past their term.

The database's own guard works out again what may be lost, and refuses the rest.
"""

from __future__ import annotations

import json
import re
from datetime import datetime

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _

from tabard.audit.models import Clearing, Entry, LegalHold, Seal
from tabard.kernel.actions import step
from tabard.kernel.errors import Invalid

_WHO = """
UPDATE audit_entry SET salt_who = NULL, actor_name = '', origin = '', erased_in = %(clearing)s,
    digest_who = sha256(uuid_send(salt_who) || record_send(ROW(actor_name::text, origin::text)))
WHERE id = ANY(%(ids)s) AND salt_who IS NOT NULL
"""
_WHAT = """
UPDATE audit_entry SET salt_what = NULL, label = '', before = '{}', after = '{}', notes = '{}',
    erased_in = %(clearing)s,
    digest_what = sha256(uuid_send(salt_what)
                         || record_send(ROW(label::text, before::text, after::text, notes::text)))
WHERE id = ANY(%(ids)s) AND salt_what IS NOT NULL
"""
_NAMED = "SELECT id FROM audit_entry WHERE concat_ws(' ', label, before, after, notes) ~* %s"


def done_by(person_id: int) -> list[int]:
    """Entries that say their name because they acted."""
    return list(
        Entry.objects.filter(person_id=person_id, salt_who__isnull=False).values_list("pk", flat=True)
    )


def about(person_id: int) -> list[int]:
    """Entries about the person, and those in whose words their full name or address stands."""
    theirs = Entry.objects.filter(kind="org.person", thing_id=person_id, salt_what__isnull=False)
    found = set(theirs.values_list("pk", flat=True))
    if names := called(person_id):
        with connection.cursor() as cursor:
            cursor.execute(_NAMED, [pattern(names)])
            found |= {row[0] for row in cursor.fetchall()}
    return sorted(found)


def called(person_id: int) -> set[str]:
    """Every full name and address the log knows of somebody; a single word may be many people's."""
    names = set(Entry.objects.filter(person_id=person_id).values_list("actor_name", flat=True).distinct())
    theirs = Entry.objects.filter(kind="org.person", thing_id=person_id)
    for label, *states in theirs.values_list("label", "before", "after"):
        names.add(label)
        for state in states:
            names |= {str(state[key]) for key in ("name", "email") if state.get(key)}
    return {name for name in names if len(name.split()) > 1 or "@" in name}


def pattern(names: set[str]) -> str:
    """A regular expression that finds any of the names as whole words, as they stand in JSON too."""
    written = {re.sub(r"(\W)", r"\\\1", form) for n in names for form in (n, json.dumps(n)[1:-1])}
    return rf"(^|\W)({'|'.join(sorted(written))})($|\W)"


def kept_by_holds(ids: list[int]) -> LegalHold | None:
    """A hold on any of these entries."""
    for hold in LegalHold.objects.filter(ended_at=None):
        if Entry.objects.filter(pk__in=ids).filter(hold.covers()).exists():
            return hold
    return None


@step
def erase(clearing: Clearing, who: list[int], what: list[int]) -> None:
    """Take names and words away, with their salts; their digests stay in the chain."""
    for sql, ids in ((_WHO, who), (_WHAT, what)):
        with connection.cursor() as cursor:
            cursor.execute(sql, {"clearing": clearing.pk, "ids": ids})


def removable(cutoff: datetime) -> Seal | None:
    """The last seal up to which everything is past its term and under no hold.

    What is removed is always the beginning of the log: then one number says what is rightly gone.
    """
    old = Seal.objects.filter(sealed_at__lt=cutoff).exclude(leaves=b"").defer("leaves")
    young = Seal.objects.filter(sealed_at__gte=cutoff).order_by("number").values_list("number", flat=True)
    if (first_young := young.first()) is not None:
        old = old.filter(number__lt=first_young)
    last = old.first()
    if last is None:
        return None
    held = Q()
    for hold in LegalHold.objects.filter(ended_at=None):
        held |= Q(pk__in=Entry.objects.filter(hold.covers()).values("pk"))
    if held:
        kept = Entry.objects.filter(held, pk__lte=last.last_id).order_by("pk").first()
        return old.filter(last_id__lt=kept.pk).first() if kept else last
    return last


@step
def remove(clearing: Clearing) -> int:
    """Delete the entries up to `clearing.last_id`; their seals stay. How many went."""
    gone, _kinds = Entry.objects.filter(pk__lte=clearing.last_id).delete()
    Seal.objects.filter(last_id__lte=clearing.last_id).exclude(leaves=b"").update(leaves=b"")
    return gone


def held(hold: LegalHold) -> Invalid:
    """The refusal to lose what a hold keeps."""
    told = _("The legal hold “%(hold)s” keeps some of these entries. End it first.") % {"hold": hold}
    return Invalid({"": [told]})
