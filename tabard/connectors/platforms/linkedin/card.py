"""What a page on LinkedIn can do through the versioned API (NOTES.md has sources and dates)."""

from __future__ import annotations

from dataclasses import replace

from tabard.connectors.card import (
    Ability,
    Act,
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
)
from tabard.connectors.words import _

API = "https://api.linkedin.com"
SITE = "https://www.linkedin.com"
HOSTS = ("api.linkedin.com", "www.linkedin.com")  # files are sent to the second

TEXT = TextRule((TextLimit(3000, CountedIn.LITTLE_TEXT),))
ALT = TextLimit(4086, CountedIn.CODEPOINTS)
PICTURE = MediaRule(
    "image",
    ("image/jpeg", "image/png", "image/gif"),
    count=1,
    size=5_000_000,
    pixels=36_152_319,
    alt=ALT,
    fits_itself=True,
)
FILM_LEAST = 75_000  # bytes
FILM_SHORTEST = 3.0  # seconds

POST = Placement(
    "text_link",
    _("Text, or a link with its card"),
    TEXT,
    media=(PICTURE,),
    media_count=1,
    link="card",
    replies=False,
    options=(
        Option("link_title", _("Title of the link's card"), kind="text"),
        Option("link_text", _("Text of the link's card"), kind="text"),
    ),
    first_comment="comment",
)
IMAGE = Placement(
    "image",
    _("Picture"),
    TEXT,
    media=(PICTURE,),
    media_count=1,
    needs_media=True,
    replies=False,
    first_comment="comment",
)
ALBUM = replace(
    IMAGE,
    name="multi_image",
    label=_("Several pictures"),
    media=(replace(PICTURE, count=20),),
    media_count=20,
    media_least=2,
)
VIDEO = replace(
    IMAGE,
    name="video",
    label=_("Video"),
    media=(MediaRule("video", ("video/mp4",), 1, 500_000_000, seconds=1800.0, ratio=(1 / 2.4, 2.4)),),
)
OFFICE = "application/vnd.openxmlformats-officedocument"
DOCUMENT = replace(
    IMAGE,
    name="document",
    label=_("Document"),
    media=(
        MediaRule(
            "document",
            (
                "application/pdf",
                "application/msword",
                "application/vnd.ms-powerpoint",
                f"{OFFICE}.wordprocessingml.document",
                f"{OFFICE}.presentationml.presentation",
            ),
            1,
            100_000_000,
        ),
    ),
    options=(Option("title", _("Title"), "text", required=True, most=100),),
)
CHOICES = ("choice_1", "choice_2", "choice_3", "choice_4")
POLL = Placement(
    "poll",
    _("Poll"),
    TEXT,
    replies=False,
    options=(
        Option("question", _("Question"), "text", required=True, most=140),
        Option("choice_1", _("First choice"), "text", required=True, most=30),
        Option("choice_2", _("Second choice"), "text", required=True, most=30),
        Option("choice_3", _("Third choice"), "text", most=30),
        Option("choice_4", _("Fourth choice"), "text", most=30),
        Option(
            "duration",
            _("How long it runs"),
            choices=(
                ("ONE_DAY", _("One day")),
                ("THREE_DAYS", _("Three days")),
                ("SEVEN_DAYS", _("A week")),
                ("FOURTEEN_DAYS", _("Two weeks")),
            ),
            default="THREE_DAYS",
        ),
    ),
    first_comment="comment",
)
# The number for comments is what the trade repeats; LinkedIn tells none.
COMMENT = Placement(
    "comment",
    _("Comment under a post"),
    TextRule((TextLimit(1250, CountedIn.UTF16),)),
    needs_reply=True,
)

WRITE, READ = "w_organization_social", "r_organization_social"
WRITE_FEED, READ_FEED = "w_organization_social_feed", "r_organization_social_feed"
ADMIN = "rw_organization_admin"
SCOPES = {
    Ability.AUTHORISES: (ADMIN,),
    Ability.PUBLISHES: (WRITE, READ, WRITE_FEED),
    Ability.EDITS: (WRITE,),
    Ability.DELETES: (WRITE,),
    Ability.CONVERSES: (ADMIN, READ_FEED, WRITE_FEED),
    Ability.HEARS: (ADMIN,),
    Ability.MODERATES: (WRITE_FEED,),
    Ability.MEASURES: (ADMIN,),
    Ability.COUNTS: (ADMIN,),
    Ability.LISTS_ADMINS: (ADMIN,),
}

APP = App(
    console="https://www.linkedin.com/developers/apps",
    steps=(
        _("Make an app for the organisation's page; an administrator of the page must confirm it."),
        _("Under Products, ask for the Community Management API. It must be the app's only product."),
        _("Under Auth, add the address below to the authorised redirect URLs."),
        _("Copy the client ID and the primary client secret from there."),
        _("If LinkedIn has approved events for the app, enter the address for them under Webhooks."),
    ),
    review=_(
        "A form by a registered organisation for the development tier, which lets some 100 calls through a "
        "day; then a video of each use for the standard tier. Renewing an access without a person is "
        "approved apart: without it everybody signs in again every 60 days."
    ),
    webhook=True,
)

DAY = 24 * 3600

CARD = Card(
    name="linkedin",
    label="LinkedIn",
    mark="Li",
    auth=(
        Auth(
            Secret.OAUTH2,
            _("Sign in at LinkedIn"),
            (),
            SCOPES,
            help=_("Sign in as somebody who is a super admin or a content admin of the page."),
            expires=True,
        ),
    ),
    placements=(POST, IMAGE, ALBUM, VIDEO, DOCUMENT, POLL, COMMENT),
    # No number of posts is told: a pace of our own, which the calls of the development tier allow.
    budgets=(Budget(_("posts"), 30, DAY, Per.CHANNEL, {"publish": 1, "edit": 1}),),
    abilities=frozenset(
        {
            Ability.AUTHORISES,
            Ability.RENEWS,
            Ability.REVOKES,
            Ability.PUBLISHES,
            Ability.EDITS,
            Ability.DELETES,
            Ability.CONVERSES,
            Ability.HEARS,
            Ability.MODERATES,
            Ability.MEASURES,
            Ability.COUNTS,
            Ability.LISTS_ADMINS,
        }
    ),
    hosts=HOSTS,
    proof=Proof.LOOKUP,
    settle=60.0,
    as_of="2026-11",
    timeout=30.0,
    handle_example="tabard-town",
    home=SITE,
    app=APP,
    renew_before=10.0 * DAY,  # of sixty
    acts=frozenset({Act.LIKE, Act.UNLIKE, Act.DELETE}),
)
