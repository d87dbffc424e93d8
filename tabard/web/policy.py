"""What browsers are told with every answer: nothing runs, is drawn, sent or kept but what is ours."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse

PERMISSIONS = "camera=(), microphone=(), geolocation=(), payment=(), usb=()"


def policy() -> str:
    """The header's value. Pictures and films may also come from where files are stored."""
    live = _origin(settings.LIVE_URL)
    stored = _origin(settings.MEDIA_URL)
    # Connecting a channel is a form of ours that leads on to the platform's own page.
    onward = "https: http://127.0.0.1:* http://localhost:*" if settings.LOCAL else "https:"
    rules = {
        "default-src": "'none'",
        "object-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "font-src": "'self'",
        "img-src": f"'self' data: blob: {stored}",
        "media-src": f"'self' blob: {stored}",
        "connect-src": f"'self' {live} {stored}",
        "form-action": f"'self' {onward}",
        "manifest-src": "'self'",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
    }
    return "; ".join(f"{name} {value.strip()}" for name, value in rules.items())


def policy_middleware(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Puts the policy on every answer that does not bring a stricter one of its own.

    What is said to one person is kept in no cache, and what the browser still has goes when they sign out.
    """
    value, lasting = policy(), f"/{settings.STATIC_URL.strip('/')}/"

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", value)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        if not request.path_info.startswith(lasting):
            response.headers.setdefault("Cache-Control", "no-store")
        if request.method == "POST" and getattr(request.resolver_match, "url_name", "") == "account_logout":
            response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response

    return middleware


def _origin(url: str) -> str:
    """Scheme and host of an address, or nothing for one on our own site."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
