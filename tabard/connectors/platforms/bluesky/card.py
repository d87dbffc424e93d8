"""What Bluesky can do (NOTES.md has sources and dates)."""

from __future__ import annotations

from tabard.connectors.card import (
    LONGEST_THREAD,
    Ability,
    Act,
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
    Told,
)
from tabard.connectors.words import _

SERVICE = "https://bsky.social"
DIRECTORY = "https://plc.directory"

POST = Placement(
    "post",
    _("Post"),
    TextRule((TextLimit(300, CountedIn.GRAPHEMES), TextLimit(3000, CountedIn.BYTES))),
    media=(
        MediaRule(
            "image",
            ("image/jpeg", "image/png", "image/webp"),
            count=4,
            size=1_000_000,  # 2,000,000 since 2026, but older servers still refuse more than this
            alt=TextLimit(2000, CountedIn.GRAPHEMES),
            fits_itself=True,
        ),
    ),
    media_count=4,
    link="card",
    link_with_media=False,
    thread=LONGEST_THREAD,
    thread_options=("label",),
    first_comment="post",
    options=(
        Option("link_title", _("Title of the link's card"), kind="text"),
        Option("link_text", _("Text of the link's card"), kind="text"),
        Option(
            "label",
            _("Content warning"),
            choices=(
                ("", _("None")),
                ("sexual", _("Suggestive")),
                ("nudity", _("Nudity")),
                ("porn", _("Adult content")),
                ("graphic-media", _("Graphic media")),
            ),
        ),
    ),
)

WRITES = {"publish": 2, "delete": 1, "moderate": 2}

# The same headers speak of whichever is nearest its end; its size says which.
TOLD = Told(left="ratelimit-remaining", until="ratelimit-reset", most="ratelimit-limit")

CARD = Card(
    name="bluesky",
    label="Bluesky",
    mark="Bs",
    auth=(
        Auth(
            Secret.APP_PASSWORD,
            _("App password"),
            (
                Field("handle", _("Handle"), example="name.bsky.social"),
                Field(
                    "password",
                    _("App password"),
                    "secret",
                    help=_("Made in Bluesky under Settings, Privacy and security, App passwords."),
                    example="abcd-efgh-ijkl-mnop",
                ),
                Field("service", _("Server"), "server", default=SERVICE, required=False, advanced=True),
                Field(
                    "directory", _("Directory"), "server", default=DIRECTORY, required=False, advanced=True
                ),
            ),
        ),
    ),
    placements=(POST,),
    budgets=(
        Budget(_("writes per hour"), 5000, 3600, Per.CHANNEL, WRITES, TOLD),
        Budget(_("writes per day"), 35_000, 86_400, Per.CHANNEL, WRITES, TOLD),
        Budget(
            _("requests"),
            3000,
            300,
            Per.PLATFORM,
            {
                "publish": 1,
                "upload": 1,
                "delete": 1,
                "find": 1,
                "fetch": 1,
                "metrics": 1,
                "moderate": 2,
                "figures": 1,
            },
            TOLD,
        ),
    ),
    abilities=frozenset(
        {
            Ability.CONNECTS,
            Ability.PUBLISHES,
            Ability.DELETES,
            Ability.CONVERSES,
            Ability.MODERATES,
            Ability.MEASURES,
            Ability.COUNTS,
        }
    ),
    hosts=("{base}", "{plc}"),
    proof=Proof.OWN_ID,
    settle=5.0,
    as_of="2026-11",
    timeout=20.0,
    handle_example="name.bsky.social",
    home="https://bsky.app",
    one_login=True,
    acts=frozenset({Act.LIKE, Act.UNLIKE, Act.BLOCK, Act.UNBLOCK}),
)
