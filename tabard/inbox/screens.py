"""The inbox, and how a channel is read."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from tabard.inbox import hooks, queries
from tabard.kernel.screen import draw, screen

SEE = "inbox.see"


def channel_inbox(request: Any, channel_id: int) -> HttpResponse:
    """How a channel is read, on its page; nothing for who may not see what is said to it."""
    return draw(request, "inbox/_channel.html", {"heed": queries.heed(request.actor, channel_id)})


urlpatterns = [
    screen("channels/<int:channel_id>/inbox/", channel_inbox, may=SEE, name="channel_inbox", page=False),
    *hooks.urlpatterns,
]
