"""What lets a person in here: sessions, API tokens, second factors and passkeys."""

from allauth.mfa.models import Authenticator
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from tabard.access import recovery
from tabard.access.models import ApiToken, DirectoryToken, Identity, RecoveryCode, Session
from tabard.kernel import clock
from tabard.kernel.actor import Actor
from tabard.kernel.doors import Door, door
from tabard.org.models import Person


def _open_tokens(person: int) -> QuerySet[ApiToken]:
    found: QuerySet[ApiToken] = ApiToken.objects.filter(
        Q(expires_at=None) | Q(expires_at__gt=clock.now()), person=person, ended_at=None
    )
    return found


def _end_tokens(by: Actor, person: int) -> int:
    return int(_open_tokens(person).update(ended_at=clock.now()))


def _open_sessions(person: int) -> QuerySet[Session]:
    found: QuerySet[Session] = Session.objects.open().filter(person=person)
    return found


def _end_sessions(by: Actor, person: int) -> int:
    """Every cookie of theirs was made for the generation before."""
    Person.objects.filter(pk=person).update(generation=F("generation") + 1)
    return int(_open_sessions(person).update(ended_at=clock.now(), ended_by=by.person_id))


def _forget_factors(by: Actor, person: int) -> int:
    return int(Authenticator.objects.filter(user=person).delete()[0])


def _forget_identities(by: Actor, person: int) -> int:
    known = Identity.objects.filter(person=person)
    count = known.count()
    known.delete()
    return count


def _tokens_known(person: int) -> QuerySet[DirectoryToken]:
    found: QuerySet[DirectoryToken] = DirectoryToken.objects.filter(keeper=person, ended_at=None)
    return found


def _renew_tokens(by: Actor, person: int) -> int:
    """They go on, because by them the directory tells of everybody else who leaves; whoever answers for them
    next is told to renew them."""
    return int(_tokens_known(person).update(known_outside_since=clock.now()))


door(
    Door(
        "access.sessions",
        _("Sessions in browsers"),
        claims=("access.Session",),
        open=lambda person: _open_sessions(person),
        close=_end_sessions,
    )
)
door(
    Door(
        "access.tokens",
        _("API tokens"),
        claims=("access.ApiToken",),
        open=lambda person: _open_tokens(person),
        close=_end_tokens,
    )
)
door(
    Door(
        "access.factors",
        _("Second factors and passkeys"),
        claims=("mfa.Authenticator",),
        open=lambda person: Authenticator.objects.filter(user=person),
        close=_forget_factors,
        ends_with_suspension=False,
    )
)
door(
    Door(
        "access.recovery_codes",
        _("Recovery codes"),
        claims=("access.RecoveryCode",),
        open=lambda person: RecoveryCode.objects.filter(person=person, used_at=None),
        close=lambda by, person: recovery.forget(person),
        ends_with_suspension=False,
    )
)
door(
    Door(
        "access.identities",
        _("Known by sources of identity"),
        claims=("access.Identity",),
        open=lambda person: Identity.objects.filter(person=person),
        close=_forget_identities,
        ends_with_suspension=False,
    )
)
door(
    Door(
        "access.directory_tokens",
        _("Tokens of directories they know, to be renewed"),
        claims=("access.DirectoryToken",),
        open=lambda person: _tokens_known(person),
        close=_renew_tokens,
        ends_with_suspension=False,
    )
)
