"""Every screen in a real browser: open to everybody, in light, in dark and on a phone, and without complaint.

The screens are those of the routes, so a new one is looked at by itself; one whose address needs a thing
that ARGUMENTS does not know yet says so.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, reverse
from PIL import Image

from tabard.web import built
from tests import browsing
from tests.cast import cast as build
from tests.cast import make_channel
from tests.conftest import Things
from tests.own_database import own_database as own
from tests.test_gates import routes

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not built.script(), reason="nothing is built: run `make frontend`"),
]

# Which thing stands in an address; one of each is made as in tests/conftest.py.
ARGUMENTS = {
    "campaign_id": "posts.Campaign",
    "change_id": "org.Reorganisation",
    "channel_id": "register.Channel",
    "channel_request_id": "life.ChannelRequest",
    "retirement_step_id": "life.RetirementStep",
    "emergency_id": "access.Emergency",
    "conversation_id": "inbox.Conversation",
    "delivery_id": "publishing.Delivery",
    "credential_id": "safety.Credential",
    "departure_id": "access.Departure",
    "doubt_id": "register.Doubt",
    "directory_id": "access.Directory",
    "hold_id": "publishing.Hold",
    "entry_finding_id": "register.Finding",
    "import_id": "register.Import",
    "person_id": "org.Person",
    "item_id": "attestation.Item",
    "round_id": "attestation.Round",
    "sheet_id": "attestation.Sheet",
    "post_id": "posts.Post",
    "rotation_id": "safety.Rotation",
    "finding_id": "safety.AdminFinding",
    "source_id": "access.Source",
    "sighting_id": "watch.Sighting",
    "case_id": "watch.Case",
    "filing_id": "watch.Filing",
    "unit_id": "org.Unit",
}
MADE_IN_FILL = {"asset_id", "variant_id", "entry_id"}
# Where something else than an empty list or a first tab is worth a look too.
ALSO = (
    ("register", "?open={channel_id}&tab=access"),
    ("post", "?variant={variant_id}"),
    ("find", "?q=nordics"),
)
DOORS = (
    "account_login",
    "account_reset_password",
    "account_change_password",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_list_webauthn",
    "mfa_add_webauthn",
    "api:openapi-view",
)
# What the law and the standard ask for; style is left to the eye.
STANDARD = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
# The page of components has every one of them four times, and a test of its own.
ELSEWHERE = {"ui"}
LONG = "Суперкалифраджилистик-експиалидочни-супи-и-хлябове-от-всички-краища-на-страната"


@dataclass
class Place:
    """A company with one thing of every kind, and where it is served."""

    address: str
    paths: list[str]
    cookies: dict[str, str]


def screens() -> list[URLPattern]:
    return [entry for _path, entry in routes() if entry.callback.page and entry.name not in ELSEWHERE]


def fill(things: Things) -> dict[str, int]:
    """One thing of every kind, with words that are long, foreign or go the other way; by argument."""
    from tabard.audit.models import Entry
    from tabard.library.actions import add_asset
    from tabard.posts.actions import add_comment, change_post, make_post, submit
    from tabard.public.actions import show

    by, nordics = things.cast.by("creator"), things.cast.nordics
    made = {name: things.of(apps.get_model(label)).pk for name, label in ARGUMENTS.items()}
    channels = [make_channel(nordics, handle) for handle in (LONG.replace("-", "_"), "مطبخ")]
    post = make_post(by, nordics, title=LONG, text="حساء الشتاء\n" + LONG, channels=channels)
    change_post(by, post, text=LONG * 4, link="https://meridian.example/" + "soups/" * 20)
    add_comment(by, post, words=LONG)
    for channel in channels:
        show(things.cast.by("owner"), channel, shown="yes")
    things.of(apps.get_model("public.Publication"))
    submit(by, post, message="For Friday, please.")
    return {
        **made,
        "asset_id": add_asset(by, nordics, name=LONG, data=orange(), alt=LONG).pk,
        "post_id": post.pk,
        "variant_id": post.variants.first().pk,
        "entry_id": Entry.objects.values_list("pk", flat=True)[0],
    }


def orange() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "orange").save(out, "JPEG")
    return out.getvalue()


def paths_for(found: dict[str, int]) -> list[str]:
    paths = []
    for entry in screens():
        needed = entry.pattern.converters
        unknown = set(needed) - set(found)
        assert not unknown, f"say in ARGUMENTS what {unknown} of {entry.name} is"
        paths.append(reverse(entry.name, kwargs={name: found[name] for name in needed}))
    for name, query in ALSO:
        kwargs = {"post_id": found["post_id"]} if name == "post" else {}
        paths.append(reverse(name, kwargs=kwargs) + query.format(**found))
    return paths + [reverse(name) for name in DOORS]


@pytest.fixture(scope="module")
def place(django_db_setup: None, django_db_blocker: Any) -> Iterator[Place]:
    with django_db_blocker.unblock(), own(), browsing.serving(LIVE_URL="") as address:
        cast = build()
        paths = paths_for(fill(Things(cast, cast.by("stranger"))))
        cookies = {}
        for who in ("owner", "creator"):
            client = Client()
            client.force_login(getattr(cast, who))
            cookies[who] = client.cookies[settings.SESSION_COOKIE_NAME].value
        yield Place(address, paths, cookies)


@pytest.fixture(scope="module")
def browser(place: Place) -> Iterator[Any]:
    with browsing.chromium() as browser:
        yield browser


def signed_in(browser: Any, place: Place, who: str) -> Any:
    page = browsing.new_page(browser, reduced_motion="reduce")
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": place.cookies[who], "url": place.address}
    page.context.add_cookies([cookie])
    return page


def look(page: Any, address: str, path: str) -> list[str]:
    """Light and wide by every rule of axe; dark and narrow for its colours and for what scrolls sideways."""
    page.complaints.clear()
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1440, "height": 900})
    answer = page.goto(address + path)
    found = [] if answer.status == 200 else [f"answers {answer.status}"]
    found += browsing.wrongs(page, *STANDARD)
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 390, "height": 844})
    wide = page.evaluate("document.documentElement.scrollWidth")
    found += [f"scrolls sideways at 390 px: {wide} px"] if wide > 390 else []
    found += [f"dark, on a phone: {each}" for each in browsing.wrongs(page, "color-contrast")]
    return [f"{path}: {each}" for each in found + page.complaints]


def test_every_screen_is_open_to_everybody(browser, place):
    page = signed_in(browser, place, "owner")
    assert [each for path in place.paths for each in look(page, place.address, path)] == []


def test_what_others_may_not_do_is_not_broken_for_them(browser, place):
    """Fewer buttons, other words: no complaint, nothing that scrolls sideways, and no error of ours."""
    page = signed_in(browser, place, "creator")
    page.set_viewport_size({"width": 390, "height": 844})
    wrong = []
    for path in place.paths:
        page.complaints.clear()
        answer = page.goto(place.address + path)  # all of it: without its styles every page is wide
        if answer.status >= 500:
            wrong.append(f"{path} answers {answer.status}")
        elif answer.status == 200:
            wide = page.evaluate("document.documentElement.scrollWidth")
            wrong += [f"{path}: {said}" for said in page.complaints]
            wrong += [f"{path} scrolls sideways: {wide} px"] if wide > 390 else []
    assert wrong == []
