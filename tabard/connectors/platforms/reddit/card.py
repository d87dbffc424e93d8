"""What an account on Reddit can do through the Data API (NOTES.md has sources and dates)."""

from __future__ import annotations

from tabard.connectors.card import (
    CLIENT,
    Ability,
    App,
    Auth,
    Budget,
    Card,
    CountedIn,
    Field,
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

API = "https://oauth.reddit.com"
SITE = "https://www.reddit.com"
SCOPES = {
    Ability.PUBLISHES: ("identity", "submit", "read", "history"),
    Ability.EDITS: ("edit",),
    Ability.DELETES: ("edit",),
    Ability.CONVERSES: ("privatemessages", "submit"),
    Ability.MEASURES: ("read",),
    Ability.COUNTS: ("identity",),
}
_OPTIONS = (
    Option(
        "subreddit",
        _("Community"),
        "text",
        required=True,
        most=30,
        help=_("Its name without r/. Read its rules first: many take no posts of organisations."),
    ),
    Option("title", _("Title"), "text", required=True, most=300),
    Option("flair", _("Flair's number, where the community wants one"), "text", most=40),
    Option("nsfw", _("Not for everybody (NSFW)"), "flag", default=False),
    Option("spoiler", _("Hide it until somebody asks for it"), "flag", default=False),
)
SELF = Placement(
    "self",
    _("Post with text"),
    TextRule((TextLimit(40_000, CountedIn.CODEPOINTS),)),
    replies=False,
    options=_OPTIONS,
    first_comment="comment",
)
LINK = Placement(
    "link",
    _("Post that is a link"),
    TextRule((TextLimit(40_000, CountedIn.CODEPOINTS),)),
    link="apart",
    replies=False,
    options=_OPTIONS,
    first_comment="comment",
)
COMMENT = Placement(
    "comment", _("Comment"), TextRule((TextLimit(10_000, CountedIn.CODEPOINTS),)), needs_reply=True
)

CARD = Card(
    name="reddit",
    label="Reddit",
    mark="Re",
    auth=(Auth(Secret.OAUTH2, _("Sign in at Reddit"), (), SCOPES, expires=True),),
    placements=(SELF, LINK, COMMENT),
    budgets=(
        Budget(
            _("calls"),
            100,
            60,
            Per.APP,
            {"publish": 2, "edit": 1, "delete": 1, "fetch": 1, "metrics": 1},
            Told(left="x-ratelimit-remaining", until="x-ratelimit-reset"),
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
            Ability.MEASURES,
            Ability.COUNTS,
        }
    ),
    hosts=("oauth.reddit.com", "www.reddit.com"),
    proof=Proof.LOOKUP,
    settle=30.0,
    as_of="2026-11",
    timeout=30.0,
    handle_example="tabard_town",
    home=SITE,
    one_login=True,
    app=App(
        console="https://www.reddit.com/prefs/apps",
        steps=(
            _("Ask Reddit for access to the Data API for the organisation; without it no app can be made."),
            _("Make an app of the kind “web app” with the account of the organisation."),
            _("Enter the address to come back to, as it stands below, as its redirect uri."),
            _("Copy the ID under the app's name and its secret into the fields below."),
            _("Say whose app it is: Reddit wants the name of an account in every call."),
        ),
        review=_(
            "Each app needs Reddit's approval under its Responsible Builder Policy; commercial use needs a "
            "contract. Many are refused."
        ),
        fields=(*CLIENT, Field("owner", _("Account that made the app"), example="tabard_town")),
    ),
    renew_before=600.0,
)
