"""Somebody signed out at their source: what they began by it ends here."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from tabard.access.models import Identity, Session, Source, SourceSession
from tabard.access.once import once
from tabard.kernel import clock, doors
from tabard.kernel.actions import action, note
from tabard.kernel.actor import Actor

WHY = gettext_noop("Signed out where they signed in")


@action(
    "source.signed_out",
    may="sessions.end",
    on=Source,
    says=gettext_lazy("%(who)s ended sessions of %(person)s: %(ended)s"),
    lock=False,
)
def leave_by_source(by: Actor, source: Source, *, number: str, subject: str, indexes: list[str]) -> Source:
    """End the sessions that `subject` began by this source: those it names, or all of them.

    `number` names the word of the source, which counts once. Without a subject the names alone say whose.
    """
    once(source, f"out {number}")
    begun = SourceSession.objects.filter(source=source)
    if subject:
        begun = begun.filter(subject=subject)
    if indexes or not subject:
        begun = begun.filter(index__in=[index for index in indexes if index])
    found = Session.objects.open().filter(at_source__in=begun)
    people = dict(found.values_list("person", "person__name"))
    ended = found.update(ended_at=clock.now(), end_reason=WHY)
    for person in people:
        doors.closed(person)
    note(person=", ".join(people.values()) or _known(source, subject), ended=ended)
    return source


def _known(source: Source, subject: str) -> str:
    identity = Identity.objects.filter(source=source, subject=subject).select_related("person").first()
    return identity.person.name if identity else _("somebody who is not known here")
