"""What a Google Business Profile can do through its APIs (NOTES.md has sources and dates)."""

from __future__ import annotations

from dataclasses import replace

from tabard.connectors.card import (
    Ability,
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
from tabard.connectors.families.google import CONSOLE
from tabard.connectors.words import _

POSTS = "mybusiness.googleapis.com"
ACCOUNTS = "mybusinessaccountmanagement.googleapis.com"
LOCATIONS = "mybusinessbusinessinformation.googleapis.com"
FIGURES = "businessprofileperformance.googleapis.com"
SCOPE = "https://www.googleapis.com/auth/business.manage"

ACTIONS = (
    ("LEARN_MORE", _("Learn more")),
    ("BOOK", _("Book")),
    ("ORDER", _("Order")),
    ("SHOP", _("Shop")),
    ("SIGN_UP", _("Sign up")),
    ("CALL", _("Call")),
)
_WHEN = _("Day and time at the location, as 2026-12-24T18:00.")

STANDARD = Placement(
    "standard",
    _("Update"),
    TextRule((TextLimit(1500, CountedIn.UTF16),)),
    media=(MediaRule("image", ("image/jpeg", "image/png"), 1, 5_000_000, fits_itself=True),),
    media_count=1,
    # A link stands on the button, never in the text.
    link="apart",
    replies=False,
    options=(Option("action", _("What the button says"), choices=ACTIONS, default="LEARN_MORE"),),
)
_TIMES = (
    Option("title", _("Title"), "text", required=True, most=58),
    Option("starts", _("Begins"), "text", required=True, most=16, help=_WHEN),
    Option("ends", _("Ends"), "text", required=True, most=16, help=_WHEN),
)
EVENT = replace(STANDARD, name="event", label=_("Event"), options=(*STANDARD.options, *_TIMES))
OFFER = replace(
    STANDARD,
    name="offer",
    label=_("Offer"),
    options=(
        *_TIMES,
        Option("coupon", _("Coupon code"), "text", most=58),
        Option("terms", _("Terms"), "text", most=5000),
    ),
)
REPLY = Placement(
    "reply", _("Answer to a review"), TextRule((TextLimit(4096, CountedIn.BYTES),)), needs_reply=True
)

CARD = Card(
    name="google",
    label="Google Business Profile",
    mark="Gb",
    auth=(
        Auth(
            Secret.OAUTH2,
            _("Sign in with Google"),
            (),
            dict.fromkeys(
                (
                    Ability.PUBLISHES,
                    Ability.EDITS,
                    Ability.DELETES,
                    Ability.CONVERSES,
                    Ability.COUNTS,
                    Ability.LISTS_ADMINS,
                ),
                (SCOPE,),
            ),
            expires=True,
        ),
    ),
    placements=(STANDARD, EVENT, OFFER, REPLY),
    budgets=(
        Budget(_("edits"), 10, 60, Per.CHANNEL, {"publish": 1, "edit": 1, "delete": 1}),
        Budget(_("all"), 300, 60, Per.APP, {"publish": 2, "edit": 1, "delete": 1, "fetch": 1, "metrics": 1}),
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
            Ability.COUNTS,
            Ability.LISTS_ADMINS,
        }
    ),
    hosts=(POSTS, ACCOUNTS, LOCATIONS, FIGURES),
    proof=Proof.LOOKUP,
    settle=30.0,
    as_of="2026-11",
    timeout=30.0,
    handle_example="10281119596374313554",
    home="https://business.google.com",
    app=App(
        console=CONSOLE,
        steps=(
            _("Make a project for the organisation and note its number."),
            _("Ask for access to the Business Profile APIs with the form; until then every call is refused."),
            _(
                "Enable the Business Profile APIs: account management, business information, performance, "
                "and My Business."
            ),
            _("Set up the consent screen, and add the one right that Tabard asks for."),
            _("Make an OAuth client of the kind “Web application” with the address below to come back to."),
            _("Copy the client's ID and secret into the fields below."),
        ),
        review=_(
            "Access to the APIs is given to owners or managers of a profile that has been verified for 60 "
            "days, who ask with the same e-mail address."
        ),
    ),
    renew_before=600.0,
)
