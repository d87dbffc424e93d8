"""Links for a new password: good once, and for ten minutes by the one clock."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.utils.http import base36_to_int

from tabard.kernel import clock

# What Django counts the seconds of a link from.
EPOCH = datetime(2001, 1, 1)  # noqa: DTZ001 as Django has it


class Links(PasswordResetTokenGenerator):
    """Django's own, which asks for the time here, and refuses a link that was made later than now."""

    def check_token(self, user: Any, token: str | None) -> bool:
        if not super().check_token(user, token):
            return False
        made = EPOCH + timedelta(seconds=base36_to_int(str(token).split("-")[0]))
        return made <= clock.latest().replace(tzinfo=None)

    def _now(self) -> datetime:
        return clock.now().replace(tzinfo=None)
