"""What a channel on X can do (NOTES.md has sources and dates)."""

from __future__ import annotations

from typing import Any

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
from tabard.connectors.text import x
from tabard.connectors.words import _

API = "https://api.x.com"
HOME = "https://x.com"
ALT = TextLimit(1000, CountedIn.CODEPOINTS)
MINUTES = 60

POST = Placement(
    "post",
    _("Post"),
    TextRule((TextLimit(x.LIMIT, CountedIn.WEIGHTED),), refused="\ufffe\ufeff\uffff"),
    media=(
        MediaRule(
            "image",
            ("image/jpeg", "image/png", "image/webp"),
            count=4,
            size=5_000_000,
            alt=ALT,
            fits_itself=True,
        ),
        MediaRule("animation", ("image/gif",), count=1, size=15_000_000, alt=ALT),
        MediaRule(
            "video",
            ("video/mp4", "video/quicktime"),
            count=1,
            size=512_000_000,
            seconds=140.0,
            shortest=0.5,
            codecs=("h264",),
            sounds=("aac",),
            fps=(0.0, 60.0),
            ratio=(1 / 3, 3.0),
            alt=ALT,
        ),
    ),
    media_count=4,
    link="text",
    options=(
        Option(
            "reply_settings",
            _("Who may answer"),
            choices=(
                ("", _("Everybody")),
                ("following", _("Those the channel follows")),
                ("mentionedUsers", _("Only those it mentions")),
                ("verified", _("Verified ones")),
            ),
            default="",
        ),
        Option("made_with_ai", _("Shows something that was made with AI"), kind="flag", default=False),
        Option("paid_partnership", _("Paid partnership"), kind="flag", default=False),
    ),
    thread=LONGEST_THREAD,
    thread_options=("made_with_ai", "paid_partnership"),
    first_comment="post",
)

SCOPES = {
    Ability.AUTHORISES: ("users.read", "tweet.read"),
    Ability.RENEWS: ("offline.access",),
    Ability.PUBLISHES: ("tweet.write", "media.write", "tweet.read", "users.read"),
    Ability.DELETES: ("tweet.write",),
    Ability.CONVERSES: ("tweet.read", "users.read"),
    Ability.MODERATES: ("tweet.moderate.write",),
    Ability.MEASURES: ("tweet.read",),
    Ability.COUNTS: ("users.read",),
}

HELP = _("Only to be told at once what people say. Leave it empty to go on asking from time to time.")
ONLY_TOLD: dict[str, Any] = {"help": HELP, "required": False, "advanced": True}

APP = App(
    console="https://developer.x.com/en/portal/dashboard",
    steps=(
        _("Sign in there with the account that shall own the app, and buy credits: every call is paid for."),
        _("Make a project with an app in it."),
        _("Under “User authentication settings” choose read and write, and “Web App” as its type."),
        _("Enter the address below as the callback, and the address of your website."),
        _("Copy the OAuth 2.0 Client ID and Client Secret; they are shown once. The API key is another."),
        _(
            "To be told at once what people say, which X bills by the event: copy the API key secret and the "
            "bearer token too, and save them here. Then send POST /2/webhooks with that bearer token and the "
            "address for events below as its url, as the documentation of X shows, and enter the id that "
            "it answers as the webhook ID. The address may have no port."
        ),
    ),
    fields=(
        *CLIENT,
        Field("api_secret", _("API key secret"), "secret", **ONLY_TOLD),
        Field("bearer", _("Bearer token"), "secret", **ONLY_TOLD),
        Field("webhook_id", _("Webhook ID"), **ONLY_TOLD),
    ),
    webhook=True,
)

TOLD = Told(left="x-rate-limit-remaining", until="x-rate-limit-reset")

CARD = Card(
    name="x",
    label="X",
    mark="Xx",
    auth=(
        Auth(
            Secret.OAUTH2,
            _("Sign in at X"),
            (),
            SCOPES,
            help=_("Sign in as the channel itself: X tells programs of no roles on a channel."),
            expires=True,
        ),
    ),
    placements=(POST,),
    budgets=(
        Budget(_("posts"), 100, 15 * MINUTES, Per.CHANNEL, {"publish": 1}, TOLD.by("POST /2/tweets")),
        Budget(_("all"), 10_000, 24 * 60 * MINUTES, Per.APP, {"publish": 1}),
        Budget(
            _("deletions"),
            50,
            15 * MINUTES,
            Per.CHANNEL,
            {"delete": 1},
            TOLD.by("DELETE /2/tweets"),
        ),
    ),
    abilities=frozenset(
        {
            Ability.AUTHORISES,
            Ability.RENEWS,
            Ability.REVOKES,
            Ability.PUBLISHES,
            Ability.DELETES,
            Ability.CONVERSES,
            Ability.HEARS,
            Ability.MODERATES,
            Ability.MEASURES,
            Ability.COUNTS,
        }
    ),
    hosts=("api.x.com",),
    # No key makes a repeat harmless; the channel's own posts are read back and compared.
    proof=Proof.LOOKUP,
    settle=30.0,
    as_of="2026-11",
    timeout=60.0,
    handle_example="tabard_town",
    home=HOME,
    one_login=True,
    app=APP,
    renew_before=900.0,  # of two hours
    acts=frozenset({Act.HIDE, Act.SHOW}),
    asks_to_hear=True,
)
