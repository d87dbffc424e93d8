"""Attestation: the kind of review that the register brings."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tabard.attestation.given import line
from tabard.attestation.kinds import Adding, Choice, Consequence, Kind, Scope, register
from tabard.register import attesting

REGISTER = register(
    Kind(
        name="register",
        label=_("Attestation"),
        question=_("Is each of these channels officially yours, and is what is known of it right?"),
        matter="attest_months",
        choices=(
            Choice("keep", _("Ours, and right")),
            Choice(
                "correct",
                _("Correct"),
                acts=True,
                carries=dict.fromkeys((*attesting.FIELDS, "was"), attesting.words),
                more="register/_attest_correct.html",
                shows=attesting.shows,
            ),
            Choice(
                "disown",
                _("Not ours"),
                "danger",
                acts=True,
                final=True,
                noted=True,
                more="register/_attest_disown.html",
            ),
        ),
        consequences=(
            Consequence(
                "find",
                _("Nobody answered"),
                _("What nobody has answered for stands among the doubts when the attestation ends."),
            ),
            Consequence(
                "mark",
                _("Nobody answered"),
                _("What nobody has answered for is marked as not attested when the attestation ends."),
            ),
            Consequence(
                "hold",
                _("Nobody answered"),
                _("Nothing is published any more on what nobody has answered for when the attestation ends."),
            ),
        ),
        by_policy="attest_unanswered",
        ask=attesting.ask,
        act=attesting.act,
        over=attesting.over,
        lapse=attesting.lapse,
        signed=attesting.signed,
        facts="register/_attest_facts.html",
        sought=_("Channel or platform"),
        words=attesting.WORDS,
        passing=attesting.PASSING,
        adding=Adding(
            label=_("A channel of yours is missing here"),
            carries={"handle": line, "platform": attesting.platform, "name": line, "purpose": line},
            more="register/_attest_add.html",
            make=attesting.add,
            kept=attesting.added,
        ),
        scope=Scope(
            carries={"platform": attesting.platform, "purpose": line, "state": attesting.state},
            more="register/_attest_scope.html",
            told=attesting.told,
        ),
        context=attesting.context,
        shape=attesting.shape,
    )
)
