"""What a Telegram channel can do through the Bot API (NOTES.md has sources and dates)."""

from __future__ import annotations

from tabard.connectors.card import (
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
)
from tabard.connectors.words import _

API = "https://api.telegram.org"
PAGE = "t.me"  # where everybody can read a public channel
ALBUM = 10

POST = Placement(
    "post",
    _("Post"),
    TextRule(
        (TextLimit(4096, CountedIn.UTF16),),
        with_media=(TextLimit(1024, CountedIn.UTF16),),
    ),
    media=(
        MediaRule(
            "image",
            ("image/jpeg", "image/png", "image/webp"),
            count=ALBUM,
            size=10_485_760,
            ratio=(1 / 20, 20.0),
            fits_itself=True,
        ),
        MediaRule("video", ("video/mp4",), count=ALBUM, size=52_428_800),
    ),
    media_count=ALBUM,
    mixes=True,
    link="text",
    options=(
        Option("silent", _("Without a sound for those who follow"), kind="flag", default=False),
        Option("no_preview", _("Without a preview of the link"), kind="flag", default=False),
    ),
)

CARD = Card(
    name="telegram",
    label="Telegram",
    mark="Te",
    auth=(
        Auth(
            Secret.TOKEN,
            _("Bot token"),
            (
                Field("token", _("Bot token"), "secret", help=_("From BotFather, when the bot was made.")),
                Field("channel", _("Channel"), help=_("Its public name."), example="@tabard_town"),
                Field(
                    "server",
                    _("Server"),
                    "server",
                    help=_("Only if you run a Bot API server of your own."),
                    default=API,
                    required=False,
                    advanced=True,
                ),
            ),
            help=_(
                "Make a bot with BotFather, then make it an administrator of the channel with the rights to"
                " post, edit and delete messages. A bot of its own for each channel is the safest."
            ),
        ),
    ),
    placements=(POST,),
    budgets=(
        Budget(_("messages"), 20, 60, Per.CHANNEL, {"publish": 1, "edit": 1, "delete": 1}),
        Budget(_("all"), 30, 1, Per.PLATFORM, {"publish": 1, "edit": 1, "delete": 1}),
    ),
    abilities=frozenset(
        {Ability.CONNECTS, Ability.PUBLISHES, Ability.EDITS, Ability.DELETES, Ability.LISTS_ADMINS}
    ),
    hosts=("{base}", PAGE),
    # A bot cannot read what it wrote; the public page shows it to everybody, and may be late.
    proof=Proof.NONE,
    settle=60.0,
    as_of="2026-11",
    timeout=60.0,  # files go with the post itself
    handle_example="tabard_town",
    home="https://telegram.org",
)
