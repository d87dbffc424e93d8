"""The secrets that the register keeps: keys to channels, and the sessions made with them."""

from typing import Any

from tabard.access.vault import keeps
from tabard.register.links import purpose
from tabard.register.models import Connection


def _about(connection: Any) -> str:
    return purpose(connection.channel_id)


keeps(Connection, "secret", _about)
keeps(Connection, "session", _about)
