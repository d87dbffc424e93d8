"""What lets a person in here: sessions, API tokens, second factors and passkeys."""

from allauth.mfa.models import Authenticator
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from tabard.access.models import ApiToken
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


def _end_sessions(by: Actor, person: int) -> int:
    """Every cookie of theirs was made for the generation before."""
    return int(Person.objects.filter(pk=person).update(generation=F("generation") + 1))


def _forget_factors(by: Actor, person: int) -> int:
    return int(Authenticator.objects.filter(user=person).delete()[0])


door(
    Door(
        "access.sessions",
        _("Sessions in browsers"),
        claims=(),
        count=lambda person: Person.objects.filter(
            pk=person, is_active=True, last_login__isnull=False
        ).count(),
        close=_end_sessions,
    )
)
door(
    Door(
        "access.tokens",
        _("API tokens"),
        claims=("access.ApiToken",),
        count=lambda person: _open_tokens(person).count(),
        close=_end_tokens,
    )
)
door(
    Door(
        "access.factors",
        _("Second factors and passkeys"),
        claims=("mfa.Authenticator",),
        count=lambda person: Authenticator.objects.filter(user=person).count(),
        close=_forget_factors,
        ends_with_suspension=False,
    )
)
