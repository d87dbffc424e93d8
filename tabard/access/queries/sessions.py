"""Where people are signed in."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tabard.access.models import Session, SourceSession
from tabard.access.signing_in import has_factor
from tabard.kernel import permissions
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Denied, Missing
from tabard.org.models import Person


def at_source(number: int | None) -> SourceSession | None:
    """How the source calls the sign-in of this session, where signing out here is to be signing out there."""
    open_ones = Session.objects.open().filter(pk=number or 0)
    found = SourceSession.objects.filter(session__in=open_ones, source__enabled=True, source__signs_out=True)
    there: SourceSession | None = found.select_related("source").first()
    return there


def own_sessions(by: Actor) -> QuerySet[Session]:
    """Where one is signed in oneself, the latest first."""
    return _open(by).filter(person=by.person_id)


def sessions_of(by: Actor, person: Person) -> QuerySet[Session]:
    """Where somebody is signed in, for whoever may end it."""
    answer = permissions.may(by, "sessions.end", person.place())
    if not answer:
        raise Denied(answer.reason)
    return _open(by).filter(person=person)


def session(by: Actor, session_id: int) -> Session:
    """One session: one's own, or of somebody whose sessions `by` may end."""
    found = Session.objects.visible_to(by).select_related("person__unit").filter(pk=session_id).first()
    if found is None:
        raise Missing(_("There is no such session, or it is not yours to see."))
    return found


def factor_of(by: Actor, person: Person) -> bool:
    """Whether somebody has a second factor."""
    return has_factor(person)


def _open(by: Actor) -> QuerySet[Session]:
    found: QuerySet[Session] = Session.objects.visible_to(by).open().select_related("person__unit")
    return found.order_by("-seen_at", "-id")
