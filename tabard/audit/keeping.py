"""What is done every night: check the chain and keep what was found, remove what is past its term."""

from __future__ import annotations

from tabard.audit import actions
from tabard.audit.chain.sealing import chain
from tabard.audit.chain.verifying import verify
from tabard.audit.models import Check, Entry
from tabard.kernel import clock
from tabard.kernel.actor import job

KEPT = 400  # checks


def begun() -> bool:
    """Whether there is an organisation whose log this is."""
    return Entry.objects.filter(action="organisation.found").exists() or bool(Check.objects.exists())


def check() -> Check:
    """Verify everything and keep the report."""
    report = verify()
    made = Check.objects.create(at=clock.now(), sound=report.sound, report=report.plain())
    for old in Check.objects.order_by("-pk")[KEPT:]:
        old.delete()
    return made


def remove_due() -> None:
    """Remove what is past its term, if anything is."""
    log = chain()
    if actions.past_term(log):
        actions.remove(job("audit", "audit.keep"), log)
