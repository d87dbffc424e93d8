"""What an Instagram profile can do through the API (NOTES.md has sources and dates)."""

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
    Option,
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
from tabard.connectors.text import finders
from tabard.connectors.words import _

# Its documents allow 30 hashtags and 20 mentions (2026-09); 5 and 3 were announced in 2025-12.
CAPTION = TextRule(
    (TextLimit(2200, CountedIn.UTF16),),
    find=finders.common,
    most=(("hashtag", 5, False), ("hashtag", 30, True), ("mention", 3, False), ("mention", 20, True)),
)
ALBUM = 10
JPEG = ("image/jpeg",)
WRITTEN, RATE = ("h264", "hevc"), (23.0, 60.0)
FILMS = ("video/mp4", "video/quicktime")
PICTURE = 8_000_000

FEED = Placement(
    "feed",
    _("Post"),
    CAPTION,
    media=(
        MediaRule(
            "image",
            JPEG,
            count=ALBUM,
            size=PICTURE,
            ratio=(0.8, 1.91),
            alt=TextLimit(1000, CountedIn.CODEPOINTS),
            fits_itself=True,
        ),
        MediaRule(
            "video",
            FILMS,
            count=ALBUM,
            size=300_000_000,
            seconds=900.0,
            ratio=(0.01, 10.0),
            codecs=WRITTEN,
            fps=RATE,
        ),
    ),
    media_count=ALBUM,
    mixes=True,
    needs_media=True,
    replies=False,
    first_comment="comment",
)
REEL = Placement(
    "reel",
    _("Reel"),
    CAPTION,
    media=(
        MediaRule(
            "video",
            FILMS,
            count=1,
            size=300_000_000,
            seconds=900.0,
            ratio=(0.01, 10.0),
            shortest=3.0,
            codecs=WRITTEN,
            fps=RATE,
        ),
    ),
    media_count=1,
    needs_media=True,
    replies=False,
    options=(Option("share_to_feed", _("Also among the posts"), kind="flag", default=True),),
    first_comment="comment",
)
STORY = Placement(
    "story",
    _("Story"),
    CAPTION,
    media=(
        MediaRule("image", JPEG, count=1, size=PICTURE, fits_itself=True),
        MediaRule(
            "video",
            FILMS,
            count=1,
            size=100_000_000,
            seconds=60.0,
            ratio=(0.1, 10.0),
            shortest=3.0,
            codecs=WRITTEN,
            fps=RATE,
        ),
    ),
    media_count=1,
    needs_media=True,
    replies=False,
    shows_text=False,
)
COMMENT = Placement("comment", _("Comment under a post"), CAPTION, needs_reply=True)

SCOPES = {
    Ability.AUTHORISES: (
        "instagram_basic",
        "pages_show_list",
        "pages_read_engagement",
        "business_management",
    ),
    Ability.PUBLISHES: ("instagram_content_publish", "instagram_manage_comments"),
    Ability.DELETES: ("instagram_content_publish",),
    Ability.CONVERSES: ("instagram_manage_comments",),
    Ability.HEARS: ("instagram_manage_comments", SCOPE),
    Ability.MODERATES: ("instagram_manage_comments",),
    Ability.MEASURES: ("instagram_manage_insights",),
    Ability.COUNTS: ("instagram_manage_insights",),
}

APP = App(
    console="https://developers.facebook.com/apps/",
    steps=(
        _("Make an app of the type Business, and give it to your business portfolio."),
        _("Add the product Facebook Login, and the address below to its valid OAuth redirect URIs."),
        _("Add the Instagram API with Facebook Login, and the permissions that Tabard asks for."),
        _("Tie each Instagram profile to a page at Facebook, and make it a professional one."),
        _("Copy the app ID and the app secret from the basic settings."),
        _(
            "To be told at once what people say: add the product Webhooks, choose Instagram, and enter there "
            "the address for events below and a word of your own. Enter the same word here as the verify "
            "token, and save it here first, as the platform asks for it at once. Then subscribe to comments "
            "and mentions."
        ),
    ),
    review=_(
        "For profiles of people without a role in the app: business verification, and an app review that "
        "wants a video for each permission."
    ),
    fields=(*CLIENT, WORD),
    webhook=True,
)

DAY = 24 * 3600

CARD = Card(
    name="instagram",
    label="Instagram",
    mark="Ig",
    auth=(
        Auth(
            Secret.OAUTH2,
            _("Sign in at Facebook"),
            (),
            SCOPES,
            help=_("Sign in as somebody who may publish on the page to which the profile is tied."),
        ),
    ),
    placements=(FEED, REEL, STORY, COMMENT),
    budgets=(Budget(_("posts"), 100, DAY, Per.CHANNEL, {"publish": 1}), *SHARES),
    abilities=frozenset(
        {
            Ability.AUTHORISES,
            Ability.PUBLISHES,
            Ability.DELETES,
            Ability.CONVERSES,
            Ability.HEARS,
            Ability.MODERATES,
            Ability.MEASURES,
            Ability.COUNTS,
        }
    ),
    hosts=(HOST, UPLOADS),
    # The container says whether it was published, and then the profile's own posts are read.
    proof=Proof.LOOKUP,
    settle=60.0,
    as_of="2026-11",
    timeout=30.0,
    handle_example="tabard_town",
    home="https://www.instagram.com",
    app=APP,
    acts=frozenset({Act.HIDE, Act.SHOW, Act.DELETE}),
    asks_to_hear=True,
)
