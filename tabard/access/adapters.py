"""What allauth asks of us: nobody signs up by themselves, and people are `Person`."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest

from tabard.access.queries.sources import source_for
from tabard.access.vault import seal, unseal
from tabard.kernel.permissions import proved

STRONG = "mfa_reauthenticate"
# What the seeds of second factors are sealed for. allauth does not say whose it has in hand.
FACTOR = "second factor"


class Door(DefaultAccountAdapter):  # type: ignore[misc]
    """People are added by the organisation, never by themselves."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_user_search_fields(self) -> list[str]:
        return ["name", "email"]

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """No password opens for an e-mail whose domain is left to its source."""
        source = source_for(str(credentials.get("email", "")))
        if source is not None and source.alone and not getattr(request, "actor", None):
            credentials["password"] = ""
        return super().authenticate(request, **credentials)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """One's factors and password are changed only by who has just shown that it is them."""
        actor = getattr(context.request, "actor", None)
        return actor is None or not proved(actor)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """A second factor, for whoever has one: the password alone is then not enough."""
        found: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        strong = [method for method in found if str(method["id"]).startswith(STRONG)]
        return strong or found

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """There are no user names."""


class Factors(DefaultMFAAdapter):  # type: ignore[misc]
    """Seeds of second factors and of recovery codes are kept sealed."""

    def encrypt(self, text: str) -> str:
        return seal({"text": text}, about=FACTOR)

    def decrypt(self, encrypted_text: str) -> str:
        return str(unseal(encrypted_text, about=FACTOR)["text"])
