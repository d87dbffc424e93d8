"""What Mastodon can do where a server says nothing else (NOTES.md has sources and dates)."""

from __future__ import annotations

from tabard.connectors.card import (
    LONGEST_THREAD,
    Ability,
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

ALT = TextLimit(1500, CountedIn.GRAPHEMES)
SERVER = Field(
    "server", _("Server"), "server", help=_("Where the channel lives."), example="mastodon.example"
)
SCOPES = {
    Ability.CONNECTS: ("read:accounts",),
    Ability.PUBLISHES: ("write:statuses", "write:media", "read:statuses"),
    Ability.EDITS: ("write:statuses",),
    Ability.DELETES: ("write:statuses",),
    Ability.CONVERSES: ("read:notifications", "read:statuses"),
    Ability.MEASURES: ("read:statuses",),
}

POST = Placement(
    "post",
    _("Post"),
    TextRule((TextLimit(500, CountedIn.GRAPHEMES),), url_counts=23, mention_domain_free=True),
    media=(
        MediaRule(
            "image",
            ("image/jpeg", "image/png", "image/webp", "image/gif", "image/avif", "image/heic", "image/heif"),
            count=4,
            size=16_777_216,
            pixels=33_177_600,
            alt=ALT,
            fits_itself=True,
        ),
        MediaRule(
            "video",
            ("video/mp4", "video/webm", "video/quicktime"),
            count=1,
            size=103_809_024,
            alt=ALT,
        ),
        MediaRule(
            "audio",
            ("audio/mpeg", "audio/ogg", "audio/wav", "audio/flac", "audio/aac", "audio/mp4"),
            count=1,
            size=103_809_024,
            alt=ALT,
        ),
    ),
    media_count=4,
    link="text",
    options=(
        Option(
            "visibility",
            _("Who sees it"),
            choices=(
                ("public", _("Everybody")),
                ("unlisted", _("Everybody, but not in public lists")),
                ("private", _("Followers")),
                ("direct", _("Only those it mentions")),
            ),
            default="public",
        ),
        Option("spoiler_text", _("Content warning"), kind="text"),
        Option("sensitive", _("Hide the pictures until somebody asks for them"), kind="flag", default=False),
    ),
    thread=LONGEST_THREAD,
    thread_options=("visibility", "spoiler_text", "sensitive"),
    first_comment="post",
    names=True,
    private=(("visibility", "direct"),),
)

TOLD = Told(left="x-ratelimit-remaining", until="x-ratelimit-reset")

CARD = Card(
    name="mastodon",
    label="Mastodon",
    mark="Ms",
    auth=(
        Auth(Secret.OAUTH2, _("Sign in on the server"), (SERVER,), SCOPES),
        Auth(
            Secret.TOKEN,
            _("Access token"),
            (SERVER, Field("token", _("Access token"), "secret")),
            SCOPES,
            help=_("Made on the server under Preferences, Development, with the rights to read and write."),
        ),
    ),
    placements=(POST,),
    budgets=(
        Budget(
            _("requests"),
            300,
            300,
            Per.CHANNEL,
            {"publish": 1, "edit": 2, "delete": 1, "find": 1, "fetch": 1, "metrics": 1, "upload": 1},
            TOLD.by("GET /"),
        ),
        # app/lib/rate_limiter.rb of Mastodon, read 2026-11
        Budget(_("posts"), 300, 3 * 3600, Per.CHANNEL, {"publish": 1}, TOLD.by("POST /api/v1/statuses")),
        Budget(_("media"), 30, 1800, Per.CHANNEL, {"upload": 1}, TOLD.by("POST /api/v2/media")),
        Budget(_("deletions"), 30, 1800, Per.CHANNEL, {"delete": 1}, TOLD.by("DELETE /api/v1/statuses")),
    ),
    abilities=frozenset(
        {
            Ability.CONNECTS,
            Ability.AUTHORISES,
            Ability.PUBLISHES,
            Ability.EDITS,
            Ability.DELETES,
            Ability.CONVERSES,
            Ability.MEASURES,
        }
    ),
    hosts=("{base}",),
    # Servers exist that do not keep Idempotency-Key, so the channel's own posts are read before any repeat.
    proof=Proof.LOOKUP,
    settle=30.0,  # a server may still be at work on a request that we gave up on
    as_of="2026-11",
    timeout=20.0,
    handle_example="name@server.example",
    home="https://joinmastodon.org",
    one_login=True,
)
