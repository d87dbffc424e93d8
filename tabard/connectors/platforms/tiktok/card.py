"""What a TikTok account can do through the Content Posting and Display APIs (NOTES.md has sources, dates)."""

from __future__ import annotations

from dataclasses import replace

from tabard.connectors.card import (
    Ability,
    App,
    Auth,
    Budget,
    Card,
    CountedIn,
    Field,
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

API = "https://open.tiktokapis.com"
SITE = "https://www.tiktok.com"
UPLOADS = "open-upload.tiktokapis.com"  # where videos are sent to

ME = "user.info.basic"
PROFILE, STATS, LISTS = "user.info.profile", "user.info.stats", "video.list"
POSTS, DRAFTS = "video.publish", "video.upload"
SCOPES = {
    Ability.AUTHORISES: (ME, PROFILE),
    # Without the list nobody could look for a post whose answer was lost.
    Ability.PUBLISHES: (POSTS, DRAFTS, LISTS),
    Ability.MEASURES: (LISTS,),
    Ability.COUNTS: (STATS,),
}

ALONE = "SELF_ONLY"
TITLE = 90  # UTF-16 units

_CHOSEN = (
    Option(
        "privacy_level",
        _("Who can see it"),
        choices=(
            ("PUBLIC_TO_EVERYONE", _("Everybody")),
            ("MUTUAL_FOLLOW_FRIENDS", _("Friends: followers that the account follows too")),
            ("FOLLOWER_OF_CREATOR", _("Followers")),
            (ALONE, _("Only the account itself")),
        ),
        required=True,
        help=_("TikTok wants this chosen for each post. Which of these an account has, TikTok says."),
    ),
    Option("allow_comment", _("Let people comment"), "flag", default=False),
)
_DISCLOSED = (
    Option("own_brand", _("It promotes yourselves (shown as “Promotional content”)"), "flag", default=False),
    Option(
        "paid_partnership",
        _("It promotes somebody else for a return (shown as “Paid partnership”)"),
        "flag",
        default=False,
    ),
    Option(
        "consent",
        _(
            "By posting, we agree to TikTok's Music Usage Confirmation, and for a paid partnership to its "
            "Branded Content Policy"
        ),
        "flag",
        default=False,
        required=True,
    ),
)

VIDEO = Placement(
    "video",
    _("Video"),
    TextRule((TextLimit(2200, CountedIn.UTF16),)),
    media=(
        MediaRule(
            "video",
            ("video/mp4", "video/webm", "video/quicktime"),
            1,
            4 * 1024**3,
            seconds=600.0,
        ),
    ),
    media_count=1,
    needs_media=True,
    replies=False,
    options=(
        *_CHOSEN,
        Option("allow_duet", _("Let people make a duet with it"), "flag", default=False),
        Option("allow_stitch", _("Let people stitch it into theirs"), "flag", default=False),
        *_DISCLOSED,
        Option("made_by_ai", _("It was made by AI (shown with a label)"), "flag", default=False),
        Option("cover_at", _("Second of the video that is its cover"), "text", most=8),
    ),
)
_PHOTOS = MediaRule(
    "image", ("image/jpeg", "image/webp"), 35, 20_000_000, pixels=1080 * 1920, fits_itself=True
)
_TITLE = Option("title", _("Title"), "text", most=TITLE)
_COVER = Option("cover", _("Number of the photo that is the cover, from 1"), "text", most=2)
PHOTO = Placement(
    "photo",
    _("Photos"),
    TextRule((TextLimit(4000, CountedIn.UTF16),)),
    media=(_PHOTOS,),
    media_count=35,
    needs_media=True,
    replies=False,
    options=(
        _TITLE,
        *_CHOSEN,
        *_DISCLOSED,
        Option("add_music", _("Let TikTok add music"), "flag", default=False),
        _COVER,
    ),
)
VIDEO_DRAFT = replace(
    VIDEO, name="video_draft", label=_("Video as a draft in the inbox"), shows_text=False, options=()
)
PHOTO_DRAFT = replace(
    PHOTO, name="photo_draft", label=_("Photos as a draft in the inbox"), options=(_TITLE, _COVER)
)

APP = App(
    console="https://developers.tiktok.com/apps/",
    steps=(
        _("Make an app as the organisation and add the products Login Kit and Content Posting API."),
        _("Switch on “Direct Post” in the Content Posting API."),
        _("Enter the address to come back to, as it stands below, under Login Kit for Web."),
        _("Add the scopes that Tabard asks for; each stands with what it is needed for."),
        _(
            "For photos, verify Tabard's own address under “URL properties”: TikTok fetches pictures from "
            "there, and takes them from addresses only that are proven to be yours."
        ),
        _("Copy the client key and the client secret into the fields below."),
    ),
    review=_(
        "An app review, and an audit of how a post is made here. Until the audit is passed only private "
        "accounts can post, only for themselves (“Only the account itself”), and five of them in a day."
    ),
    fields=(Field("client_id", _("Client key")), Field("client_secret", _("Client secret"), "secret")),
)

DAY = 24 * 3600

CARD = Card(
    name="tiktok",
    label="TikTok",
    mark="Tt",
    auth=(
        Auth(
            Secret.OAUTH2,
            _("Sign in at TikTok"),
            (),
            SCOPES,
            help=_(
                "Sign in as the account itself, and allow everything that is asked for. TikTok lets apps "
                "neither read comments and messages nor change or take away a post: that is done in its app."
            ),
            expires=True,
        ),
    ),
    placements=(VIDEO, PHOTO, VIDEO_DRAFT, PHOTO_DRAFT),
    budgets=(
        # Of all apps together; how much others have used is told only by a refusal.
        Budget(_("posts"), 15, DAY, Per.CHANNEL, {"publish": 1}),
        Budget(_("begun"), 6, 60, Per.CHANNEL, {"publish": 1}),
        Budget(_("figures"), 600, 60, Per.APP, {"metrics": 1}),
    ),
    abilities=frozenset(
        {
            Ability.AUTHORISES,
            Ability.RENEWS,
            Ability.REVOKES,
            Ability.PUBLISHES,
            Ability.MEASURES,
            Ability.COUNTS,
        }
    ),
    hosts=("{base}", UPLOADS),
    # What was begun has a number that can be asked about; else the account's own posts are read.
    proof=Proof.LOOKUP,
    settle=60.0,
    as_of="2026-11",
    timeout=30.0,
    handle_example="tabard_town",
    home=SITE,
    one_login=True,
    app=APP,
)
