"""Codes of second factors as they are typed: guessed no faster than passwords."""

from __future__ import annotations

import logging
from typing import Any

from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError

from tabard.access import throttle
from tabard.kernel import clock

logger = logging.getLogger(__name__)


class _Typed:
    user: Any
    authenticator: Authenticator

    def clean_code(self) -> Any:
        marks = throttle.marks(context.request, "code", str(self.user.pk))
        throttle.demand(marks)
        try:
            code = super().clean_code()  # type: ignore[misc]
            _demand_later(self.authenticator)
        except ValidationError:
            throttle.failed(marks)
            raise
        throttle.succeeded(marks)
        return code


def _demand_later(used: Authenticator) -> None:
    """Codes of an app come from the time: set back, the clock asks for those it has seen before."""
    if used.type == Authenticator.Type.TOTP and used.last_used_at and used.last_used_at > clock.latest():
        logger.warning("A code of an app was refused: the clock was set back since the last one")
        raise get_adapter().validation_error("incorrect_code")


class CodeAfter(_Typed, AuthenticateForm):  # type: ignore[misc]
    """After a password."""


class CodeAgain(_Typed, ReauthenticateForm):  # type: ignore[misc]
    """To show once more that it is you."""
