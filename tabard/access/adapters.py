"""What allauth asks of us: nobody signs up by themselves, and people are `Person`."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.access import recovery, throttle
from tabard.access.emergency_door import stands_open
from tabard.access.queries.sources import source_for
from tabard.access.vault import seal, unseal
from tabard.kernel.permissions import proved

STRONG = "mfa_reauthenticate"
# What the seeds of second factors are sealed for. allauth does not say whose it has in hand.
FACTOR = "second factor"
PASSKEY = "mfa_reauthenticate:webauthn"
WAYS = {
    "reauthenticate": gettext_lazy("your password"),
    STRONG: gettext_lazy("a code of your app, or a recovery code"),
    PASSKEY: gettext_lazy("a passkey"),
}


class Door(DefaultAccountAdapter):  # type: ignore[misc]
    """People are added by the organisation, never by themselves."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_user_search_fields(self) -> list[str]:
        return ["name", "email"]

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """No password opens for an e-mail whose domain is left to its source."""
        email = str(credentials.get("email", ""))
        source = source_for(email)
        if source is not None and source.alone and not getattr(request, "actor", None):
            # Unless it was opened on the machine, because the source lets nobody in.
            credentials["password"] = credentials["password"] if stands_open(email) else ""
        person = super().authenticate(request, **credentials)
        if person is not None:
            throttle.succeeded(throttle.marks(request, "password", email))
        return person

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Nothing is checked while e-mail or address rest, so nobody learns whether it would fit."""
        throttle.demand(throttle.marks(request, "password", str(credentials.get("email", ""))))
        super().pre_authenticate(request, **credentials)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Counted for whatever was typed, known here or not."""
        throttle.failed(throttle.marks(request, "password", str(credentials.get("email", ""))))

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """One's factors and password are changed only by who has just shown that it is them."""
        actor = getattr(context.request, "actor", None)
        return actor is None or not proved(actor)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """A second factor, for whoever has one: the password alone is then not enough."""
        found: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        if recovery.left(user.pk).exists() and not any(method["id"] == STRONG for method in found):
            found.append({"id": STRONG, "url": reverse("mfa_reauthenticate")})
        strong = [method for method in found if str(method["id"]).startswith(STRONG)]
        ways = [{**method, "description": WAYS[method["id"]]} for method in strong or found]
        app = Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.TOTP).exists()
        return ways if app else sorted(ways, key=lambda way: way["id"] != PASSKEY)

    def pre_login(self, request: HttpRequest, user: Any, **given: Any) -> HttpResponse | None:
        """No passkey either opens for an e-mail whose domain is left to its source, which knows who left."""
        refused: HttpResponse | None = super().pre_login(request, user, **given)
        records = get_authentication_records(request, user)
        source = source_for(user.email)
        if refused or not (source and source.alone and records and records[-1].get("passwordless")):
            return refused
        messages.error(request, _("Sign in with %(source)s.") % {"source": source})
        return HttpResponseRedirect(reverse("account_login"))

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """There are no user names."""


class Factors(DefaultMFAAdapter):  # type: ignore[misc]
    """Seeds of second factors are kept sealed."""

    def encrypt(self, text: str) -> str:
        return seal({"text": text}, about=FACTOR)

    def decrypt(self, encrypted_text: str) -> str:
        return str(unseal(encrypted_text, about=FACTOR)["text"])
