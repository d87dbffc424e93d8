"""What a Threads profile can do through the API (NOTES.md has sources and dates)."""

from __future__ import annotations

from tabard.connectors.card import (
    CLIENT,
    LONGEST_THREAD,
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
from tabard.connectors.families.meta_events import WORD
from tabard.connectors.text import finders
from tabard.connectors.words import _

HOST = "graph.threads.net"
API = f"https://{HOST}"
LINKS = 5  # different ones in a post
ALT = TextLimit(1000, CountedIn.CODEPOINTS)
ALBUM = 20

POST = Placement(
    "post",
    _("Post"),
    TextRule(
        (TextLimit(500, CountedIn.EMOJI_BYTES),),
        find=finders.common,
        # More than five different links are refused (since 2025-12-22); one tag is the topic.
        most=(("hashtag", 1, False), ("unique link", LINKS, True)),
    ),
    media=(
        MediaRule(
            "image",
            ("image/jpeg", "image/png"),
            count=ALBUM,
            size=8_000_000,
            ratio=(0.1, 10.0),
            alt=ALT,
            fits_itself=True,
        ),
        MediaRule(
            "video",
            ("video/mp4", "video/quicktime"),
            count=ALBUM,
            size=1_000_000_000,
            seconds=300.0,
            codecs=("h264", "hevc"),
            fps=(23.0, 60.0),
            ratio=(0.01, 10.0),
            alt=ALT,
        ),
    ),
    media_count=ALBUM,
    mixes=True,
    link="text",
    options=(
        Option(
            "reply_control",
            _("Who may answer"),
            choices=(
                ("everyone", _("Everybody")),
                ("accounts_you_follow", _("Those the channel follows")),
                ("followers_only", _("Followers")),
                ("mentioned_only", _("Only those it mentions")),
            ),
            default="everyone",
        ),
        Option("topic_tag", _("Topic, one word or more without a full stop"), kind="text", most=50),
    ),
    thread=LONGEST_THREAD,
    first_comment="post",
)

SCOPES = {
    Ability.AUTHORISES: ("threads_basic",),
    Ability.PUBLISHES: ("threads_content_publish", "threads_manage_replies"),
    Ability.DELETES: ("threads_delete",),
    Ability.CONVERSES: ("threads_read_replies", "threads_manage_replies", "threads_manage_mentions"),
    Ability.MODERATES: ("threads_manage_replies",),
    Ability.MEASURES: ("threads_manage_insights",),
    Ability.COUNTS: ("threads_manage_insights",),
}

APP = App(
    console="https://developers.facebook.com/apps/",
    steps=(
        _("Make an app and choose the use case “Access the Threads API”."),
        _("Under the use case, Settings, add the address below to the redirect callback URLs."),
        _("Add the permissions that Tabard asks for; each stands with what it is needed for."),
        _("Copy the Threads app ID and the Threads app secret. They are not those of the app itself."),
        _("Until the review is over, add the profile as a tester under App roles, and accept it at Threads."),
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
    name="threads",
    label="Threads",
    mark="Th",
    auth=(
        Auth(
            Secret.OAUTH2,
            _("Sign in at Threads"),
            (),
            SCOPES,
            help=_("Sign in as the profile itself: Threads knows no roles on a profile."),
            expires=True,
        ),
    ),
    placements=(POST,),
    budgets=(
        Budget(_("posts"), 250, DAY, Per.CHANNEL, {"publish": 1}),
        Budget(_("deletions"), 100, DAY, Per.CHANNEL, {"delete": 1}),
        *SHARES,
    ),
    abilities=frozenset(
        {
            Ability.AUTHORISES,
            Ability.RENEWS,
            Ability.PUBLISHES,
            Ability.DELETES,
            Ability.CONVERSES,
            Ability.HEARS,
            Ability.MODERATES,
            Ability.MEASURES,
            Ability.COUNTS,
        }
    ),
    hosts=(HOST,),
    # The container says whether it was published, and then the profile's own posts are read.
    proof=Proof.LOOKUP,
    settle=60.0,
    as_of="2026-11",
    timeout=30.0,
    handle_example="tabard_town",
    home="https://www.threads.com",
    one_login=True,
    app=APP,
    renew_before=20 * DAY,  # of sixty; an access that has ended can only be given anew
    renews_late=False,
    acts=frozenset({Act.HIDE, Act.SHOW}),
)
