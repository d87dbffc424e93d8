"""Codes of second factors as they are typed: guessed no faster than passwords."""

from __future__ import annotations

import logging
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError

from tabard.access import actions, recovery, throttle
from tabard.access.whence import address_of
from tabard.kernel import clock
from tabard.kernel.errors import Invalid
from tabard.org.people import actor_of

logger = logging.getLogger(__name__)


class _Typed:
    user: Any
    cleaned_data: dict[str, Any]
    # Which one it was; none where it was a recovery code.
    authenticator: Authenticator | None = None
    again = False

    def clean_code(self) -> Any:
        marks = throttle.marks(context.request, "code", str(self.user.pk))
        throttle.demand(marks)
        try:
            code = self._used_up() or super().clean_code()  # type: ignore[misc]
            _demand_later(self.authenticator)
        except ValidationError:
            throttle.failed(marks)
            raise
        throttle.succeeded(marks)
        return code

    def _used_up(self) -> str:
        """The recovery code that was typed, if it was one; it is used up."""
        typed = str(self.cleaned_data["code"])
        if not recovery.could_be(typed):
            return ""
        by = actor_of(self.user, "screen", origin=address_of(context.request))
        try:
            actions.use_recovery_code(by, self.user, code=typed)
        except Invalid as error:
            raise get_adapter().validation_error("incorrect_code") from error
        return typed

    def save(self) -> None:
        if self.authenticator:
            super().save()  # type: ignore[misc]
            return
        more = {"reauthenticated": True} if self.again else {}
        record_authentication(context.request, self.user, "mfa", type="recovery_code", **more)


def _demand_later(used: Authenticator | None) -> None:
    """Codes of an app come from the time: set back, the clock asks for those it has seen before."""
    if used is None or used.type != Authenticator.Type.TOTP:
        return
    if used.last_used_at and used.last_used_at > clock.latest():
        logger.warning("A code of an app was refused: the clock was set back since the last one")
        raise get_adapter().validation_error("incorrect_code")


class CodeAfter(_Typed, AuthenticateForm):  # type: ignore[misc]
    """After a password."""


class CodeAgain(_Typed, ReauthenticateForm):  # type: ignore[misc]
    """To show once more that it is you."""

    again = True
