"""Ending sessions: one's own, and those of others with a reason; and helping who has lost a factor."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.access import recovery
from tabard.access.actions.owners import owners_by_owners
from tabard.access.models import Session
from tabard.kernel import clock, doors, text
from tabard.kernel.actions import action, note
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Denied, IllegalMove, Invalid
from tabard.org.models import Person


@action(
    "session.end",
    may="own.profile",
    on=Session,
    says=gettext_lazy("%(who)s ended a session of theirs"),
    step_up=True,
)
def end_session(by: Actor, session: Session) -> Session:
    """Sign out there; it holds from that browser's next request on."""
    if by.person_id != session.person_id:
        raise Denied(_("This session is not yours."), hidden=True)
    return _end(by, session, "")


@action(
    "session.end_others",
    may="own.profile",
    on=Person,
    says=gettext_lazy("%(who)s ended all other sessions of theirs"),
    step_up=True,
)
def end_other_sessions(by: Actor, person: Person) -> Person:
    """Sign out everywhere but here."""
    if by.person_id != person.pk:
        raise Denied(_("Only %(person)s may do this.") % {"person": person}, hidden=True)
    others = Session.objects.open().filter(person=person).exclude(pk=by.session_id or 0)
    note(ended=others.update(ended_at=clock.now(), ended_by=by.person_id))
    doors.closed(person.pk)
    return person


@action(
    "session.throw_out",
    may="sessions.end",
    on=Session,
    says=gettext_lazy("%(who)s ended a session of %(person)s"),
    step_up=True,
)
def throw_out(by: Actor, session: Session, *, reason: str) -> Session:
    """End somebody else's session, with the reason they will read."""
    note(person=session.person.name)
    return _end(by, session, _reason(reason))


@action(
    "person.sign_out",
    may="sessions.end",
    on=Person,
    says=gettext_lazy("%(who)s signed %(what)s out everywhere"),
    step_up=True,
)
def sign_out(by: Actor, person: Person, *, reason: str) -> Person:
    """End every session of somebody."""
    clean = _reason(reason)
    open_ones = Session.objects.open().filter(person=person)
    note(reason=clean, ended=open_ones.update(ended_at=clock.now(), ended_by=by.person_id, end_reason=clean))
    doors.closed(person.pk)
    return person


@action(
    "person.forget_factors",
    may="sessions.end",
    on=Person,
    says=gettext_lazy("%(who)s took away the second factors of %(what)s"),
    step_up=True,
)
def forget_factors(by: Actor, person: Person, *, reason: str) -> Person:
    """Somebody lost their phone and their codes: what they had goes, and they begin anew."""
    if by.person_id == person.pk:
        raise Denied(_("Your own second factors you change under “Second factor”."))
    owners_by_owners(by, person)
    clean = _reason(reason)
    gone = Authenticator.objects.filter(user=person).delete()[0]
    recovery.forget(person.pk)
    Session.objects.open().filter(person=person).update(
        ended_at=clock.now(), ended_by=by.person_id, end_reason=clean
    )
    note(reason=clean, factors=gone)
    doors.closed(person.pk)
    return person


def _end(by: Actor, session: Session, reason: str) -> Session:
    if session.ended_at:
        raise IllegalMove(_("This session has ended already."))
    session.ended_at, session.ended_by_id, session.end_reason = clock.now(), by.person_id, reason
    session.save(update_fields=["ended_at", "ended_by", "end_reason"])
    doors.closed(session.person_id)
    return session


def _reason(reason: str) -> str:
    clean = text.name(reason)
    if not clean or len(clean) > 300:
        raise Invalid({"reason": [_("Say why, in 1 to 300 characters.")]})
    return clean
