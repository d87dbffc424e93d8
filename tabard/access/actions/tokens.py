"""API tokens: made, shown once, ended."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.access.models import ApiToken
from tabard.kernel import clock, text
from tabard.kernel.actions import action, note
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Denied, IllegalMove, Invalid
from tabard.org.catalogue import PERMISSIONS
from tabard.org.models import Person

PREFIX = "tbd_"


def digest(key: str) -> str:
    """What is stored of a key. It is random and long, so one round of SHA-256 is enough."""
    return hashlib.sha256(key.encode()).hexdigest()


@action(
    "token.make",
    may="own.profile",
    on=Person,
    says=gettext_lazy("%(who)s made the API token %(what)s"),
    lock=False,
    step_up=True,
)
def make_token(
    by: Actor,
    person: Person,
    *,
    name: str,
    permissions: list[str] | None = None,
    expires_at: datetime | None = None,
    dangerous: bool = False,
) -> ApiToken:
    """A new key for `person`, made by themselves; `permissions` narrow it. It outlives the session it is
    made in.

    With `dangerous` it may also do what people must show again for that it is them.
    """
    if by.person_id != person.pk or by.kind == "token":
        raise Denied(_("Only %(person)s may make this, signed in.") % {"person": person}, hidden=True)
    clean = text.name(name)
    if not clean or len(clean) > 80:
        raise Invalid({"name": [_("Give a name of 1 to 80 characters.")]})
    unknown = [p for p in permissions or [] if p not in PERMISSIONS]
    if unknown:
        raise Invalid({"permissions": [_("There is no right “%(right)s”.") % {"right": unknown[0][:40]}]})
    if expires_at and expires_at <= clock.now():
        raise Invalid({"expires_at": [_("The end must not be in the past.")]})
    key = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken(
        person=person, name=clean, digest=digest(key), start=key[:10], permissions=permissions or []
    )
    token.expires_at, token.dangerous = expires_at, dangerous
    token.save()
    token.key = key
    note(start=token.start)
    return token


@action(
    "token.end", may="own.profile", on=ApiToken, says=gettext_lazy("%(who)s ended the API token %(what)s")
)
def end_token(by: Actor, token: ApiToken) -> ApiToken:
    """The key opens nothing from this moment on."""
    if by.person_id != token.person_id:
        raise Denied(_("This token is not yours."), hidden=True)
    if token.ended_at:
        raise IllegalMove(_("This token has ended already."))
    token.ended_at = clock.now()
    token.save(update_fields=["ended_at"])
    return token
