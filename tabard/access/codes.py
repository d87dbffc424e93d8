"""Codes of second factors as they are typed: guessed no faster than passwords."""

from __future__ import annotations

from typing import Any

from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from django.core.exceptions import ValidationError

from tabard.access import throttle


class _Typed:
    user: Any

    def clean_code(self) -> Any:
        marks = throttle.marks(context.request, "code", str(self.user.pk))
        throttle.demand(marks)
        try:
            code = super().clean_code()  # type: ignore[misc]
        except ValidationError:
            throttle.failed(marks)
            raise
        throttle.succeeded(marks)
        return code


class CodeAfter(_Typed, AuthenticateForm):  # type: ignore[misc]
    """After a password."""


class CodeAgain(_Typed, ReauthenticateForm):  # type: ignore[misc]
    """To show once more that it is you."""
