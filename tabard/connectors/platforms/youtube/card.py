"""What a YouTube channel can do through its APIs (NOTES.md has sources and dates)."""

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
    Per,
    Placement,
    Proof,
    Secret,
    TextLimit,
    TextRule,
)
from tabard.connectors.families.google import CONSOLE
from tabard.connectors.platforms.youtube.options import OPTIONS
from tabard.connectors.text import finders
from tabard.connectors.words import _

HOST = "youtube.googleapis.com"
UPLOADS = "www.googleapis.com"  # the other host on which an upload may go on
FIGURES = "youtubeanalytics.googleapis.com"
DATA = f"https://{HOST}/youtube/v3"
SITE = "https://www.youtube.com"

SCOPE = "https://www.googleapis.com/auth/"
MANAGE = f"{SCOPE}youtube.force-ssl"  # videos and comments; narrower than the whole account
READ = f"{SCOPE}youtube.readonly"
ANALYTICS = f"{SCOPE}yt-analytics.readonly"
SCOPES = {
    Ability.PUBLISHES: (MANAGE,),
    Ability.EDITS: (MANAGE,),
    Ability.DELETES: (MANAGE,),
    Ability.CONVERSES: (MANAGE,),
    Ability.MODERATES: (MANAGE,),
    Ability.MEASURES: (READ, ANALYTICS),
    Ability.COUNTS: (READ, ANALYTICS),
}

# What one call takes of the project's units of a day; uploads are counted by themselves.
UNITS = {
    "channels.list": 1,
    "videos.list": 1,
    "playlistItems.list": 1,
    "commentThreads.list": 1,
    "comments.list": 1,
    "videos.update": 50,
    "videos.delete": 50,
    "thumbnails.set": 50,
    "commentThreads.insert": 50,
    "comments.insert": 50,
    "comments.setModerationStatus": 50,
}
LOOKS = 12  # at a video that is still being worked on, in one go
DAY = 24 * 3600

COVER = MediaRule("image", ("image/jpeg", "image/png"), 1, 52_428_800, fits_itself=True)
FILM = MediaRule(
    "video",
    (
        "video/mp4",
        "video/quicktime",
        "video/x-m4v",
        "video/webm",
        "video/mpeg",
        "video/x-msvideo",
        "video/x-matroska",
        "video/3gpp",
    ),
    1,
    274_877_906_944,
    seconds=43_200,
    least=1,
)
VIDEO = Placement(
    "video",
    _("Video"),
    # Over sixty hashtags all are ignored.
    TextRule(
        (TextLimit(5000, CountedIn.BYTES),), find=finders.common, most=(("hashtag", 60, False),), refused="<>"
    ),
    # A picture beside the video is what is shown before it plays.
    media=(FILM, COVER),
    media_count=2,
    mixes=True,
    needs_media=True,
    replies=False,
    options=OPTIONS,
    first_comment="comment",
)
# Nothing says that a video is one: YouTube makes it one by its shape and length.
SHORT = replace(
    VIDEO,
    name="short",
    label=_("Short"),
    media=(replace(FILM, seconds=180, ratio=(0.1, 1.0)), COVER),
)
COMMENT = Placement(
    "comment", _("Comment"), TextRule((TextLimit(10_000, CountedIn.UTF16),)), needs_reply=True
)

CARD = Card(
    name="youtube",
    label="YouTube",
    mark="Yt",
    auth=(
        Auth(
            Secret.OAUTH2,
            _("Sign in with Google"),
            (),
            SCOPES,
            help=_("Google asks which channel is meant: choose the organisation's, not your own."),
            expires=True,
        ),
    ),
    placements=(VIDEO, SHORT, COMMENT),
    budgets=(
        Budget(_("uploads"), 100, DAY, Per.APP, {"publish": 1}),
        Budget(
            _("units"),
            10_000,
            DAY,
            Per.APP,
            {
                "publish": UNITS["playlistItems.list"]
                + UNITS["videos.list"] * (1 + LOOKS)
                + UNITS["thumbnails.set"]
                + UNITS["videos.update"],
                "edit": UNITS["videos.list"] + UNITS["videos.update"] + UNITS["thumbnails.set"],
                "delete": UNITS["videos.delete"],
                "fetch": 2 * UNITS["commentThreads.list"],
                "metrics": UNITS["videos.list"],
            },
        ),
    ),
    abilities=frozenset(
        {
            Ability.AUTHORISES,
            Ability.RENEWS,
            Ability.REVOKES,
            Ability.PUBLISHES,
            Ability.EDITS,
            Ability.DELETES,
            Ability.CONVERSES,
            Ability.MODERATES,
            Ability.MEASURES,
            Ability.COUNTS,
        }
    ),
    hosts=(HOST, UPLOADS, FIGURES),
    proof=Proof.LOOKUP,
    settle=60.0,
    as_of="2026-11",
    timeout=60.0,
    handle_example="tabardtown",
    home=SITE,
    app=App(
        console=CONSOLE,
        steps=(
            _("Make a project for the organisation. All its quota is this project's: do not share it."),
            _("Enable the YouTube Data API v3 and the YouTube Analytics API."),
            _("Set up the consent screen, add the three rights that Tabard asks for, and publish it."),
            _("Make an OAuth client of the kind “Web application” with the address below to come back to."),
            _("Copy the client's ID and secret into the fields below."),
            _(
                "Publish one video and look whether others can see it. If YouTube locks it as private, ask "
                "for the compliance audit of the project."
            ),
        ),
        review=_(
            "Google verifies the consent screen before more than 100 people may sign in. As long as it is "
            "being tested, every access ends after 7 days. Whoever needs more quota passes a compliance "
            "audit. Until November 2026 projects without that audit could only upload private videos."
        ),
    ),
    renew_before=600.0,
    acts=frozenset({Act.HIDE, Act.SHOW, Act.DELETE, Act.BLOCK}),
)
