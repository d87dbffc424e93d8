"""The secrets that the register keeps: keys to channels, sessions made with them, apps on platforms."""

from typing import Any

from tabard.access.vault import keeps
from tabard.register import platform_apps
from tabard.register.links import purpose
from tabard.register.models import Connection, PlatformApp, Revocation


def _about(row: Any) -> str:
    return purpose(row.channel_id)


keeps(Connection, "secret", _about)
keeps(Connection, "session", _about)
keeps(Revocation, "secret", _about)
keeps(Revocation, "session", _about)
keeps(PlatformApp, "secret", lambda app: platform_apps.purpose(str(app.pk)))
