"""The life of a session: begun at sign-in, looked up with every request, over by time or on demand."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from allauth.account import signals as at_the_door
from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver
from django.utils.translation import gettext_noop

from tabard.access import recovery
from tabard.access.duties import duties
from tabard.access.models import Session, Source, SourceSession
from tabard.access.whence import address_of
from tabard.kernel import clock
from tabard.kernel.question import question

# Under which the browser's session carries the number of ours.
KEY = "tabard_session"
# Under which it carries, until the sign-in is whole, how the source calls its own session.
AT_SOURCE = "tabard_at_source"
SEEN_EVERY = timedelta(minutes=1)
STRONG = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def has_factor(person: Any) -> bool:
    """Whether `person` has set up something that counts as a second factor."""
    return bool(Authenticator.objects.filter(user_id=person.pk, type__in=STRONG).exists())


@receiver(user_logged_in, dispatch_uid="tabard.session")
def begin(sender: Any, request: Any, user: Any, **_: Any) -> None:
    """Everything that was asked for has been shown: the session starts, under a key of its own."""
    now, owed = clock.now(), duties(user)
    records = get_authentication_records(request, user)
    source = _source(records)
    there = _at_source(request, source)
    weak = there.pop("weak", False)
    brought = bool(source and source.brings_factor and not weak)
    factor = brought or any(r["method"] == "mfa" for r in records)
    passkey = any(r.get("passwordless") for r in records)
    # Whoever signs in anew in the same browser leaves the session before.
    Session.objects.filter(pk=request.session.get(KEY), ended_at=None).update(ended_at=now)
    session = Session.objects.create(
        person=user,
        way="source" if source else "passkey" if passkey else "password",
        through=source.name if source else "",
        factor=factor,
        address=address_of(request) or None,
        agent=request.META.get("HTTP_USER_AGENT", "")[:300].replace("\x00", ""),
        started_at=now,
        seen_at=now,
        proved_at=now,
        ends_at=now + timedelta(hours=owed.hours),
        idle_at=now + timedelta(minutes=owed.minutes),
        pause=owed.minutes,
    )
    request.session[KEY] = session.pk
    if source and there:
        SourceSession.objects.create(session=session, source=source, **there)


def _at_source(request: Any, source: Source | None) -> dict[str, Any]:
    """What the source said of its own session, if they came by it now."""
    there: dict[str, Any] = request.session.pop(AT_SOURCE, None) or {}
    return there if source and there.pop("source", None) == source.pk else {}


def _source(records: list[dict[str, Any]]) -> Source | None:
    """The source they came by, if that and not a password was the first thing shown this time."""
    first = [r for r in records if r["method"] in {"source", "password"} and not r.get("reauthenticated")]
    if not first or first[-1]["method"] != "source":
        return None
    found: Source | None = Source.objects.filter(pk=first[-1]["source"]).first()
    return found


@receiver(user_logged_out, dispatch_uid="tabard.session")
def finish(sender: Any, request: Any, user: Any, **_: Any) -> None:
    """Signed out, or thrown out: either way it opens nothing again."""
    if number := request.session.get(KEY):
        Session.objects.filter(pk=number, ended_at=None).update(ended_at=clock.now(), ended_by=user)


@question
def _open(number: int, person: int) -> Any:
    fields = [field.attname for field in Session._meta.concrete_fields]
    return Session.objects.open().filter(pk=number, person=person).values_list(*fields)


def session_of(person: Any, store: Any) -> Session | None:
    """The open session that the browser's session `store` belongs to; None if it is over."""
    number = store.get(KEY)
    found = next(iter(_open.models(Session, number, person.pk)), None) if number else None
    if found:
        found.person = person  # who asks is loaded already
    return found


def seen(session: Session) -> None:
    """Somebody is there: the pause begins anew. Written once a minute."""
    now = clock.now()
    if now - session.seen_at < SEEN_EVERY:
        return
    session.seen_at, session.idle_at = now, now + timedelta(minutes=session.pause)
    Session.objects.filter(pk=session.pk).update(seen_at=session.seen_at, idle_at=session.idle_at)


def owes_factor(session: Session) -> bool:
    """Whether whoever is signed in must set up a second factor before anything else."""
    if session.factor or not duties(session.person).factor:
        return False
    return not has_factor(session.person)


@receiver(at_the_door.authentication_step_completed, dispatch_uid="tabard.proved")
def proved(sender: Any, request: Any, method: str, user: Any, **more: Any) -> None:
    """They showed once more that it is them: by their factor if they have one. The session gets a new key."""
    number = request.session.get(KEY)
    if not number or not more.get("reauthenticated") or (method != "mfa" and has_factor(user)):
        return
    changed: dict[str, Any] = {"proved_at": clock.now()}
    if method == "mfa":
        changed["factor"] = True
    Session.objects.filter(pk=number, person=user).update(**changed)
    request.session.cycle_key()


@receiver(authenticator_added, dispatch_uid="tabard.factor")
def factor_added(sender: Any, request: Any, user: Any, authenticator: Any, **_: Any) -> None:
    """Setting one up means having it in hand."""
    if authenticator.type in STRONG:
        Session.objects.filter(pk=request.session.get(KEY), person=user).update(factor=True)


@receiver(authenticator_removed, dispatch_uid="tabard.factor")
def factor_removed(sender: Any, user: Any, **_: Any) -> None:
    """Without one, no session counts as having shown it, and there is nothing to recover."""
    if not has_factor(user):
        recovery.forget(user.pk)
        Session.objects.open().filter(person=user).update(factor=False)


@receiver(at_the_door.password_set, dispatch_uid="tabard.password")
@receiver(at_the_door.password_changed, dispatch_uid="tabard.password")
@receiver(at_the_door.password_reset, dispatch_uid="tabard.password")
def password_changed(sender: Any, request: Any, user: Any, **_: Any) -> None:
    """All other sessions were made for the old password; the list should not show them any longer."""
    others = Session.objects.open().filter(person=user).exclude(pk=request.session.get(KEY))
    others.update(ended_at=clock.now(), ended_by=user, end_reason=gettext_noop("The password was changed"))
