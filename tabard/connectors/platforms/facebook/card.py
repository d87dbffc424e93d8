"""What a page at Facebook can do through the API (NOTES.md has sources and dates)."""

from __future__ import annotations

from tabard.connectors.card import (
    CLIENT,
    Ability,
    Act,
    App,
    Auth,
    Budget,
    Card,
    CountedIn,
    MediaRule,
    Per,
    Placement,
    Proof,
    Secret,
    TextLimit,
    TextRule,
)
from tabard.connectors.families.meta_budgets import SHARES
from tabard.connectors.families.meta_events import SCOPE, WORD
from tabard.connectors.families.meta_pages import HOST
from tabard.connectors.families.meta_upload import HOST as UPLOADS
from tabard.connectors.words import _

TEXT = TextRule((TextLimit(63_206, CountedIn.UTF16),))
ALT = TextLimit(1000, CountedIn.CODEPOINTS)
ALBUM = 10
PICTURE = 4_000_000
FILM = 1_000_000_000
PHOTOS = ("image/jpeg", "image/png", "image/gif")
MP4 = ("video/mp4",)
WRITTEN = ("h264", "hevc", "vp9", "av1")

POST = Placement(
    "post",
    _("Post"),
    TEXT,
    media=(
        MediaRule("image", PHOTOS, count=ALBUM, size=PICTURE, alt=ALT, fits_itself=True),
        MediaRule("video", (*MP4, "video/quicktime"), count=1, size=FILM, seconds=14_400.0),
    ),
    media_count=ALBUM,
    link="text",
    replies=False,
    first_comment="comment",
)
REEL = Placement(
    "reel",
    _("Reel"),
    TEXT,
    media=(
        MediaRule(
            "video",
            MP4,
            count=1,
            size=FILM,
            seconds=90.0,
            ratio=(0.55, 0.575),
            shortest=3.0,
            codecs=WRITTEN,
            fps=(24.0, 60.0),
        ),
    ),
    media_count=1,
    needs_media=True,
    replies=False,
    first_comment="comment",
)
STORY = Placement(
    "story",
    _("Story"),
    TEXT,
    media=(
        MediaRule("image", PHOTOS, count=1, size=PICTURE, fits_itself=True),
        MediaRule(
            "video",
            MP4,
            count=1,
            size=FILM,
            seconds=60.0,
            ratio=(0.55, 0.575),
            shortest=3.0,
            codecs=WRITTEN,
            fps=(24.0, 60.0),
        ),
    ),
    media_count=1,
    needs_media=True,
    replies=False,
    shows_text=False,
)
COMMENT = Placement(
    "comment", _("Comment under a post"), TextRule((TextLimit(8000, CountedIn.UTF16),)), needs_reply=True
)

SCOPES = {
    Ability.AUTHORISES: ("pages_show_list", "business_management"),
    Ability.PUBLISHES: ("pages_manage_posts", "pages_read_engagement", "pages_manage_engagement"),
    Ability.EDITS: ("pages_manage_posts",),
    Ability.DELETES: ("pages_manage_posts",),
    Ability.CONVERSES: ("pages_read_user_content", "pages_manage_engagement"),
    Ability.HEARS: (SCOPE,),
    Ability.MODERATES: ("pages_manage_engagement",),
    Ability.MEASURES: ("read_insights",),
    Ability.COUNTS: ("read_insights",),
    Ability.LISTS_ADMINS: ("pages_read_engagement",),
}

APP = App(
    console="https://developers.facebook.com/apps/",
    steps=(
        _("Make an app of the type Business, and give it to your business portfolio."),
        _("Add the product Facebook Login, and the address below to its valid OAuth redirect URIs."),
        _("Add the permissions for pages that Tabard asks for; each stands with what it is needed for."),
        _("Copy the app ID and the app secret from the basic settings."),
        _(
            "To be told at once what people say: add the product Webhooks, choose Page, and enter there the "
            "address for events below and a word of your own. Enter the same word here as the verify token, "
            "and save it here first, as the platform asks for it at once. Then subscribe to feed and mention."
        ),
    ),
    review=_(
        "For pages of people without a role in the app: business verification, and an app review that "
        "wants a video for each permission."
    ),
    fields=(*CLIENT, WORD),
    webhook=True,
)

CARD = Card(
    name="facebook",
    label="Facebook",
    mark="Fb",
    auth=(
        Auth(
            Secret.OAUTH2,
            _("Sign in at Facebook"),
            (),
            SCOPES,
            help=_("Sign in as somebody who may publish on the page."),
        ),
    ),
    placements=(POST, REEL, STORY, COMMENT),
    # Only "too fast" and 30 Reels a day are told: a pace of our own.
    budgets=(Budget(_("posts"), 30, 3600, Per.CHANNEL, {"publish": 1, "edit": 1}), *SHARES),
    abilities=frozenset(
        {
            Ability.AUTHORISES,
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
    hosts=(HOST, UPLOADS),
    # A film says whether it was published; of all else the page's own posts are read.
    proof=Proof.LOOKUP,
    settle=120.0,
    as_of="2026-11",
    timeout=60.0,
    handle_example="tabard.town",
    home="https://www.facebook.com",
    app=APP,
    acts=frozenset({Act.HIDE, Act.SHOW, Act.LIKE, Act.UNLIKE, Act.DELETE}),
    asks_to_hear=True,
)
