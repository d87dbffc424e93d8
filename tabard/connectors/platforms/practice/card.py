"""What Practice can do (docs/reference/practice.md is its own description)."""

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
    Per,
    Placement,
    Proof,
    Secret,
    TextLimit,
    TextRule,
    Told,
)
from tabard.connectors.words import _

POST = Placement(
    "post",
    _("Post"),
    TextRule((TextLimit(500, CountedIn.GRAPHEMES),)),
    media=(
        MediaRule(
            "image",
            ("image/jpeg", "image/png", "image/webp", "image/gif"),
            count=4,
            size=8_000_000,
            pixels=50_000_000,
            alt=TextLimit(1000, CountedIn.CODEPOINTS),
            fits_itself=True,
        ),
    ),
    media_count=4,
    thread=LONGEST_THREAD,
    first_comment="post",
)

WRITES = {"publish": 1, "moderate": 1}

TOLD = Told(left="ratelimit-remaining", until="ratelimit-reset")

CARD = Card(
    name="practice",
    label="Practice",
    mark="Pr",
    auth=(
        Auth(
            Secret.TOKEN,
            _("Token"),
            (
                Field(
                    "server",
                    _("Address"),
                    "server",
                    help=_("Where the Practice network runs."),
                    example="http://127.0.0.1:8002",
                    default="http://127.0.0.1:8002",
                ),
                Field(
                    "token",
                    _("Token"),
                    "secret",
                    help=_("Shown once when a channel is made, under “New channel” on the network itself."),
                ),
            ),
        ),
    ),
    placements=(POST,),
    budgets=(
        # None but what a trainer switches on.
        Budget(_("writes"), 0, 60, Per.CHANNEL, WRITES, TOLD),
    ),
    abilities=frozenset(
        {
            Ability.CONNECTS,
            Ability.PUBLISHES,
            Ability.EDITS,
            Ability.DELETES,
            Ability.CONVERSES,
            Ability.MODERATES,
            Ability.MEASURES,
            Ability.LISTS_ADMINS,
        }
    ),
    hosts=("{base}",),
    # Our key is kept with the post and can be looked up. It is not relied on to stop a repeat: on the network
    # that we are proven against, a repeat must show.
    proof=Proof.LOOKUP,
    settle=10.0,  # a request is taken in within 5 s of its arrival, however slow the network is switched
    as_of="2026-11",
    timeout=20.0,
    handle_example="name",
    acts=frozenset(Act),
)
