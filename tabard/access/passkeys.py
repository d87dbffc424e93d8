"""What is asked of somebody who sets up a passkey, names it or shows it: forms of pages that allauth leads.

What a browser sends as a passkey is read by a library that stumbles over junk; here junk is an answer like
any other wrong one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)

from tabard.access.devices import device
from tabard.kernel import text

LONGEST = 80  # characters of a name


def _read(reader: Callable[[], Any]) -> Any:
    try:
        return reader()
    except (TypeError, KeyError, AttributeError, IndexError, ValueError, RecursionError) as error:
        raise get_adapter().validation_error("incorrect_code") from error


class NewPasskey(AddWebAuthnForm):  # type: ignore[misc]
    """The name is suggested: by what people will know it again, the device they sit at."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        initial = kwargs.setdefault("initial", {})
        initial.setdefault("name", device(context.request.META.get("HTTP_USER_AGENT", "")))
        initial.setdefault("passwordless", True)
        super().__init__(*args, **kwargs)

    def clean_name(self) -> str:
        """Too long or empty is mended, not refused: the device has kept the passkey already."""
        given: str = super().clean_name()
        return text.name(given)[:LONGEST] or device("")

    def clean(self) -> Any:
        """Signed by the device for this attempt and this address."""
        return _read(super().clean)


class PasskeyName(EditWebAuthnForm):  # type: ignore[misc]
    """Another name for a passkey."""

    def clean_name(self) -> str:
        """As one line."""
        return text.name(self.cleaned_data["name"])[:LONGEST] or device("")


class _Shown:
    """A passkey that is shown, however it is shown."""

    def clean_credential(self) -> Any:
        return _read(super().clean_credential)  # type: ignore[misc]


class PasskeyAlone(_Shown, LoginWebAuthnForm):  # type: ignore[misc]
    """Instead of a password."""


class PasskeyAfter(_Shown, AuthenticateWebAuthnForm):  # type: ignore[misc]
    """After a password."""


class PasskeyAgain(_Shown, ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """To show once more that it is you."""
