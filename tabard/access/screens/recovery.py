"""Recovery codes: how many are left, and new ones, shown this once."""

from __future__ import annotations

from typing import Any

from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView
from django.http import HttpResponse
from django.urls import reverse

from tabard.access import actions, queries
from tabard.kernel.permissions import SIGNED_IN
from tabard.kernel.screen import draw, screen


def codes(request: Any) -> HttpResponse:
    """The codes themselves are in the answer to the press of the button and nowhere else."""
    made = actions.make_recovery_codes(request.actor, request.user) if request.method == "POST" else []
    shown = {"made": made, "about": queries.own_recovery(request.actor), "again": reverse("mfa_index")}
    return draw(request, "access/recovery_codes.html", shown)


def _onward(person: Any) -> str:
    """After setting up a factor: to the codes, as long as there are none."""
    return reverse("mfa_index" if queries.recovery_left(person) else "recovery_codes")


class AppFirst(ActivateTOTPView):  # type: ignore[misc]
    """Setting up an app, and then the codes."""

    def get_success_url(self) -> str:
        return _onward(self.request.user)


class PasskeyFirst(AddWebAuthnView):  # type: ignore[misc]
    """Setting up a passkey, and then the codes."""

    def get_success_url(self) -> str:
        return _onward(self.request.user)


urlpatterns = [
    screen(
        "recovery-codes/",
        codes,
        may=SIGNED_IN,
        name="recovery_codes",
        does=("recovery_codes.make",),
    ),
]
