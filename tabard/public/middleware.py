"""Before the public register everybody is nobody: what it answers depends on no cookie and on no session."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

PATHS = ("/official/", "/trust.txt", "/.well-known/trust.txt")
# For everything of it that does not say otherwise: no script at all, and forms only to ourselves.
POLICY = (
    "default-src 'none'; object-src 'none';"
    " style-src 'self'; font-src 'self'; img-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'"
)


def nobody_middleware(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Takes cookies off requests for public pages, so that caches may keep one answer for all."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(PATHS):
            return get_response(request)
        request.COOKIES = {}
        request.for_anybody = True  # type: ignore[attr-defined]
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        # A page that nobody may frame differs by language alone; what is a file differs by nothing.
        if "Content-Language" in response and "text/html" in response.get("Content-Type", ""):
            response["Vary"] = "Accept-Language"
        else:
            del response["Vary"]
        return response

    return middleware
