"""Where a request comes from."""

from __future__ import annotations

import ipaddress

from django.http import HttpRequest


def address_of(request: HttpRequest) -> str:
    """The visitor's address, as the web server (which knows the trusted proxies) has put it; or nothing."""
    try:
        return str(ipaddress.ip_address(request.META.get("REMOTE_ADDR", "").split("%")[0]))
    except ValueError:
        return ""
