"""`python -m tests.harbour.renewing CHANNEL`: a process that renews a channel's access."""

from __future__ import annotations

import json
import os
import sys


def said(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tabard.config.settings")
    import django

    django.setup()
    from tabard.connectors.errors import ConnectorError
    from tabard.register.links import access_of, unkept
    from tabard.register.models import Channel
    from tabard.register.renewing import renewed
    from tests.harbour.server import known

    with known():
        channel = Channel.objects.select_related("connection").get(pk=int(sys.argv[1]))
        access = access_of(channel, unkept)
        said("ready")
        sys.stdin.readline()
        try:
            said(json.dumps(dict(renewed(channel.pk, access).session)))
        except ConnectorError as error:
            said(json.dumps({"error": type(error).__name__, "code": error.code}))


if __name__ == "__main__":
    main()
