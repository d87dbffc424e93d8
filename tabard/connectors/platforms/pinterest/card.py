"""What a Pinterest account can do through API v5 (NOTES.md has sources and dates)."""

from __future__ import annotations

from dataclasses import replace

from tabard.connectors.card import (
    Ability,
    App,
    Auth,
    Budget,
    Card,
    CountedIn,
    MediaRule,
    Option,
    Per,
    Placement,
    Proof,
    Secret,
    TextLimit,
    TextRule,
    Told,
)
from tabard.connectors.text import finders
from tabard.connectors.words import _

API = "https://api.pinterest.com"
SITE = "https://www.pinterest.com"
UPLOADS = "pinterest-media-upload.s3-accelerate.amazonaws.com"  # where videos are sent to

READ = ("user_accounts:read", "boards:read", "pins:read")
SCOPES = {
    Ability.PUBLISHES: (*READ, "boards:write", "pins:write"),
    Ability.EDITS: ("pins:write",),
    Ability.DELETES: ("pins:write",),
    Ability.MEASURES: READ,
    Ability.COUNTS: READ,
    Ability.LISTS_ADMINS: ("biz_access:read",),
}

_ALT = TextLimit(500, CountedIn.UTF16)

IMAGE = Placement(
    "image_pin",
    _("Pin with a picture"),
    TextRule((TextLimit(800, CountedIn.UTF16),), find=finders.common, most=(("hashtag", 20, False),)),
    media=(MediaRule("image", ("image/jpeg", "image/png"), 1, 20_000_000, alt=_ALT, fits_itself=True),),
    media_count=1,
    link="apart",
    needs_media=True,
    replies=False,
    options=(
        Option("board", _("Board"), "text", required=True, most=180, help=_("Its name, or its number.")),
        Option("title", _("Title"), "text", most=100),
    ),
)
CAROUSEL = replace(
    IMAGE,
    name="carousel_pin",
    label=_("Pin with pictures to leaf through"),
    media=(replace(IMAGE.media[0], count=5),),
    media_count=5,
    media_least=2,
)
VIDEO = replace(
    IMAGE,
    name="video_pin",
    label=_("Pin with a video"),
    media=(
        MediaRule(
            "video",
            ("video/mp4", "video/quicktime", "video/x-m4v"),
            1,
            2_000_000_000,
            seconds=900,
            shortest=4,
            ratio=(0.5, 1.91),
        ),
    ),
)

CARD = Card(
    name="pinterest",
    label="Pinterest",
    mark="Pi",
    auth=(Auth(Secret.OAUTH2, _("Sign in at Pinterest"), (), SCOPES, expires=True),),
    placements=(IMAGE, CAROUSEL, VIDEO),
    budgets=(
        Budget(
            _("write"),
            100,
            60,
            Per.CHANNEL,
            {"publish": 1, "upload": 1, "edit": 1, "delete": 1},
            Told(
                left="x-ratelimit-remaining",
                until="x-ratelimit-reset",
                calls=("POST /v5/pins", "PATCH /v5/pins", "DELETE /v5/pins"),
            ),
        ),
        Budget(_("analytics"), 60, 60, Per.CHANNEL, {"metrics": 1}),
    ),
    abilities=frozenset(
        {
            Ability.AUTHORISES,
            Ability.RENEWS,
            Ability.REVOKES,
            Ability.PUBLISHES,
            Ability.EDITS,
            Ability.DELETES,
            Ability.MEASURES,
            Ability.COUNTS,
            Ability.LISTS_ADMINS,
        }
    ),
    hosts=("{base}", UPLOADS),
    proof=Proof.LOOKUP,
    settle=30.0,
    as_of="2026-11",
    timeout=60.0,
    handle_example="tabard_town",
    home=SITE,
    app=App(
        console="https://developers.pinterest.com/apps/",
        steps=(
            _("Sign in with a business account of the organisation and press “Connect app”."),
            _("Give the app the organisation's name, its website and its privacy policy."),
            _("Enter the address to come back to, as it stands below, under “Redirect links”."),
            _("Copy the app's ID and its secret key into the fields below."),
            _("Ask for standard access: until it is given, nobody but you sees the pins."),
        ),
        review=_(
            "Standard access: a form, and a video that shows signing in and a pin being made with this app."
        ),
    ),
    renew_before=5 * 86_400.0,
)
