"""What anybody may open: the list, the answer about one profile, the signed files, the badges."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponse
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from tabard.access.whence import address_of
from tabard.kernel.errors import Missing
from tabard.kernel.permissions import PUBLIC
from tabard.kernel.screen import screen
from tabard.public import badges, pages, reading
from tabard.public.answers import Answer, answer
from tabard.public.throttle import Buckets

# Caches between us and the visitor may keep an answer for a minute.
LATE = "public, max-age=60, stale-while-revalidate=600"
BADGE = (
    "default-src 'none'; object-src 'none';"
    " style-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none';"
    " frame-ancestors *"
)
buckets = Buckets()


def _there(request: Any) -> reading.Snapshot:
    """The edition that is out. `Missing` where there is none, and below the address of a unit."""
    there = None if getattr(request, "scope_slug", None) else reading.out()
    if there is None:
        raise Missing(_("There is no such address."))
    return there


def _what(request: Any, there: reading.Snapshot) -> pages.Asked:
    spoken = pages.language(request.GET.get("lang", ""), request.headers.get("Accept-Language", ""))
    return pages.asked(there, request.GET, spoken)


def _kept(request: Any, there: reading.Snapshot, body: bytes, kind: str, etag: str) -> HttpResponse:
    """An answer that caches may keep for a while, or the word that nothing has changed."""
    response = HttpResponse(body, content_type=kind)
    response["ETag"] = etag
    changed = int(there.made_at.timestamp())
    # A question in an address has no last change of its own: only the ETag tells two pages apart.
    found = get_conditional_response(request, etag, changed, response) or response
    found["ETag"], found["Cache-Control"] = etag, LATE
    found["Last-Modified"] = there.made_at.strftime("%a, %d %b %Y %H:%M:%S GMT")
    return found


def _file(request: Any, there: reading.Snapshot, body: bytes, kind: str) -> HttpResponse:
    """A file that pages of other sites may read too."""
    response = _kept(request, there, body, kind, reading.digest(body))
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def out_of(platform: str, handle: str) -> reading.Listed | None:
    """A channel as the edition that is out has it, if it does."""
    there = reading.out()
    key = reading.place(platform, reading.address_of(platform, handle))
    return there.by_address.get(key) if there else None


@require_safe
def index(request: Any) -> HttpResponse:
    there = _there(request)
    what = _what(request, there)
    drawn = pages.index(there, what)
    response = _kept(request, there, drawn.body, "text/html; charset=utf-8", drawn.etag)
    response["Content-Language"] = what.language
    return response


def _slowly(request: Any) -> HttpResponse | None:
    """The refusal, where somebody asks too often."""
    if not (seconds := buckets.wait(address_of(request))):
        return None
    said = _("Too many questions. Wait a moment, then ask again.")
    response = HttpResponse(said, status=429, content_type="text/plain; charset=utf-8")
    response["Retry-After"] = str(seconds)
    return response


def _given(request: Any) -> tuple[str, str]:
    return request.GET.get("account", "")[:600].strip(), request.GET.get("platform", "")[:60]


@require_safe
def check(request: Any) -> HttpResponse:
    there = _there(request)
    if refused := _slowly(request):
        return refused
    what, (given, platform) = _what(request, there), _given(request)
    with translation.override(what.language):
        said = answer(there, given, platform) if given else None
        drawn = pages.check(there, what, said, given)
    return HttpResponse(drawn.body, headers={"Content-Language": what.language})


@require_safe
def check_json(request: Any) -> HttpResponse:
    there = _there(request)
    refused = _slowly(request)
    given, platform = _given(request)
    if refused is None:
        with translation.override("en"):
            told = answer(there, given, platform).as_json()
        refused = HttpResponse(json.dumps(told, ensure_ascii=False), content_type="application/json")
    refused["Access-Control-Allow-Origin"] = "*"
    refused["Cross-Origin-Resource-Policy"] = "cross-origin"
    return refused


@require_safe
def register(request: Any) -> HttpResponse:
    there = _there(request)
    return _file(request, there, there.written, "application/json")


@require_safe
def keys(request: Any) -> HttpResponse:
    there = _there(request)
    return _file(request, there, there.keys, "application/json")


@require_safe
def feed(request: Any) -> HttpResponse:
    there = _there(request)
    body = there.kept(("feed",), lambda: reading.feed(there))
    return _file(request, there, body, "application/feed+json; charset=utf-8")


@require_safe
def trust(request: Any) -> HttpResponse:
    there = _there(request)
    body = there.kept(("trust",), lambda: reading.trust_txt(there))
    return _file(request, there, body, "text/plain; charset=utf-8")


def _badge(request: Any, token: str) -> tuple[reading.Snapshot, reading.Listed]:
    there = _there(request)
    listed = badges.channel_of(there, token)
    if listed is None:
        raise Missing(_("There is no such address."))
    return there, listed


@require_safe
def badge_picture(request: Any, token: str) -> HttpResponse:
    there, listed = _badge(request, token)
    what = _what(request, there)
    with translation.override(what.language):
        body = badges.picture(_("Official"), listed.name[:40]).encode()
    response = _file(request, there, body, "image/svg+xml")
    response["Content-Language"] = what.language
    return response


@require_safe
@xframe_options_exempt
def badge_page(request: Any, token: str) -> HttpResponse:
    there, listed = _badge(request, token)
    what, back = _what(request, there), reading.own(f"/official/badge/{token}/")
    drawn = pages.badge(there, what, listed, back)
    response = HttpResponse(drawn.body, headers={"Content-Language": what.language})
    response["Content-Security-Policy"], response["Cache-Control"] = BADGE, LATE
    return response


@require_safe
def badge(request: Any, token: str) -> HttpResponse:
    """Where a badge leads: what we say of its channel, and whether the badge was made by us."""
    there = _there(request)
    if refused := _slowly(request):
        return refused
    what, listed = _what(request, there), badges.channel_of(there, token)
    with translation.override(what.language):
        said = Answer(listed.handle, "official", [listed]) if listed else Answer("", "unknown")
        drawn = pages.check(there, what, said, said.asked, badge=True)
    return HttpResponse(drawn.body, headers={"Content-Language": what.language})


def public(route: str, view: Any, name: str, *, page: bool = False) -> Any:
    return screen(route, view, may=PUBLIC, name=name, page=page)


urlpatterns = [
    public("official/", index, "official", page=True),
    public("official/check/", check, "official_check", page=True),
    public("official/check.json", check_json, "official_check_json"),
    public("official/register.json", register, "official_register"),
    public("official/keys.json", keys, "official_keys"),
    public("official/feed.json", feed, "official_feed"),
    public("official/badge/<str:token>.svg", badge_picture, "official_badge_picture"),
    public("official/badge/<str:token>.html", badge_page, "official_badge_page"),
    public("official/badge/<str:token>/", badge, "official_badge"),
    public("trust.txt", trust, "trust_txt"),
    public(".well-known/trust.txt", trust, "trust_txt_well_known"),
]
