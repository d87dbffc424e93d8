"""What allauth asks of us: nobody signs up by themselves, and people are `Person`."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class Door(DefaultAccountAdapter):  # type: ignore[misc]
    """People are added by the organisation, never by themselves."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_user_search_fields(self) -> list[str]:
        return ["name", "email"]

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """There are no user names."""
