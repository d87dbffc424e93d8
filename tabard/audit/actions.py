"""Keeping the log: erasing a person, legal holds, how long entries stay, exports and streams."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from procrastinate.contrib.django import app

from tabard.audit.chain import erasures, losing
from tabard.audit.events import StreamEnded
from tabard.audit.lists import LOG
from tabard.audit.models import Chain, Clearing, Entry, Export, LegalHold, Seal, Stream
from tabard.kernel import clock, text
from tabard.kernel.actions import action, note
from tabard.kernel.actor import Actor
from tabard.kernel.errors import IllegalMove, Invalid
from tabard.kernel.events import emit

SHORTEST = 6  # months
LONGEST = 1200


def _reason(given: str | None) -> str:
    clean = text.name(given or "")
    if not clean or len(clean) > 500:
        raise Invalid({"reason": [_("Give a reason of 1 to 500 characters.")]})
    return clean


def _name(given: str | None, most: int) -> str:
    clean = text.name(given or "")
    if not clean or len(clean) > most:
        raise Invalid({"name": [_("Give a name of 1 to %(most)s characters.") % {"most": most}]})
    return clean


def _at(log: Chain) -> dict[str, Any]:
    return {"unit_id": log.unit_id, "unit_path": log.unit_path}


@action(
    "audit.erase_person",
    may="audit.erase",
    on=Chain,
    says=gettext_lazy("%(who)s erased the data of person %(person)s from the audit log"),
    step_up=True,
)
def erase_person(by: Actor, log: Chain, *, person_id: int, reason: str) -> Clearing:
    """Take somebody's name, address and words out of every entry. What was done, when and to what stays."""
    why = _reason(reason)
    who, what = losing.done_by(person_id), losing.about(person_id)
    if not who and not what:
        raise Invalid({"person_id": [_("The log says nothing about this person.")]})
    packed = erasures.packed({*who, *what})
    if hold := losing.kept_by_holds(sorted({*who, *what})):
        raise losing.held(hold)
    made = Clearing.objects.create(
        kind=Clearing.ERASE, reason=why, about_person=person_id, entries=packed, at=clock.now(), **_at(log)
    )
    losing.erase(made, who, what)
    note(person=person_id, **erasures.proof(packed))
    return made


@action(
    "audit.set_term",
    may="audit.keep",
    on=Chain,
    says=gettext_lazy("%(who)s changed how long entries of the audit log stay"),
    step_up=True,
)
def set_term(by: Actor, log: Chain, *, months: int | None) -> Chain:
    """How many months entries stay; None: for ever."""
    if months is not None and not SHORTEST <= months <= LONGEST:
        told = _("Give a number of months from %(least)s to %(most)s.")
        raise Invalid({"months": [told % {"least": SHORTEST, "most": LONGEST}]})
    log.months = months
    log.save(update_fields=["months"])
    return log


def past_term(log: Chain) -> Seal | None:
    """The last seal whose entries may be removed now."""
    if not log.months:
        return None
    now = clock.now()
    year, month = divmod(now.year * 12 + now.month - 1 - log.months, 12)
    return losing.removable(now.replace(year=year, month=month + 1, day=min(now.day, 28)))


@action(
    "audit.remove",
    may="audit.keep",
    on=Chain,
    says=gettext_lazy("%(who)s removed %(count)s entries past their term from the audit log"),
    step_up=True,
)
def remove(by: Actor, log: Chain) -> Clearing:
    """Delete what is past its term and under no hold; the seals stay, so the chain still verifies."""
    last = past_term(log)
    if last is None:
        raise Invalid(_("No entry is past its term, or a legal hold keeps the oldest ones."))
    made = Clearing.objects.create(
        kind=Clearing.REMOVE, reason="", last_id=last.last_id, at=clock.now(), **_at(log)
    )
    note(count=losing.remove(made), last=last.last_id, batch=last.number)
    return made


@action("audit.hold", may="audit.keep", on=Chain, says=gettext_lazy("%(who)s made the legal hold %(what)s"))
def hold(
    by: Actor,
    log: Chain,
    *,
    name: str,
    reason: str,
    person_id: int | None = None,
    kind: str = "",
    thing_id: int | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> LegalHold:
    """Keep entries from erasure and removal: about a person, a kind of thing, one thing, a time."""
    if since and until and since >= until:
        raise Invalid({"until": [_("The end must be after the beginning.")]})
    if thing_id is not None and not kind:
        raise Invalid({"kind": [_("Say what kind of thing it is.")]})
    if person_id is None and not kind and since is None and until is None:
        raise Invalid(_("Say what to hold: a person, a kind of thing, or a time."))
    return LegalHold.objects.create(
        name=_name(name, 120),
        reason=_reason(reason),
        about_person=person_id,
        about_kind=text.name(kind)[:60],
        about_thing=thing_id,
        since=since,
        until=until,
        made_at=clock.now(),
        made_by=by.name[:200],
        **_at(log),
    )


@action(
    "audit.end_hold",
    may="audit.keep",
    on=LegalHold,
    says=gettext_lazy("%(who)s ended the legal hold %(what)s"),
    step_up=True,
)
def end_hold(by: Actor, held: LegalHold, *, reason: str) -> LegalHold:
    """From now on the term and erasure apply again."""
    if held.ended_at:
        raise IllegalMove(_("This hold has ended already."))
    held.end_reason = _reason(reason)
    held.ended_at = clock.now()
    held.save(update_fields=["end_reason", "ended_at"])
    return held


@action(
    "audit.export",
    may="audit.export",
    on=Chain,
    says=gettext_lazy("%(who)s asked for %(what)s"),
    step_up=True,
)
def export(by: Actor, log: Chain, *, form: str, params: dict[str, list[str]] | None = None) -> Export:
    """A file of the entries that `params` leave, as `jsonl` or `csv`, made in the background."""
    if form not in {"jsonl", "csv"}:
        raise Invalid({"form": [_("Choose JSON Lines or CSV.")]})
    params = {name: [text.name(v)[:200] for v in given] for name, given in (params or {}).items()}
    LOG.narrow(Entry.objects.none(), params)  # what cannot be meant is refused now, not in the job
    made = Export.objects.create(
        form=form, params=params, made_at=clock.now(), made_by=by.name[:200], asker=by.person_id, **_at(log)
    )
    app.configure_task("audit.write_export").defer(export_id=made.pk)
    return made


@action(
    "audit.stream",
    may="audit.keep",
    on=Chain,
    says=gettext_lazy("%(who)s made the stream %(what)s"),
    step_up=True,
)
def stream(by: Actor, log: Chain, *, name: str, kind: str, address: str, whole: bool = False) -> Stream:
    """Send entries on as they are sealed. `whole`: from the beginning; else from now on."""
    schemes = {"webhook": {"https", "http"}, "syslog": {"tcp", "tls"}}.get(kind)
    if schemes is None:
        raise Invalid({"kind": [_("Choose webhook or syslog.")]})
    try:
        parts = urlsplit(address.strip())
        good = parts.scheme in schemes and bool(parts.hostname) and (parts.port or kind == "webhook")
    except ValueError:
        good = False
    if not good or len(address) > 300:
        told = _("Write it as https://host/path, tcp://host:514 or tls://host:6514.")
        raise Invalid({"address": [told]})
    last = Seal.objects.values_list("last_id", flat=True).first() or 0
    return Stream.objects.create(
        name=_name(name, 80),
        kind=kind,
        address=address.strip(),
        cursor=0 if whole else last,
        made_at=clock.now(),
        maker=by.person_id,
        **_at(log),
    )


@action(
    "audit.end_stream",
    may="audit.keep",
    on=Stream,
    says=gettext_lazy("%(who)s ended the stream %(what)s"),
    step_up=True,
)
def end_stream(by: Actor, going: Stream) -> Stream:
    """Nothing more is sent there."""
    if going.ended_at:
        raise IllegalMove(_("This stream has ended already."))
    going.ended_at = clock.now()
    going.save(update_fields=["ended_at"])
    emit(by, StreamEnded(going.pk))
    return going
